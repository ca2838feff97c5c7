"""Which deals a refresh makes anew, and that it never matters to the marts."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from tests.marts.deal_histories import AS_OF, TIMEZONE
from tests.marts.load_schedules import combined, make_schedules
from tests.marts.warehouse import EXTRACTED_AT, land
from tests.warehouse import assert_same_marts, build, marts, scopes

# Those that are made per deal, and what they stand on.
MODELS = "+int_completed_refreshes +int_refreshed_stages"
EARLIER = AS_OF - timedelta(days=60)


def _build(home: Path, as_of: datetime, timezone: str = TIMEZONE) -> None:
    build(home, as_of, data_tests=False, timezone=timezone, select=MODELS)


def test_as_of_moves_back_and_forth_and_refreshes_break_off(tmp_path: Path) -> None:
    made = {f"s{place:03}": each for place, each in enumerate(make_schedules(12, 5))}
    first, second, _ = combined(made)
    land(tmp_path, first)
    _build(tmp_path, AS_OF)
    before = marts(tmp_path)
    # Back: what has happened since must go from every deal.
    _build(tmp_path, EARLIER)
    _build(tmp_path, AS_OF)
    assert_same_marts(marts(tmp_path), before)
    # A refresh that broke off after its models about deals, with a later as-of than the next one's.
    land(tmp_path, second, extracted_at=EXTRACTED_AT + timedelta(days=1), run_id="second")
    _build(tmp_path, AS_OF + timedelta(days=90))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            "delete from intermediate.int_completed_refreshes where refresh_number = 4"
        )
    _build(tmp_path, AS_OF)
    found = marts(tmp_path)
    assert scopes(tmp_path) == [
        "all deals",
        "all deals",
        "changed deals",
        "changed deals",
        "changed deals",
    ]
    # Another time zone is another day for every change.
    _build(tmp_path, AS_OF, timezone="UTC")
    _build(tmp_path, AS_OF)
    assert scopes(tmp_path)[-2:] == ["all deals", "all deals"]
    assert_same_marts(marts(tmp_path), found)
