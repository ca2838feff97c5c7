"""A deal that is deleted, and restored: what each day showed is what that day shows later."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.marts.warehouse import land
from tests.warehouse import build

MODELS = "+rpt_pipeline_waterfall +rpt_pipeline_daily +fct_stage_transitions"
STAGES = [
    {
        "pipeline_id": "sales",
        "stage_id": stage,
        "stage_name": stage,
        "position": place,
        "kind": kind,
    }
    for place, (stage, kind) in enumerate({"new": "open", "offer": "open", "won": "won"}.items())
]
DEAL = {
    "deal_id": "d",
    "stage_id": "offer",
    "pipeline_id": "sales",
    "account_id": "a",
    "amount": "100",
    "created_at": "2026-01-01T00:00:00Z",
}
HISTORY = [
    {"deal_id": "d", "stage_id": "new", "entered_at": "2026-01-01T00:00:00Z"},
    {"deal_id": "d", "stage_id": "offer", "entered_at": "2026-01-05T00:00:00Z"},
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Created on the 1st, deleted on the 10th, restored on the 20th, as three loads tell it."""
    versions: dict[int, dict[str, Any]] = {
        6: DEAL | {"updated_at": "2026-01-05T00:00:00"},
        11: DEAL | {"updated_at": "2026-01-10T00:00:00", "is_deleted": "true"},
        21: DEAL | {"updated_at": "2026-01-20T00:00:00", "is_deleted": "false"},
    }
    for day, deal in versions.items():
        entities = {
            "accounts": [{"account_id": "a", "name": "A"}],
            "deals": [deal],
            "stages": STAGES,
            "deal_stage_history": HISTORY,
        }
        land(
            tmp_path,
            entities,
            extracted_at=datetime(2026, 1, day, tzinfo=UTC),
            run_id=f"day{day}",
        )
    return tmp_path


def _rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_restored_deal_was_away_in_between(home: Path) -> None:
    failed = build(home, datetime(2026, 2, 1), select=MODELS)
    assert not any(failed.values()), {name: rows for name, rows in failed.items() if rows}
    assert _rows(home, "select status from marts.fct_deals") == [("open",)]
    assert _rows(
        home,
        "select visit_number, stage_id, exit_kind, hours_in_stage, is_reentry"
        " from marts.fct_stage_visits order by visit_number",
    ) == [
        (1, "new", "advanced", 96.0, False),
        (2, "offer", "deleted", 120.0, False),
        (3, "offer", "open", None, True),
    ]
    assert _rows(
        home,
        "select transition_number, from_stage_id, to_stage_id, direction, hours_in_from_stage"
        " from marts.fct_stage_transitions order by transition_number",
    )[2] == (3, "offer", "offer", "undeleted", 120.0)
    assert _rows(
        home, "select valid_from::date::varchar, status from marts.fct_deal_history order by 1"
    ) == [
        ("2026-01-01", "open"),
        ("2026-01-05", "open"),
        ("2026-01-10", "deleted"),
        ("2026-01-20", "open"),
    ]
    assert _rows(
        home,
        "select snapshot_date::varchar, sum(open_deals)::integer from marts.rpt_pipeline_daily"
        " where snapshot_date in ('2026-01-09', '2026-01-10', '2026-01-19', '2026-01-20')"
        " group by 1 order by 1",
    ) == [("2026-01-09", 1), ("2026-01-10", 0), ("2026-01-19", 0), ("2026-01-20", 1)]
    assert _rows(
        home,
        "select movement, deals::integer from marts.rpt_pipeline_waterfall"
        " where period_kind = 'week' and movement in ('deleted', 'reopened') order by period_start",
    ) == [("deleted", -1), ("reopened", 1)]


def test_in_between_it_is_deleted(home: Path) -> None:
    build(home, datetime(2026, 1, 15), data_tests=False, select="+fct_deals")
    assert _rows(home, "select status, ended_at::date::varchar from marts.fct_deals") == [
        ("deleted", "2026-01-10")
    ]
    # As-of moves on over the restoration: nothing has landed since, and the deal is back.
    build(home, datetime(2026, 1, 25), data_tests=False, select="+fct_deals")
    assert _rows(home, "select status, ended_at from marts.fct_deals") == [("open", None)]
