"""The demo company's campaigns on ad platforms: staged, they are what the export says."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.dirt import UNREADABLE_DATE
from demo.servers.google_ads import GoogleAds
from demo.servers.google_ads import company as google
from demo.servers.google_ads.rendering import FOREVER
from demo.servers.meta_ads import MetaAds
from demo.servers.meta_ads import company as meta
from tests.demo.conftest import Tables
from tests.ingestion.api.ads import Desk, days_of, desk_of
from tests.warehouse import build

CHANNELS = {"google_ads": "paid_search", "meta_ads": "paid_social"}
FIRST_CAMPAIGNS = {"google_ads": google.FIRST_CAMPAIGN, "meta_ads": meta.FIRST_CAMPAIGN}
Key = tuple[str, str, date]


@pytest.fixture
def desks(export: Path, tmp_path: Path) -> Iterator[dict[str, Desk]]:
    """Both platforms, and one home for them."""
    store = google.fill(export)
    running = [each for each in store.campaigns.values() if each.ended_on is None]
    assert running
    running[0].ended_on = FOREVER
    servers: dict[str, Any] = {
        "google_ads": GoogleAds(store),
        "meta_ads": MetaAds(meta.fill(export)),
    }
    with ExitStack() as stack:
        desks = {
            source: stack.enter_context(desk_of(source, tmp_path / "home", server))
            for source, server in servers.items()
        }
        desks["google_ads"].overrides = {"google_ads_manager": google.MANAGER}
        for desk in desks.values():
            desk.since = date(2023, 6, 1)
        yield desks


def built(desks: dict[str, Desk], select: str | None, data_tests: bool = False) -> None:
    home = desks["google_ads"].home.root
    build(home, datetime(2026, 7, 10), source=",".join(desks), select=select, data_tests=data_tests)


def rows(desks: dict[str, Desk], text: str) -> list[Any]:
    file = desks["google_ads"].home.root / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(text).fetchall()


def spend(desks: dict[str, Desk]) -> dict[Key, tuple[Any, ...]]:
    built(desks, "+int_campaigns_unioned +int_campaign_spend_unioned")
    found = rows(
        desks,
        "select source, campaign_id, spend_date, spend, currency, impressions, clicks"
        " from intermediate.int_campaign_spend_unioned",
    )
    return {row[:3]: row[3:] for row in found}


def expected_spend(tables: Tables) -> dict[Key, tuple[Any, ...]]:
    channels = tables["campaigns"].set_index("campaign_id").channel
    return {
        (source, number(source, row["campaign_id"]), date.fromisoformat(row["spend_date"])): (
            Decimal(row["spend"]), row["currency"], int(row["impressions"]), int(row["clicks"]),
        )
        for source, channel in CHANNELS.items()
        for row in tables["campaign_spend"].to_dict("records")
        if channels[row["campaign_id"]] == channel
    }  # fmt: skip


def expected_campaigns(tables: Tables) -> list[tuple[Any, ...]]:
    """One without an end has a budget per day, and none of its whole."""
    found = []
    for source, channel in CHANNELS.items():
        for row in tables["campaigns"].to_dict("records"):
            ended_on = row["ended_on"]
            # The export has a day that never was, too: no platform takes that for an end.
            has_end = isinstance(ended_on, str) and ended_on != UNREADABLE_DATE
            ends = (ended_on, Decimal(row["budget"])) if has_end else (None, None)
            if row["channel"] == channel:
                found.append(
                    (source, number(source, row["campaign_id"]), row["name"], channel,
                     row["started_on"], *ends, row["currency"], False)
                )  # fmt: skip
    return sorted(found)


def number(source: str, campaign_id: str) -> str:
    return str(FIRST_CAMPAIGNS[source] + int(campaign_id[2:]))


@pytest.mark.full
def test_spend_and_campaigns_are_those_of_the_export(
    desks: dict[str, Desk], tables: Tables
) -> None:
    expected = expected_spend(tables)
    landed = {source: days_of(desk.extract()).rows_landed for source, desk in desks.items()}
    assert sum(landed.values()) == len(expected)
    assert min(landed.values()) > 700
    assert spend(desks) == expected
    listed = rows(
        desks,
        "select source, campaign_id, name, channel, cast(started_on as varchar),"
        " cast(ended_on as varchar), budget, currency, is_deleted"
        " from intermediate.int_campaigns_unioned order by source, campaign_id",
    )
    assert listed == expected_campaigns(tables)


@pytest.mark.full
def test_what_was_restated_wins_and_what_is_gone_is_no_spend(
    desks: dict[str, Desk], tables: Tables
) -> None:
    expected = expected_spend(tables)
    for desk in desks.values():
        desk.extract()
    assert spend(desks) == expected
    for source, desk in desks.items():
        days = sorted((key[2], key) for key in expected if key[0] == source)
        restated, gone = days[-2][1], days[-1][1]
        keys = {str(each.id): each.key for each in desk.store.campaigns.values()}
        desk.store.days.restate(keys[restated[1]], restated[2], spend=Decimal("1.01"), clicks=3)
        del desk.store.days.rows[keys[gone[1]], gone[2]]
        counted = days_of(desk.extract())
        assert (counted.rows_landed, counted.rows_deleted) == (1, 1)
        expected.pop(gone)
        expected[restated] = (Decimal("1.01"), "USD", expected[restated][2], 3)
    assert spend(desks) == expected


@pytest.mark.full
def test_what_an_ad_platform_does_not_bring_is_empty(desks: dict[str, Desk]) -> None:
    """Every model is built, and every data test holds, where there is no deal at all."""
    for desk in desks.values():
        desk.extract()
    built(desks, select=None, data_tests=True)
    assert rows(desks, "select count(*) from marts.fct_deals") == [(0,)]
    text = "select count(*) from marts.dim_campaigns where campaign_id != 'unknown'"
    campaigns = sum(len(desk.store.campaigns) for desk in desks.values())
    assert rows(desks, text) == [(campaigns,)]
