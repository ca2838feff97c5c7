"""Velocity and its factors once more, deal by deal in plain Python, by their definitions."""

from bisect import bisect_right
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import permutations
from math import prod
from typing import Any

import duckdb

from tests.marts.random_company import Company

DAY = timedelta(days=1)
WINDOW = 90 * DAY
Key = tuple[str, str, str]
Row = dict[Hashable, Any]

SEGMENTS = {
    "team": "team",
    "rep": "rep_id",
    "lead_source": "lead_source",
    "size_band": "size_band",
    "region": "region",
    "deal_type": "deal_type",
}


@dataclass(frozen=True)
class Factors:
    """What velocity is the product of; None where there are no deals to take it from."""

    open_deals: int
    win_rate: float | None
    average_amount: float | None
    cycle_days: float | None

    def product(self) -> tuple[float, ...] | None:
        """The four numbers that multiply to velocity, or None where there is none."""
        if self.win_rate is None or self.average_amount is None or not self.cycle_days:
            return None
        return (self.open_deals, self.win_rate, self.average_amount, 1 / self.cycle_days)


def outcome_date(deal: Row) -> date:
    """The day on which a deal was won, or lost."""
    moment = deal["won_date"] if deal["status"] == "won" else deal["closed_date"]
    day: date = moment.date()
    return day


class Book:
    """Deals and histories of a warehouse, and the rates of the company that it was built from."""

    def __init__(self, marts: duckdb.DuckDBPyConnection, company: Company) -> None:
        self.deals = marts.sql("select * from fct_deals").df().to_dict("records")
        self.history: dict[str, list[Row]] = {}
        for row in (
            marts.sql("select * from fct_deal_history order by valid_from").df().to_dict("records")
        ):
            self.history.setdefault(row["deal_id"], []).append(row)
        self._rates = sorted(
            (date.fromisoformat(row["rate_date"]), float(row["rate_to_reporting"]))
            for row in company.entities["fx_rates"]
        )

    def in_dollars(self, amount: float, currency: str, on: date) -> float:
        """Raises `LookupError` where no rate is at most seven days old."""
        if currency == "USD":
            return float(amount)
        place = bisect_right(self._rates, (on, float("inf"))) - 1
        if place < 0 or on - self._rates[place][0] > 7 * DAY:
            raise LookupError(on)
        return float(amount) * self._rates[place][1]

    def state(self, deal_id: str, on: date) -> Row | None:
        """The deal as it was at the end of a day; None where it had not begun."""
        end = datetime.combine(on + DAY, time())
        past = [row for row in self.history.get(deal_id, []) if row["valid_from"] < end]
        return past[-1] if past else None

    def segments(self, deal: Row) -> Iterator[tuple[str, str]]:
        yield "all", "all"
        for kind, column in SEGMENTS.items():
            yield kind, deal[column]

    def factors(self, on: date) -> dict[Key, Factors]:
        """By pipeline, kind of segment and segment; at the end of a day."""
        closed: dict[Key, list[Row]] = {}
        opened: dict[Key, int] = {}
        for deal in self.deals:
            state = self.state(deal["deal_id"], on)
            for segment in self.segments(deal):
                if state and state["status"] == "open":
                    key = (state["pipeline_id"], *segment)
                    opened[key] = opened.get(key, 0) + 1
                if deal["status"] in ("won", "lost"):
                    day = outcome_date(deal)
                    if on - WINDOW < day <= on:
                        closed.setdefault((deal["pipeline_id"], *segment), []).append(deal)
        return {
            key: self._factors(opened.get(key, 0), closed.get(key, []))
            for key in opened.keys() | closed.keys()
        }

    def _factors(self, open_deals: int, closed: list[Row]) -> Factors:
        won = [deal for deal in closed if deal["status"] == "won"]
        amounts = [
            self.in_dollars(deal["amount"], deal["currency"], outcome_date(deal)) for deal in won
        ]
        cycles = [
            (deal["won_date"] - deal["created_date"]).days
            for deal in won
            if deal["won_date"] >= deal["created_date"]
        ]
        return Factors(
            open_deals=open_deals,
            win_rate=len(won) / len(closed) if closed else None,
            average_amount=sum(amounts) / len(amounts) if amounts else None,
            cycle_days=sum(cycles) / len(cycles) if cycles else None,
        )


def contributions(before: tuple[float, ...], after: tuple[float, ...]) -> list[float]:
    """What each factor adds to the product when it changes, mean over all orders of changing."""
    orders = list(permutations(range(len(before))))
    totals = [0.0] * len(before)
    for order in orders:
        now = list(before)
        for place in order:
            product_before = prod(now)
            now[place] = after[place]
            totals[place] += prod(now) - product_before
    return [total / len(orders) for total in totals]
