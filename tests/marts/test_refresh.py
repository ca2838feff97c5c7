"""Which deals a refresh makes anew, and that it never matters to the marts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.marts.deal_histories import AS_OF, TIMEZONE
from tests.marts.load_schedules import combined, make_schedules
from tests.marts.warehouse import EXTRACTED_AT, land
from tests.warehouse import assert_same_marts, build, marts, scopes

# Those that are made per deal, and what they stand on.
MODELS = "+int_completed_refreshes"
EARLIER = AS_OF - timedelta(days=60)


def _build(home: Path, as_of: datetime, timezone: str = TIMEZONE) -> None:
    build(home, as_of, data_tests=False, timezone=timezone, select=MODELS)


@pytest.mark.full
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
    # A refresh that broke off at the end of its models, with a later as-of than the next one's.
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
        "all deals",
    ]
    # Another time zone is another day for every change.
    _build(tmp_path, AS_OF, timezone="UTC")
    _build(tmp_path, AS_OF)
    assert scopes(tmp_path)[-2:] == ["all deals", "all deals"]
    assert_same_marts(marts(tmp_path), found)


STAGES = [
    {
        "pipeline_id": "sales",
        "pipeline_name": "Sales",
        "stage_id": stage_id,
        "stage_name": stage_id,
        "position": place,
        "kind": stage_id if stage_id in ("won", "lost") else "open",
    }
    for place, stage_id in enumerate(["new", "talk", "won", "lost"])
]
PARTNER = {"pipeline_id": "partner", "pipeline_name": "Partner", "stage_id": "trial"}
# Deal, rep, account, currency, and the days on which it came into its stages.
DEALS = {
    "early": ("ann", "acme", "EUR", {"new": "2025-11-03", "won": "2025-12-12"}),
    "won": ("ann", "acme", "EUR", {"new": "2026-01-05", "talk": "2026-02-02", "won": "2026-03-10"}),
    "open": ("bob", "acme", "EUR", {"new": "2026-02-20", "talk": "2026-04-07"}),
    "lost": ("bob", "bits", "USD", {"new": "2025-10-01", "lost": "2026-01-15"}),
    "dollars": ("ann", "acme", "USD", {"new": "2026-01-20", "talk": "2026-03-03"}),
}
REFERRING = (
    "+int_completed_refreshes +metrics_daily +rpt_deal_cohorts +rpt_stage_durations"
    " +rpt_stage_conversion_estimate"
)


def _deals() -> dict[str, Sequence[Mapping[str, object]]]:
    deals = [
        {
            "deal_id": deal_id,
            "pipeline_id": "sales",
            "stage_id": list(days)[-1],
            "rep_id": rep,
            "account_id": account,
            "currency": currency,
            "amount": 100,
            "created_at": f"{min(days.values())}T08:00:00+00:00",
            "expected_close_date": "2026-04-30",
        }
        for deal_id, (rep, account, currency, days) in DEALS.items()
    ]
    history = [
        {
            "deal_id": deal_id,
            "pipeline_id": "sales",
            "stage_id": stage_id,
            "entered_at": f"{day}T08:00:00+00:00",
        }
        for deal_id, (_, _, _, days) in DEALS.items()
        for stage_id, day in days.items()
    ]
    # Recorded in March, and worth what the rate of then says, though it was won in January.
    late = {"deal_id": "late", "pipeline_id": "sales", "stage_id": "won", "currency": "EUR"}
    late |= {"amount": "100", "created_at": "2026-03-02T08:00:00+00:00"}
    late |= {"closed_at": "2026-01-10T08:00:00+00:00"}
    # Its history does not say to which pipeline its second stage belongs, and none lists that yet.
    stray = {"deal_id": "stray", "pipeline_id": "sales", "stage_id": "trial", "currency": "USD"}
    stray |= {"amount": "100", "created_at": "2026-01-07T08:00:00+00:00"}
    history += [
        {"deal_id": "stray", "stage_id": stage_id, "entered_at": f"{day}T08:00:00+00:00"}
        for stage_id, day in {"new": "2026-01-07", "trial": "2026-02-10"}.items()
    ]
    return {"stages": STAGES, "deals": [*deals, late, stray], "deal_stage_history": history}


def _rate(day: str, rate: float) -> dict[str, object]:
    return {"rate_date": day, "currency": "EUR", "rate_to_reporting": rate}


def test_what_deals_refer_to_changes(tmp_path: Path) -> None:
    first_day = datetime(2026, 1, 1)
    rates = [_rate(f"{first_day + timedelta(days=7 * week):%F}", 1.5) for week in range(-14, 20)]
    loads: list[tuple[timedelta, dict[str, Sequence[Mapping[str, object]]], set[str]]] = [
        (
            timedelta(days=0),
            _deals()
            | {
                "reps": [{"rep_id": "ann", "team": "north"}, {"rep_id": "bob", "team": "south"}],
                "accounts": [{"account_id": "acme", "employee_count": 10}],
                "fx_rates": rates,
            },
            set(),
        ),
        # Bob changes teams, and the account that the lost deal has named all along is listed.
        (
            timedelta(days=1),
            {
                "reps": [{"rep_id": "bob", "team": "north"}],
                "accounts": [{"account_id": "bits", "employee_count": 5000}],
            },
            {"open", "lost"},
        ),
        # A rate of February was wrong: nobody minds whose deal was closed by then.
        (timedelta(days=2), {"fx_rates": [_rate("2026-02-05", 3)]}, {"won", "open", "late"}),
        (timedelta(days=3), {"stages": [STAGES[0] | PARTNER]}, {"stray"}),
        # A month on, and tomorrow's rate comes.
        (timedelta(days=32), {"fx_rates": [_rate("2026-06-20", 9)]}, set()),
    ]
    everything: dict[str, list[Mapping[str, object]]] = {}
    for number, (later, load, affected) in enumerate(loads):
        land(tmp_path, load, extracted_at=EXTRACTED_AT + timedelta(days=number), run_id=f"{number}")
        build(tmp_path, AS_OF + later, data_tests=False, select=REFERRING)
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
            found = connection.sql("select deal_id from intermediate.int_affected_deals").fetchall()
        assert {deal_id for (deal_id,) in found} == affected
        for entity, rows in load.items():
            everything.setdefault(entity, []).extend(rows)
    assert scopes(tmp_path) == ["all deals"] + ["changed deals"] * 4
    land(tmp_path / "once", everything)
    build(tmp_path / "once", AS_OF + loads[-1][0], data_tests=False, select=REFERRING)
    assert_same_marts(marts(tmp_path), marts(tmp_path / "once"))


def _entered(deal_id: str, stage_id: str, day: str) -> dict[str, str]:
    entered_at = f"{day}T08:00:00+00:00"
    return {"deal_id": deal_id, "pipeline_id": "sales", "stage_id": stage_id} | {
        "entered_at": entered_at
    }


@pytest.mark.full
def test_only_weeks_that_count_otherwise_are_counted_anew(tmp_path: Path) -> None:
    days = {
        "waits": {"new": "2026-03-02", "talk": "2026-03-25"},
        "back": {"new": "2026-01-07", "won": "2026-04-07"},
        "over": {"new": "2025-11-05", "talk": "2025-11-19", "won": "2025-12-01"},
    }
    deals = [
        {"deal_id": deal_id, "pipeline_id": "sales", "stage_id": list(entered)[-1]}
        | {"created_at": f"{entered['new']}T08:00:00+00:00"}
        | {"rep_id": "bob" if deal_id == "over" else "ann"}
        for deal_id, entered in days.items()
    ]
    history = [_entered(each, *entry) for each in days for entry in days[each].items()]
    reps = [{"rep_id": rep_id, "team": "north"} for rep_id in ("ann", "bob")]
    later = timedelta(days=12)
    # Loads, how much later each is built, and the Mondays of the weeks that it changes.
    loads: list[tuple[dict[str, Sequence[Mapping[str, object]]], timedelta, list[str]]] = [
        ({"stages": STAGES, "deals": deals, "deal_stage_history": history, "reps": reps},
         timedelta(0), []),
        # Won on a Wednesday: until then the stay in `talk` was the same. Of another team all weeks
        # are. What happened in the week that is not over is counted when it is.
        ({"deal_stage_history": [
            _entered("waits", "won", "2026-04-29"), _entered("over", "talk", "2026-05-19")],
          "reps": [{"rep_id": "bob", "team": "south"}]},
         timedelta(0),
         ["2025-11-03", "2025-11-10", "2025-11-17", "2025-11-24", "2025-12-01",
          "2026-04-27", "2026-05-04", "2026-05-11"]),
        # A row comes late: the deal was lost in between.
        ({"deal_stage_history": [_entered("back", "lost", "2026-03-12")]},
         timedelta(0), ["2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30", "2026-04-06"]),
        ({}, later, ["2026-05-18", "2026-05-25"]),
    ]  # fmt: skip
    everything: dict[str, list[Mapping[str, object]]] = {}
    for number, (load, passed, weeks) in enumerate(loads):
        land(tmp_path, load, extracted_at=EXTRACTED_AT + timedelta(days=number), run_id=f"{number}")
        _build(tmp_path, AS_OF + passed)
        assert _affected_weeks(tmp_path) == weeks
        for entity, rows in load.items():
            everything.setdefault(entity, []).extend(rows)
    land(tmp_path / "once", everything)
    _build(tmp_path / "once", AS_OF + later)
    for name in ("int_stage_weekly_ages", "int_stage_weekly_rates"):
        expected = _rows(tmp_path / "once", name)
        assert expected
        assert _rows(tmp_path, name) == expected


def _affected_weeks(home: Path) -> list[str]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select (date '1970-01-05' + 7 * week_number::integer)::date::varchar"
            " from intermediate.int_affected_weeks order by all"
        ).fetchall()
    return [week for (week,) in rows]


def _rows(home: Path, name: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(f"select * from intermediate.{name} order by all").fetchall()


@pytest.mark.full
def test_what_is_made_in_parts_by_hand_is_made_anew(tmp_path: Path) -> None:
    everything = _deals()
    history = everything["deal_stage_history"]
    land(tmp_path, everything)
    _build(tmp_path, AS_OF)
    won = {"deal_id": "open", "pipeline_id": "sales", "stage_id": "won"}
    won |= {"entered_at": "2026-05-21T08:00:00+00:00"}
    land(
        tmp_path,
        {"deal_stage_history": [won]},
        extracted_at=EXTRACTED_AT + timedelta(days=1),
        run_id="second",
    )
    later = AS_OF + timedelta(days=2)
    # A step alone, a refresh without one of its steps, and the end of one without its beginning.
    for selection in ("int_deals+1", "+rpt_pipeline_daily", "rpt_slippage+1"):
        build(tmp_path, later, data_tests=False, timezone=TIMEZONE, select=selection)
    _build(tmp_path, later)
    assert scopes(tmp_path)[-1] == "all deals"
    land(tmp_path / "once", everything | {"deal_stage_history": [*history, won]})
    _build(tmp_path / "once", later)
    # One that was made from parts is left alone afterwards.
    _build(tmp_path, later)
    assert scopes(tmp_path)[-1] == "changed deals"
    expected = marts(tmp_path / "once")
    found = marts(tmp_path)
    assert_same_marts({name: found[name] for name in expected}, expected)
