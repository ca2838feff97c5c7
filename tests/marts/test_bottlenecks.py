"""The weekly series against a count of deal-days, and one episode worked out by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tests.marts.random_company import AS_OF, Company
from tests.marts.reference import visits_of
from tests.marts.warehouse import build_warehouse

DAY = timedelta(days=1)


def test_windows_equal_a_count_of_deal_days(
    marts: duckdb.DuckDBPyConnection, company: Company
) -> None:
    stays = [
        (stay, stay.entered_at.date(), stay.exited_at.date() if stay.exited_at else None)
        for deal in visits_of(company).values()
        for stay in deal
        if stay.kind == "open"
    ]
    rows = marts.sql(
        "select stage_id, week_end_date, exits_observed, deal_days, baseline_exits,"
        " baseline_deal_days from intermediate.int_stage_weekly_exits"
        " where month(week_end_date) in (3, 9, 12)"
    ).fetchall()
    assert rows

    def counted(stage_id: str, first: date, last: date) -> tuple[int, int]:
        exits = deal_days = 0
        for stay, entered, exited in stays:
            if stay.stage_id == stage_id:
                exits += bool(
                    stay.exit_kind in ("advanced", "won") and exited and first <= exited <= last
                )
                end = min(exited or AS_OF.date(), last)
                deal_days += max((end - max(entered, first)).days + 1, 0)
        return exits, deal_days

    for stage_id, week_end, *found in rows:
        assert week_end.isoweekday() == 7
        recent = counted(stage_id, week_end - 27 * DAY, week_end)
        baseline = counted(stage_id, week_end - 209 * DAY, week_end - 28 * DAY)
        assert [value or 0 for value in found] == [*recent, *baseline]


# One deal enters `Check` every day and leaves it for `Sign` after five days; from 1 June 2026 on
# only every fourth still leaves. As-of is Sunday 28 June.
FIRST_DAY, SLOW_FROM, LAST_DAY = date(2025, 9, 1), date(2026, 6, 1), date(2026, 6, 28)


def _slowing_company() -> dict[str, list[dict[str, Any]]]:
    kinds = [("check", "open"), ("sign", "open"), ("won", "won"), ("lost", "lost")]
    stages = [
        {"stage_id": name, "stage_name": name.title(), "position": place, "kind": kind}
        for place, (name, kind) in enumerate(kinds, start=1)
    ]
    deals, history = [], []
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        entered = FIRST_DAY + number * DAY
        steps = [("check", entered)]
        left = entered + 5 * DAY
        if left <= LAST_DAY and (left < SLOW_FROM or number % 4 == 0):
            steps.append(("sign", left))
            if left + DAY <= LAST_DAY:
                steps.append(("won" if number % 2 else "lost", left + DAY))
        deals.append(
            {"deal_id": number, "stage_id": steps[-1][0], "amount": 1000, "created_at": entered}
        )
        history += [
            {"deal_id": number, "stage_id": stage, "entered_at": moment} for stage, moment in steps
        ]
    return {"stages": stages, "deals": deals, "deal_stage_history": history}


@pytest.fixture(scope="module")
def slowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    home = tmp_path_factory.mktemp("slowing")
    as_of = datetime.combine(LAST_DAY, datetime.max.time())
    build_warehouse(home, _slowing_company(), as_of, select="+rpt_bottlenecks")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_one_episode_worked_out_by_hand(slowing: duckdb.DuckDBPyConnection) -> None:
    (episode,) = slowing.sql(
        "select stage_id, kind, opened_on, resolved_on, exits_observed, exits_expected,"
        " deals_affected, amount_at_stake_reporting, cost_per_week_reporting"
        " from marts.rpt_bottlenecks"
    ).fetchall()
    stage, kind, opened_on, resolved_on, observed, expected, affected, at_stake, cost = episode
    assert (stage, kind, resolved_on) == ("check", "slow", None)
    assert SLOW_FROM < opened_on <= LAST_DAY
    # 28 arrivals would have left in the window (those of 27 May to 23 June); every fourth did.
    numbers = [(date(2026, 5, 27) - FIRST_DAY).days + day for day in range(28)]
    assert observed == sum(number % 4 == 0 for number in numbers) == 7
    # Before, a deal took part in six days (entry to exit) and left once: one exit in six deal-days.
    # In the window: those that left on time, and the others from entry, or 1 June, to its end.
    deal_days = 0
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        entered = FIRST_DAY + number * DAY
        left = entered + 5 * DAY
        gone = left <= LAST_DAY and (left < SLOW_FROM or number % 4 == 0)
        end = left if gone else LAST_DAY
        deal_days += max((end - max(entered, SLOW_FROM)).days + 1, 0)
    assert expected == pytest.approx(deal_days / 6, rel=1e-12)
    # Usual is five days; held up are the 21 that stayed and are older than that.
    held_up = [n for n in numbers if n % 4 and (LAST_DAY - FIRST_DAY).days - n > 5]
    assert affected == len(held_up)
    assert at_stake == 1000 * len(held_up)
    # Half of the closed deals were won: missing exits per week x 0.5 x 1,000.
    (win_rate,) = slowing.sql(
        "select avg(case when status = 'won' then 1.0 else 0 end) from marts.fct_deals"
        " where status in ('won', 'lost')"
    ).fetchall()[0]
    assert float(cost) == pytest.approx((expected - observed) / 4 * win_rate * 1000, abs=1e-3)
