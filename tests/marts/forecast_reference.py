"""The forecast once more in plain Python, origin by origin, from deal history and stage visits."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb

DAY = timedelta(days=1)
MONTHS = {"this_month": (0, 1), "next_month": (1, 2), "three_months": (0, 3)}
BANDS = (180, 90, 60, 30, 14, 7, 0)
PRIOR = 5


@dataclass(frozen=True)
class State:
    """A deal at the end of a day; `since` is the day it entered its stage."""

    deal_id: str
    pipeline_id: str
    stage_id: str
    status: str
    amount: float
    currency: str
    expected: date | None
    day: date
    since: date


def first_of(day: date, months_later: int = 0) -> date:
    months = day.year * 12 + day.month - 1 + months_later
    return date(months // 12, months % 12 + 1, 1)


def year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


class Forecaster:
    """Forecasts for month-end origins; amounts in the reporting currency."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = connection.execute(
            "select deal_id, valid_from, pipeline_id, stage_id, status, amount, currency,"
            " expected_close_date from marts.fct_deal_history order by deal_id, valid_from"
        ).fetchall()
        self.states = {
            deal: _ends_of_days(list(rows)) for deal, rows in groupby(rows, lambda row: row[0])
        }
        self.rates = connection.execute(
            "select currency, rate_date, rate_to_reporting from intermediate.int_fx_rates_unioned"
        ).fetchall()
        self.visits = connection.execute(
            "select deal_id, pipeline_id, stage_id, visit_number, exit_kind, exited_date"
            " from marts.fct_stage_visits where stage_kind = 'open'"
        ).fetchall()

    def value(self, state: State, day: date) -> float:
        if state.currency == "USD":
            return state.amount
        rate = max(
            (on, rate)
            for currency, on, rate in self.rates
            if currency == state.currency and on <= day <= on + 7 * DAY
        )[1]
        return float(round(Decimal(str(state.amount)) * Decimal(str(rate)), 4))

    def open_on(self, day: date, pipeline: str) -> list[State]:
        states = (_state_on(states, day) for states in self.states.values())
        return [
            state
            for state in states
            if state and state.status == "open" and state.pipeline_id == pipeline
        ]

    def won_in(self, first: date, last: date, pipeline: str) -> dict[str, float]:
        """Amount per deal that was won in the period and still is at its end."""
        won = {}
        for deal, states in self.states.items():
            start = None
            for state in states:
                if state.day > last:
                    break
                if state.status != "won":
                    start = None
                elif start is None:
                    start = state
            if start and start.day >= first and start.pipeline_id == pipeline:
                won[deal] = self.value(start, start.day)
        return won

    def earlier(self, origin: date, period: str, pipeline: str) -> Iterator[date]:
        """Origins whose period was over by then, the newest first."""
        begin = min(
            state.day for states in self.states.values() for state in states
            if state.pipeline_id == pipeline
        )  # fmt: skip
        back = 1
        while (other := first_of(origin + DAY, -back) - DAY) >= begin:
            if period_of(other, period)[1] <= origin:
                yield other
            back += 1

    def forecast(self, origin: date, period: str, pipeline: str) -> dict[str, float]:
        """Each method's forecast; all of them have enough to go on in this company."""
        first, last = period_of(origin, period)
        earlier = list(self.earlier(origin, period, pipeline))
        new_deals = []
        for other in earlier[:6]:
            open_then = {state.deal_id for state in self.open_on(other, pipeline)}
            won = self.won_in(*period_of(other, period), pipeline)
            new_deals.append(sum(won[deal] for deal in won if deal not in open_then))
        new = sum(new_deals) / len(new_deals)
        rates, factors = self._rates(earlier[:8], period, pipeline)
        win_rates = self._win_rates(origin, pipeline)
        total: dict[str, float] = defaultdict(float)
        for state in self.open_on(origin, pipeline):
            amount = self.value(state, origin)
            if state.expected and first <= state.expected <= last:
                total["stage_weighted"] += amount * win_rates.get(state.stage_id, 0)
            by_stage, by_age = rates(state.stage_id, _band(state, origin))
            total["stage_landmark"] += amount * by_stage * factors[0]
            total["stage_age"] += amount * by_age * factors[1]
        last_period = self.won_in(*period_of(earlier[0], period), pipeline)
        return {
            "last_month": sum(last_period.values()),
            **{
                method: total[method] + new
                for method in ("stage_weighted", "stage_landmark", "stage_age")
            },
        }

    def _win_rates(self, origin: date, pipeline: str) -> dict[str, float]:
        closed: dict[str, list[bool]] = defaultdict(list)
        for deal, in_pipeline, _, number, kind, day in self.visits:
            if in_pipeline != pipeline or kind not in ("won", "lost"):
                continue
            if year_before(origin) < day <= origin:
                for stage in {
                    other[2]
                    for other in self.visits
                    if other[:2] == (deal, pipeline) and other[3] <= number
                }:
                    closed[stage].append(kind == "won")
        return {stage: sum(won) / len(won) for stage, won in closed.items()}

    def _rates(self, earlier: list[date], period: str, pipeline: str) -> tuple[Any, Any]:
        seen = []
        for other in earlier:
            won = self.won_in(*period_of(other, period), pipeline)
            for state in self.open_on(other, pipeline):
                value = self.value(state, other)
                seen.append((state.stage_id, _band(state, other), value, won.get(state.deal_id)))

        def share(rows: list[Any], wider: float) -> float:
            wins = sum(row[3] is not None for row in rows)
            return (wins + PRIOR * wider) / (len(rows) + PRIOR)

        of_all = sum(row[3] is not None for row in seen) / len(seen)

        def rates(stage: str, band: int) -> tuple[float, float]:
            in_stage = [row for row in seen if row[0] == stage]
            by_stage = share(in_stage, of_all)
            return by_stage, share([row for row in in_stage if row[1] == band], by_stage)

        table = {key: rates(*key) for key in {row[:2] for row in seen}}
        brought = sum(row[3] or 0 for row in seen)
        squares = sum((row[3] or 0) ** 2 for row in seen)
        months = MONTHS[period][1] - MONTHS[period][0]
        factors = []
        for place in (0, 1):
            expected = sum(row[2] * table[row[:2]][place] for row in seen)
            difference, variance = brought / expected - 1, months * squares / expected**2
            is_chance = difference**2 <= variance
            factors.append(1 if is_chance else 1 + difference - variance / difference)
        return rates, factors


def period_of(origin: date, period: str) -> tuple[date, date]:
    first, last = MONTHS[period]
    return first_of(origin + DAY, first), first_of(origin + DAY, last) - DAY


def _band(state: State, day: date) -> int:
    return next(band for band in BANDS if (day - state.since).days >= band)


def _state_on(states: list[State], day: date) -> State | None:
    return max((state for state in states if state.day <= day), key=lambda s: s.day, default=None)


def _ends_of_days(rows: list[Any]) -> list[State]:
    last_of_day = {row[1].date(): row for row in rows}
    states: list[State] = []
    for day, (deal, _, pipeline, stage, status, amount, currency, expected) in last_of_day.items():
        same = states and (states[-1].pipeline_id, states[-1].stage_id, states[-1].status) == (
            pipeline,
            stage,
            status,
        )
        since = states[-1].since if same else day
        states.append(
            State(deal, pipeline, stage, status, float(amount), currency, expected, day, since)
        )
    return states
