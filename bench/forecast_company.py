"""Simulated pipelines for the forecast: five years of deals, day by day, many companies at once.

Deals walk through four open stages. The hazards of moving on and of being lost depend on the stage,
on the days in it and on the calendar; a scenario changes them, or the deals, from a month on.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

LAST_DATE = date(2026, 6, 30)
FIRST_DATE = date(2021, 7, 1)
DAYS = (LAST_DATE - FIRST_DATE).days + 1
CHANGE_DAY = (date(2024, 11, 1) - FIRST_DATE).days
STAGES = 4
WON, LOST = STAGES, STAGES + 1

# Per day, by stage; and their factors by days in the stage.
ADVANCING = np.array([0.030, 0.025, 0.022, 0.030])
LOSING = np.array([0.015, 0.012, 0.010, 0.008])
AGES = np.array([7, 30, 60])
ADVANCING_BY_AGE = np.array([0.6, 1.2, 0.8, 0.4])
LOSING_BY_AGE = np.array([0.6, 0.8, 1.2, 1.6])
# What a rep takes for the days that are left, from the entry into each stage, and what half of them
# add to a date that has passed. With these stage-weighted is about unbiased in the base company;
# other habits only make it worse.
USUAL_DAYS_LEFT = np.array([117.0, 85.0, 52.0, 29.0])
PUSHED_DAYS = 60.0
PUSHING = 0.5
# Deals per month of the year, and how much more is signed in the last week of a quarter.
SEASON = np.array([0.9, 1.0, 1.1, 1.0, 1.0, 1.05, 0.9, 0.75, 1.1, 1.1, 1.1, 1.0])
QUARTER_END = 1.5

Array = np.ndarray


@dataclass(frozen=True)
class Scenario:
    """What differs from the base company; changes happen on `CHANGE_DAY`."""

    name: str
    deals_per_day: float = 5.5
    yearly_growth: float = 0.2
    second_stage_factor: float = 1.0
    winning_factor: float = 1.0
    stale_share: float = 0.0
    size_exponent: float = 0.0


SCENARIOS = (
    Scenario("base"),
    Scenario("few deals", deals_per_day=2.0, yearly_growth=0.0),
    Scenario("many deals", deals_per_day=25.0),
    Scenario("second stage slows by half", second_stage_factor=0.5),
    Scenario("a third fewer wins", winning_factor=0.6),
    Scenario("big deals win less", size_exponent=-0.25),
    Scenario("stale deals pile up", stale_share=0.7),
)


def simulate(scenario: Scenario, companies: int, random: np.random.Generator) -> pd.DataFrame:
    """The changes of all deals: pipeline_id, deal_id, day, stage, amount, expected_day.

    `day` and `expected_day` count from `FIRST_DATE`; stages 0 to 3 are open, then won and lost.
    One row per deal and day on which its stage or its expected close date changed.
    """
    company, created = _arrivals(scenario, companies, random)
    total = len(created)
    amount = np.round(np.exp(random.normal(9.5, 0.8, total)), 2)
    size_factor = (amount / np.exp(9.5)) ** scenario.size_exponent
    is_pushed = random.random(total) < PUSHING
    stage = np.zeros(total, dtype=int)
    entered = created.copy()
    expected = created + _days_left(stage, random)
    is_stale = np.zeros(total, dtype=bool)
    changes = [(np.arange(total), created, stage.copy(), expected.copy())]
    starts = np.searchsorted(created, np.arange(DAYS + 1))
    active = np.empty(0, dtype=int)
    for day in range(DAYS):
        walking = active[~is_stale[active]]
        advances, loses = _moves(
            scenario, day, stage[walking], day - entered[walking], size_factor[walking], random
        )
        if scenario.stale_share and day >= CHANGE_DAY:
            # Nobody closes a deal that is lost: it stays where it is.
            stays = loses & (random.random(len(walking)) < scenario.stale_share)
            is_stale[walking[stays]] = True
            loses &= ~stays
        stage[walking[advances]] += 1
        stage[walking[loses]] = LOST
        moved = walking[advances | loses]
        entered[moved] = day
        expected[moved] = day + _days_left(stage[moved], random)
        overdue = active[(stage[active] < WON) & (expected[active] < day) & is_pushed[active]]
        expected[overdue] = day + np.ceil(PUSHED_DAYS * random.lognormal(0, 0.5, len(overdue)))
        changed = np.union1d(moved, overdue)
        changes.append(
            (changed, np.full(len(changed), day), stage[changed], expected[changed].copy())
        )
        active = np.concatenate(
            [active[stage[active] < WON], np.arange(starts[day], starts[day + 1])]
        )
    deal, on_day, to_stage, expected_day = (
        np.concatenate(part) for part in zip(*changes, strict=True)
    )
    return pd.DataFrame(
        {
            "pipeline_id": [f"{number:03}" for number in company[deal]],
            "deal_id": np.char.add(f"{scenario.name} ", deal.astype(str)),
            "day": on_day,
            "stage": to_stage,
            "amount": amount[deal],
            "expected_day": expected_day.astype(int),
        }
    )


def _arrivals(
    scenario: Scenario, companies: int, random: np.random.Generator
) -> tuple[Array, Array]:
    """Company and day of creation of every deal, in order of the day."""
    days = np.arange(DAYS)
    dates = [FIRST_DATE + timedelta(days=int(day)) for day in days]
    weight = SEASON[[each.month - 1 for each in dates]]
    weight = weight * (1 + scenario.yearly_growth) ** (days / 365)
    weight = weight * np.array([each.weekday() < 5 for each in dates]) * 7 / 5
    # Weeks differ by more than chance.
    weeks = random.gamma(25, 1 / 25, (companies, DAYS // 7 + 1))[:, days // 7]
    counts = random.poisson(scenario.deals_per_day * weight * weeks)
    created = np.repeat(np.tile(days, companies), counts.ravel())
    company = np.repeat(np.arange(companies), counts.sum(axis=1))
    order = np.argsort(created, kind="stable")
    return company[order], created[order]


def _days_left(stage: Array, random: np.random.Generator) -> Array:
    usual: Array = USUAL_DAYS_LEFT[np.minimum(stage, STAGES - 1)]
    days: Array = np.ceil(usual * random.lognormal(0, 0.5, len(stage)))
    return days


def _moves(
    scenario: Scenario,
    day: int,
    stage: Array,
    age: Array,
    size_factor: Array,
    random: np.random.Generator,
) -> tuple[Array, Array]:
    """Which deals advance and which are lost on a day; never both."""
    band = np.searchsorted(AGES, age, side="right")
    advancing = ADVANCING[stage] * ADVANCING_BY_AGE[band] * size_factor
    losing = LOSING[stage] * LOSING_BY_AGE[band]
    today = FIRST_DATE + timedelta(days=day)
    in_a_week = today + timedelta(days=7)
    if today.month % 3 == 0 and in_a_week.month != today.month:
        advancing = np.where(stage == STAGES - 1, advancing * QUARTER_END, advancing)
    if day >= CHANGE_DAY:
        slow = np.where(stage == 1, scenario.second_stage_factor, 1.0)
        weak = np.where(stage == STAGES - 1, scenario.winning_factor, 1.0)
        advancing, losing = advancing * slow * weak, losing * slow / weak
    draw = random.random(len(stage))
    return draw < advancing, (draw >= advancing) & (draw < advancing + losing)
