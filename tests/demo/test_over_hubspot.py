"""The demo company over HubSpot's API is the demo company of the export, change by change."""

from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.hubspot.company import fill
from demo.servers.loopback import serve
from ingestion.sources import files
from jalur.paths import Home
from jalur.settings import Settings
from tests.demo.conftest import Tables
from tests.ingestion.api.portal import Desk
from tests.warehouse import build

AS_OF = datetime(2026, 6, 30, 23, 59, 59)
TEAM = "Middle East"
# The portal's ids are made from the demo's; where deals were merged it made new ones.
FIRST_ID, FIRST_MERGED = 82_000_000, 88_000_000
MODELS = "+fct_stage_transitions +fct_deals"
TRANSITIONS = """
    select deal_id, transition_number, from_stage_id, to_stage_id, transitioned_at, direction
    from marts.fct_stage_transitions
    order by deal_id, transition_number
"""
DEALS = "select deal_id, stage_id, status, amount, currency from marts.fct_deals order by deal_id"


@pytest.mark.slow
def test_transitions_and_deals_are_the_same(export: Path, tables: Tables, tmp_path: Path) -> None:
    store = fill(Store(), export, teams=lambda team: team == TEAM)
    with serve(HubSpot(store, limits=Limits(burst=None, searches_per_second=None))) as url:
        desk = Desk(url, HubSpot(store), Home(tmp_path / "portal"))
        desk.extract()
    build(desk.home.root, AS_OF, source="hubspot", select=MODELS, data_tests=False)
    ours = {text: of_the_demo(desk.home, text) for text in (TRANSITIONS, DEALS)}

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
        pd.testing.assert_frame_equal(found, read(exported.paths, text))


def write_deals(tables: Tables, deals: set[str], folder: Path) -> None:
    """The export of these deals alone."""
    folder.mkdir()
    tables["stages"].to_csv(folder / "stages.csv", index=False)
    for name in ("deals", "deal_stage_history", "deal_field_history"):
        table = tables[name]
        table[table.deal_id.isin(deals)].to_csv(folder / f"{name}.csv", index=False)


def of_the_demo(home: Home, text: str) -> pd.DataFrame:
    """Rows of the deals that the demo has, too, under its ids."""
    found = read(home, text)
    numbers = found.deal_id.astype(int)
    found["deal_id"] = numbers.sub(FIRST_ID).map(lambda number: f"D-{number:05d}")
    return found[numbers < FIRST_MERGED].reset_index(drop=True)


def read(home: Home, text: str) -> pd.DataFrame:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(text).df()
