"""Exchange rates, and the quotas of sellers and teams."""

from datetime import date, timedelta

import numpy as np

from demo import world
from demo.clock import GRID_START, START
from demo.columns import DAY, Columns, Texts, moment, stack, stream, texts
from demo.company import Sellers


def exchange_rates(seed: int) -> Columns:
    """A random walk per currency on working days, from before the first deal to the last day."""
    rng = stream(seed, "exchange rates")
    days = np.arange(
        np.datetime64(GRID_START, "s").astype("datetime64[D]"),
        np.datetime64(world.LAST_DAY + timedelta(days=1), "D"),
    )
    days = days[np.is_busday(days)]
    tables = []
    for currency, (first, volatility) in world.EXCHANGE_RATES.items():
        steps = rng.normal(0, volatility / np.sqrt(261), len(days))
        walk = np.cumsum(steps)
        # Pulled back to where it began, so that no currency runs away over the years.
        rate = first * np.exp(walk - np.linspace(0, 0.8 * walk[-1], len(days)))
        tables.append({
            "rate_date": days,
            "currency": texts([currency] * len(days)),
            "rate_to_reporting": texts([f"{value:.10f}" for value in rate]),
        })  # fmt: skip
    table = stack(tables)
    order = np.lexsort((table["currency"].astype(str), table["rate_date"]))
    return {name: values[order] for name, values in table.items()}


def quotas(seed: int, sellers: Sellers, rep_ids: Texts) -> Columns:
    """Per quarter, in USD: one row per seller who works there then, one per team without seller.

    The quarter after the last day has its quotas already.
    """
    rng = stream(seed, "quotas")
    base = np.round(rng.normal(330_000, 40_000, len(sellers.team)), -3)
    rows: list[tuple[date, date, int, str | None, str]] = []
    for begin, end in quarters():
        works = (sellers.hired_at < moment(end) - 45 * DAY) & (sellers.left_at > moment(begin))
        raised = 1.06 ** ((moment(begin) - START) / (365 * DAY))
        amount = np.round(base * raised, -3).astype(np.int64)
        for team, sales_team in enumerate(world.TEAMS):
            mine = np.flatnonzero(works & (sellers.team == team))
            rows.extend((begin, end, int(amount[n]), rep_ids[n], sales_team.name) for n in mine)
            rows.append((begin, end, int(amount[mine].sum()), None, sales_team.name))
    return {
        "period_start": np.array([row[0] for row in rows], dtype="datetime64[D]"),
        "period_end": np.array([row[1] for row in rows], dtype="datetime64[D]"),
        "amount": np.array([row[2] for row in rows]),
        "currency": texts(["USD"] * len(rows)),
        "rep_id": texts([row[3] for row in rows]),
        "team": texts([row[4] for row in rows]),
    }


def quarters() -> list[tuple[date, date]]:
    """First and last day of every quarter from the first day to the one after the last day."""
    begin, found = world.FIRST_DAY, []
    while begin <= world.LAST_DAY + timedelta(days=1):
        following = date(begin.year + (begin.month + 3 > 12), (begin.month + 2) % 12 + 1, 1)
        found.append((begin, following - timedelta(days=1)))
        begin = following
    return found
