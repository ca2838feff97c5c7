"""The weekly scores against the reference, and one episode worked out by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.marts.detector_reference import weekly_scores
from tests.marts.random_company import AS_OF
from tests.marts.warehouse import EXTRACTED_AT, build_warehouse, land
from tests.warehouse import build

DAY = timedelta(days=1)
SEGMENT_COLUMNS = {
    "team": "team",
    "rep": "rep_id",
    "lead_source": "lead_source",
    "size_band": "size_band",
    "region": "region",
    "deal_type": "deal_type",
}


def test_scores_equal_the_reference(marts: duckdb.DuckDBPyConnection) -> None:
    segments = ", ".join(f"deals.{name}" for name in SEGMENT_COLUMNS.values())
    visits = marts.sql(
        "select visits.pipeline_id, visits.stage_id, entered_date, exited_date, exit_kind,"
        f" {segments}"
        " from fct_stage_visits as visits inner join fct_deals as deals using (source, deal_id)"
        " where visits.stage_kind = 'open' and entered_date is not null"
        " and not (is_left_truncated or visits.is_inferred_history)"
    ).df()
    names = {column: segment_type for segment_type, column in SEGMENT_COLUMNS.items()}
    expected = weekly_scores(visits.rename(columns=names), AS_OF.date())
    found = marts.sql(
        "select pipeline_id, stage_id, segment_type, segment, kind, observed, expected, score,"
        " threshold, status, date_diff('day', date '1970-01-05', week_start_date) // 7"
        " as week_number from rpt_stage_health"
    ).df()
    assert set(found["status"]) > {"learning", "ok"}
    key = ["pipeline_id", "stage_id", "segment_type", "segment", "kind", "week_number"]
    pd.testing.assert_frame_equal(
        found.set_index(key).sort_index(),
        expected.set_index(key).sort_index()[list(found.columns.drop(key))],
        check_dtype=False,
        rtol=1e-9,
        atol=1e-9,
    )


# One deal enters `Check` every day and leaves it for `Sign` after five days; from 1 June 2026 on
# only every fourth still leaves. As-of is Sunday 28 June.
FIRST_DAY, SLOW_FROM, LAST_DAY = date(2025, 9, 1), date(2026, 6, 1), date(2026, 6, 28)


def _slowing_company(slow_from: date = SLOW_FROM) -> dict[str, list[dict[str, Any]]]:
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
        if left <= LAST_DAY and (left < slow_from or number % 4 == 0):
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
    build_warehouse(
        home, _slowing_company(), as_of, select="+rpt_bottlenecks +rpt_bottleneck_deals"
    )
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_one_episode_worked_out_by_hand(slowing: duckdb.DuckDBPyConnection) -> None:
    (episode,) = slowing.sql(
        "select stage_id, kind, began_on, opened_on, resolved_on, part_of_bottleneck_id,"
        " deals_observed, deals_expected, deals_affected, amount_at_stake_reporting,"
        " cost_per_week_reporting from marts.rpt_bottlenecks where kind = 'slow'"
    ).fetchall()
    stage, kind, began_on, opened_on, resolved_on, part_of, *figures = episode
    assert (stage, kind, resolved_on, part_of) == ("check", "slow", None, None)
    assert began_on == SLOW_FROM
    assert opened_on in (SLOW_FROM + 13 * DAY, SLOW_FROM + 20 * DAY)
    observed, expected, affected, at_stake, cost = figures
    # 28 arrivals would have left in the window (those of 27 May to 23 June); every fourth did.
    numbers = [(date(2026, 5, 27) - FIRST_DAY).days + day for day in range(28)]
    assert observed == sum(number % 4 == 0 for number in numbers) == 7
    # Of a week's seven arrivals those of Monday and Tuesday leave within it: 2 in 27 deal-days of
    # the first band of age. The other five leave in the week after, in 15 deal-days. Nobody was
    # ever older. Each deal's chance in the weeks of the window that it began by:
    monday = date(2026, 6, 1)
    factors = dict(
        slowing.sql(
            "select date '1970-01-05' + (week_number * 7)::int, common_factor"
            " from intermediate.int_stage_weekly_evidence"
            " where stage_id = 'check' and kind = 'slow'"
        ).fetchall()
    )
    chances = []
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        entered = FIRST_DAY + number * DAY
        left = entered + 5 * DAY
        if left < monday:
            continue
        hazard = 0.0
        for week in range(4):
            begin = monday + 7 * week * DAY
            end = begin + 6 * DAY
            rate = {0: 2 / 27, 1: 5 / 15}.get((end - entered).days // 7, 0.0)
            if entered <= end:
                hazard += ((end - max(entered, begin)).days + 1) * rate * factors[begin]
        chances.append(1 - np.exp(-hazard))
    assert expected == pytest.approx(sum(chances), rel=1e-9)
    # Usual is five days; held up are the 21 that stayed and are older than that.
    held_up = [n for n in numbers if n % 4 and (LAST_DAY - FIRST_DAY).days - n > 5]
    assert affected == len(held_up)
    assert at_stake == 1000 * len(held_up)
    # Of the deals that moved on in the year before, all of which are closed, half were won.
    (win_rate,) = slowing.sql(
        "select avg((deals.status = 'won')::int)"
        " from marts.fct_stage_visits inner join marts.fct_deals as deals using (deal_id)"
        " where fct_stage_visits.stage_id = 'check' and exit_kind = 'advanced'"
        " and deals.status in ('won', 'lost') and exited_date < date '2026-04-06'"
    ).fetchall()[0]
    assert float(cost) == pytest.approx((sum(chances) - 7) / 4 * win_rate * 1000, abs=1e-3)


def test_the_deals_to_move_first(slowing: duckdb.DuckDBPyConnection) -> None:
    rows = slowing.sql(
        "select place, days_in_stage, usual_days from marts.rpt_bottleneck_deals"
        " inner join marts.rpt_bottlenecks using (bottleneck_id) where kind = 'slow'"
        " order by place"
    ).fetchall()
    assert [place for place, *_ in rows] == list(range(1, 11))
    # All are worth the same, so the longest wait comes first.
    assert [days for _, days, _ in rows] == sorted((days for _, days, _ in rows), reverse=True)
    assert {usual for *_, usual in rows} == {5}


def test_an_episode_keeps_its_id_when_late_data_shift_its_first_day(tmp_path: Path) -> None:
    as_of = datetime.combine(LAST_DAY, datetime.max.time())
    wanted = "+rpt_bottlenecks"
    build_warehouse(tmp_path, _slowing_company(), as_of, select=wanted)
    first = _slow_episode(tmp_path)
    # Moves of the first two weeks of June that nobody had entered into the CRM.
    late = _slowing_company(SLOW_FROM + 14 * DAY)
    land(tmp_path, late, extracted_at=EXTRACTED_AT + DAY, run_id="late")
    build(tmp_path, as_of, select=wanted)
    second = _slow_episode(tmp_path)
    assert second[1] > first[1]
    assert second[0] == first[0]


def _slow_episode(home: Path) -> tuple[str, date]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        (episode,) = connection.sql(
            "select bottleneck_id, opened_on from marts.rpt_bottlenecks where kind = 'slow'"
        ).fetchall()
    return episode
