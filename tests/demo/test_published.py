"""What `make run` published of the demo company is what was simulated, whatever platform it was on.

Run by CI after the main job, with its home in JALUR_HOME; skipped where there is none.
"""

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from demo.platforms import ACQUIRED_TEAM
from jalur.errors import ConfigurationError
from jalur.paths import Home
from jalur.settings import load_settings

pytestmark = pytest.mark.published
# The export's deals by source, pipeline and status; what was merged before HubSpot was read is
# there no more, and what remains of both is a new deal.
DEALS = """
    select source, regexp_replace(pipeline_name, ' \\(.*', '') as pipeline, status, amount_reporting
    from marts.fct_deals
    inner join (
        select distinct source, pipeline_id, pipeline_name from marts.dim_pipeline_stages
    ) using (source, pipeline_id)
"""


@pytest.fixture(scope="module")
def home() -> Home:
    try:
        settings = load_settings()
    except ConfigurationError as error:
        pytest.skip(f"the settings are none: {error}")
    if not settings.is_demo_alone or not settings.paths.published_database.exists():
        pytest.skip(f"no demo company is published in {settings.paths.root}; `make run` does")
    return settings.paths


@pytest.fixture(scope="module")
def truth(home: Home) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((home.demo / "truth.json").read_text())
    return known


def published(home: Home, text: str) -> pd.DataFrame:
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        return connection.execute(text).df()


def test_every_deal_is_there_in_its_state(home: Home, truth: dict[str, Any]) -> None:
    deals = published(home, DEALS)
    counts = deals.groupby(["pipeline", "status"]).size()
    for pipeline in truth["pipelines"]:
        for status in ("open", "won", "lost", "deleted"):
            expected = truth["deals"][pipeline["pipeline_id"]][status]
            assert counts[pipeline["name"], status] == expected, (pipeline["name"], status)
    assert set(deals.source) == {"hubspot", "salesforce"}


def test_the_money_won_is_that_of_the_export(home: Home) -> None:
    """Per source and currency: deals of the acquired team are in Salesforce, others in HubSpot."""
    found = published(
        home,
        """
        select source, currency, sum(amount)::double as won
        from marts.fct_deals where status = 'won' group by all order by all
        """,
    ).set_index(["source", "currency"])
    expected = won_in_export(home.demo / "export")
    assert list(found.index) == list(expected.index)
    assert (found.won - expected).abs().max() < 0.01


def won_in_export(export: Path) -> "pd.Series[float]":
    deals = pd.read_csv(export / "deals.csv")
    team = pd.read_csv(export / "reps.csv").set_index("rep_id").team
    won = deals[deals.stage_id.isin(["closed_won", "renewed"]) & ~deals.is_deleted.eq(True)]
    won = won[won.merged_into_deal_id.isna()]
    is_acquired = won.rep_id.map(team).eq(ACQUIRED_TEAM)
    source = is_acquired.map({True: "salesforce", False: "hubspot"}).rename("source")
    return won.groupby([source, "currency"]).amount.sum().sort_index()


def test_the_planted_bottleneck_is_told(home: Home, truth: dict[str, Any]) -> None:
    told = published(
        home,
        """
        select distinct stage_id, stage_name, driver_name
        from marts.rpt_bottlenecks
        where resolved_on is null and part_of_bottleneck_id is null and kind = 'slow'
        """,
    )
    planted = truth["bottleneck"]
    assert list(told.stage_id) == [planted["stage_id"]]
    assert told.driver_name[0] == f"Team {planted['segment']}"
