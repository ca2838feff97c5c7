"""Deals in one stage whose true conversion is known: many small companies at once.

Each replication is a stage of its own. A deal enters, waits, and leaves by converting or by being
lost; both hazards depend on the days since entry, and may change on a calendar day.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

LAST_DATE = date(2026, 6, 30)
HISTORY_DAYS = 730
LONGEST_STAY = 1100

# Per day since entry: slow in the first week, brisk until day 45, slow afterwards.
AGES = np.array([7, 45, LONGEST_STAY])
CONVERTING = np.array([0.010, 0.024, 0.014])
LOSING = np.array([0.004, 0.007, 0.006])


@dataclass(frozen=True)
class Scenario:
    """How entries and hazards develop; a change happened `changed_days_ago`, or never."""

    name: str
    changed_days_ago: int | None = None
    converting_factor: float = 1.0
    losing_factor: float = 1.0
    yearly_growth: float = 0.0

    @property
    def truth(self) -> float:
        """P(converted within 90 days) at the hazards in force on the last day."""
        ages = np.arange(90)
        converting, losing = _hazards(ages)
        converting, losing = converting * self.converting_factor, losing * self.losing_factor
        if self.changed_days_ago is None:
            converting, losing = _hazards(ages)
        leaving = converting + losing
        staying = np.exp(-np.concatenate([[0.0], np.cumsum(leaving)[:-1]]))
        return float(np.sum(staying * (1 - np.exp(-leaving)) * converting / leaving))


SCENARIOS = (
    Scenario("stable"),
    Scenario("stable, growing 50% a year", yearly_growth=0.5),
    Scenario("changed one window (90 days) ago", 90, 0.6, 1.3),
    Scenario("changed 60 days ago, window misaligned", 60, 0.6, 1.3),
)


def _hazards(age: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    band = np.searchsorted(AGES, age, side="right")
    return CONVERTING[band], LOSING[band]


def simulate(
    scenario: Scenario, replications: int, entries: int, random: np.random.Generator
) -> pd.DataFrame:
    """First stays as `int_stage_entries` has them; `entries` per replication on average.

    Time runs in days and fractions of a day from the begin of the history; hazards are constant
    within a day since entry.
    """
    total = replications * entries
    uniform = random.random(total)
    growth = np.log1p(scenario.yearly_growth) * HISTORY_DAYS / 365
    shape = np.log1p(uniform * np.expm1(growth)) / growth if growth else uniform
    entered = shape * HISTORY_DAYS
    change = np.inf
    if scenario.changed_days_ago is not None:
        change = HISTORY_DAYS - scenario.changed_days_ago
    stay = np.full(total, np.inf)
    converted = np.zeros(total, dtype=bool)
    waiting = np.arange(total)
    for age in range(LONGEST_STAY):
        waiting = waiting[entered[waiting] + age < HISTORY_DAYS]
        if not len(waiting):
            break
        converting, losing = _hazards(np.full(len(waiting), age))
        is_changed = entered[waiting] + age >= change
        converting = np.where(is_changed, converting * scenario.converting_factor, converting)
        losing = np.where(is_changed, losing * scenario.losing_factor, losing)
        leaving = converting + losing
        within = random.exponential(1 / leaving)
        has_left = within < 1
        who = waiting[has_left]
        stay[who] = age + within[has_left]
        converted[who] = random.random(len(who)) < (converting / leaving)[has_left]
        waiting = waiting[~has_left]
    left = entered + stay
    has_ended = left < HISTORY_DAYS
    outcome = np.where(has_ended, np.where(converted, "converted", "lost"), "open")
    first_day = np.datetime64(LAST_DATE - timedelta(days=HISTORY_DAYS - 1))
    entered_date = first_day + np.floor(entered).astype("timedelta64[D]")
    exited_date = first_day + np.floor(np.where(has_ended, left, 0)).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "source": "truth",
            "pipeline_id": scenario.name,
            "deal_id": np.arange(total).astype(str),
            "stage_id": np.repeat(np.arange(replications), entries).astype(str),
            "entered_date": entered_date,
            "exited_date": np.where(has_ended, exited_date, np.datetime64("NaT")),
            "direct_outcome": outcome,
        }
    )
