"""The demo company over Pipedrive's API is the demo company of the export, change by change."""

from pathlib import Path

import pandas as pd
import pytest

from demo.servers.loopback import serve
from demo.servers.pipedrive import Limits, Pipedrive, Store
from demo.servers.pipedrive.company import fill
from ingestion.sources import files
from jalur.paths import Home
from jalur.settings import Settings
from tests.demo.conftest import Tables
from tests.demo.test_over_hubspot import AS_OF, DEALS, TEAM, TRANSITIONS, read, write_deals
from tests.ingestion.api.pipedrive_company import Desk
from tests.warehouse import build

MODELS = "+fct_stage_transitions +fct_deals"


@pytest.mark.full
def test_transitions_and_deals_are_the_same(export: Path, tables: Tables, tmp_path: Path) -> None:
    store = fill(Store(), export, teams=lambda team: team == TEAM)
    server = Pipedrive(store, limits=Limits(burst=None, daily_tokens=None))
    with serve(server) as url:
        desk = Desk(url, server, Home(tmp_path / "company"))
        desk.extract()
    build(desk.home.root, AS_OF, source="pipedrive", select=MODELS, data_tests=False)
    stages = names_of_stages(tables)
    ours = {text: of_the_demo(desk.home, text, stages) for text in (TRANSITIONS, DEALS)}

    folder = tmp_path / "files"
    exported = Settings(
        _env_file=None, home=tmp_path / "exported", sources=("files",), files_path=folder
    )
    write_deals(tables, set(ours[DEALS].deal_id), folder)
    files.extract(exported, "run")
    build(exported.home, AS_OF, select=MODELS, data_tests=False)
    assert len(ours[DEALS]) > 1_000
    assert len(ours[TRANSITIONS]) > 4_000
    for text, found in ours.items():
        expected = read(exported.paths, text)
        if "status" in expected:
            # Nothing in Pipedrive tells a merge from a deletion.
            expected["status"] = expected.status.replace("merged", "deleted")
        pd.testing.assert_frame_equal(found, expected)


def names_of_stages(tables: Tables) -> dict[str, str]:
    """What the demo calls the stages, by their ids in Pipedrive."""
    found, is_open = {}, tables["stages"].kind == "open"
    for number, stage in enumerate(tables["stages"][is_open].stage_id, start=1):
        found[str(number)] = stage
    pipelines = list(tables["stages"].pipeline_id.unique())
    for row in tables["stages"][~is_open].itertuples():
        found[f"{row.kind}-{pipelines.index(row.pipeline_id) + 1}"] = row.stage_id
    return found


def of_the_demo(home: Home, text: str, stages: dict[str, str]) -> pd.DataFrame:
    """Rows as the demo calls its deals and stages, in its order."""
    found = read(home, text)
    found["deal_id"] = found.deal_id.astype(int).map(lambda number: f"D-{number:05d}")
    for column in (name for name in found.columns if name.endswith("stage_id")):
        found[column] = found[column].map(stages)
    by = ["deal_id"] + ["transition_number"] * ("transition_number" in found)
    return found.sort_values(by).reset_index(drop=True)
