"""Pipelines in which a bottleneck is planted: many small companies at once, day by day.

Each replication is a pipeline of its own with five open stages and four teams. A deal waits in a
stage, and on each day moves on, is lost or goes back, with hazards that depend on its days in the
stage, the season, the day of the week and the luck of the week. Some moves are entered into the
CRM days late. The same code makes the companies in which nothing is planted.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.detector.plants import LASTING_DAYS, Plants, distort, plant
from bench.detector.scenarios import Scenario
from bench.detector.shape import ADVANCED, FIRST_DATE, LOST, STAGES, STAYED, TEAMS, WEEKS

# New deals per week and team in the first year, before the sizes of the teams.
ARRIVALS = 9.2
TEAM_SIZES = np.array([1.6, 1.1, 0.8, 0.5])
YEARLY_GROWTH = 0.3
# Per day, at the brisk age: moved on, lost, gone back. The stages differ in pace and in losses.
ADVANCING = np.array([0.085, 0.060, 0.050, 0.045, 0.055])
LOSING = np.array([0.012, 0.014, 0.014, 0.010, 0.020])
GOING_BACK = np.array([0.0, 0.002, 0.002, 0.003, 0.002])
# Times that, from each day in the stage on: slow at first, brisk, then fading.
AGES = np.array([0, 3, 14, 30, 60])
AGE_FACTORS = np.array([0.5, 1.2, 1.0, 0.7, 0.45])
WEEKDAY_FACTORS = np.array([1.2, 1.3, 1.3, 1.3, 1.3, 0.35, 0.25])
# Luck of a week: the coefficient of variation of each stage and team's hazards.
WEEKLY_NOISE = 0.2
LATE_SHARE, LATE_DAYS = 0.1, 4.0
AMOUNT_MEDIAN, AMOUNT_SIGMA = 10_000.0, 0.6


@dataclass(frozen=True)
class Simulated:
    """Stays and deals as the marts have them, and the truth: one row per plant.

    `truth` has `planted_from`, `planted_until` and `judged_on` (days since FIRST_DATE; the last is
    the Monday after the first eight weeks), `stage`, `team` (-1 = all) and `missing_per_week`: over
    the four weeks before `judged_on`, the moves forward that the usual hazards would have made of
    the same deals and the same luck, less those that happened.
    """

    visits: pd.DataFrame
    deals: pd.DataFrame
    truth: pd.DataFrame


def season(day: np.ndarray) -> np.ndarray:
    """Factor of all hazards and arrivals: brisk quarter ends, slow August and turn of the year."""
    dates = np.datetime64(FIRST_DATE) + day
    month = dates.astype("datetime64[M]")
    to_month_end = (month + 1).astype("datetime64[D]") - dates
    number = month.astype(int) % 12 + 1
    factor = np.ones(len(day))
    factor[(number % 3 == 0) & (to_month_end.astype(int) <= 14)] = 1.3
    factor[number == 8] = 0.8
    year_day = (dates - dates.astype("datetime64[Y]")).astype(int)
    factor[(year_day >= 354) | (year_day <= 3)] = 0.5
    return factor


# An open deal: where it is, since when, since when by what the CRM was told, and whether it would
# have left already had nothing been planted.
OPEN_DEAL = np.dtype(
    [(name, np.int32) for name in ("pipeline", "team", "deal", "number", "stage")]
    + [("entered", np.int32), ("told", np.int32), ("would_have_left", np.bool_)]
)
STAY = np.dtype(
    [(name, np.int32) for name in ("pipeline", "team", "deal", "number", "stage")]
    + [("entered", np.int32), ("exited", np.int32), ("outcome", np.int8)]
)


def simulate(scenario: Scenario, pipelines: int, random: np.random.Generator) -> Simulated:
    """Three years of `pipelines` companies; business dates, Mondays to Sundays."""
    days = np.arange(7 * WEEKS)
    growth = np.ones(len(days)) if scenario.is_flat else (1 + YEARLY_GROWTH) ** (days / 365)
    pace = WEEKDAY_FACTORS[days % 7] * (1 if scenario.is_flat else season(days))
    arrivals = ARRIVALS / 7 * scenario.volume * growth * pace
    ages = np.repeat(AGE_FACTORS, np.diff([*AGES, len(days) + 1]))
    hazards = np.stack([ADVANCING, LOSING, GOING_BACK])
    shape = 1 / WEEKLY_NOISE**2
    plants = plant(scenario, pipelines, random)
    waiting = np.empty(0, dtype=OPEN_DEAL)
    begun: list[np.ndarray] = []
    stays: list[np.ndarray] = []
    deals_so_far = 0
    for day in range(len(days)):
        if day % 7 == 0:
            luck = random.gamma(shape, 1 / shape, (pipelines, STAGES, TEAMS))
        place = waiting["pipeline"], waiting["stage"], waiting["team"]
        chance = hazards[:, place[1]] * ages[day - waiting["entered"]] * luck[place] * pace[day]
        places = [each.places(waiting) for each in plants]
        hits = [
            here & each.is_active(day)[waiting["pipeline"]]
            for each, here in zip(plants, places, strict=True)
        ]
        draw = random.random(len(waiting))
        usual = (draw >= np.cumsum(chance, axis=0)).sum(axis=0)
        distorted = distort(scenario, chance, np.logical_or.reduce(hits))
        real = (draw >= np.cumsum(distorted, axis=0)).sum(axis=0)
        for each, here, is_hit in zip(plants, places, hits, strict=True):
            movers = np.flatnonzero(is_hit & (real == ADVANCED))
            real[each.hold_back(day, waiting, movers, random)] = STAYED
            each.count(day, waiting, here, usual, real)
        stays.append(_leave(waiting, real, day, random))
        new = random.poisson(arrivals[day] * TEAM_SIZES, (pipelines, TEAMS))
        begun.append(_arrive(new, day, deals_so_far))
        deals_so_far += len(begun[-1])
        stage = waiting["stage"]
        still_open = (real != LOST) & (stage < STAGES)
        waiting = np.concatenate([waiting[still_open], begun[-1]])
    stays.append(_stays(waiting, waiting["told"], np.full(len(waiting), STAYED)))
    return _as_marts(plants, np.concatenate(stays), np.concatenate(begun), random)


def _arrive(new: np.ndarray, day: int, first_id: int) -> np.ndarray:
    """Deals of a day from their number per pipeline and team."""
    deals = np.zeros(new.sum(), dtype=OPEN_DEAL)
    for name, index in zip(("pipeline", "team"), np.indices(new.shape), strict=True):
        deals[name] = np.repeat(index.ravel(), new.ravel())
    deals["deal"] = first_id + np.arange(len(deals))
    deals["number"], deals["entered"], deals["told"] = 1, day, day
    return deals


def _leave(
    waiting: np.ndarray, outcome: np.ndarray, day: int, random: np.random.Generator
) -> np.ndarray:
    """The stays that end on a day; their deals come into the stage after, or before."""
    who = np.flatnonzero(outcome != STAYED)
    late = random.random(len(who)) < LATE_SHARE
    delay = late * random.geometric(1 / LATE_DAYS, len(who))
    told = np.maximum(day + delay, waiting["told"][who])
    ended = _stays(waiting[who], told, outcome[who])
    waiting["stage"][who] += np.array([1, 0, -1])[outcome[who]]
    waiting["entered"][who], waiting["told"][who] = day, told
    waiting["number"][who] += 1
    waiting["would_have_left"][who] = False
    return ended


def _stays(deals: np.ndarray, exited: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    stays = np.empty(len(deals), dtype=STAY)
    for name in ("pipeline", "team", "deal", "number", "stage"):
        stays[name] = deals[name]
    stays["entered"], stays["exited"], stays["outcome"] = deals["told"], exited, outcome
    return stays


def _as_marts(
    plants: list[Plants], stays: np.ndarray, deals: np.ndarray, random: np.random.Generator
) -> Simulated:
    """Columns as `fct_stage_visits` and `fct_deals` have them; what is told later is unknown."""
    last = 7 * WEEKS - 1
    stays = stays[stays["entered"] <= last]
    outcome = np.where(stays["exited"] > last, STAYED, stays["outcome"])
    kinds = np.array(["advanced", "lost", "regressed", "open"])[outcome]
    is_won = (outcome == ADVANCED) & (stays["stage"] == STAGES - 1)
    first = np.datetime64(FIRST_DATE)
    no_date = np.datetime64("NaT")
    visits = pd.DataFrame(
        {
            "pipeline_id": stays["pipeline"],
            "team": stays["team"],
            "deal_id": stays["deal"],
            "visit_number": stays["number"],
            "stage_id": stays["stage"],
            "entered_date": first + stays["entered"],
            "exited_date": np.where(outcome == STAYED, no_date, first + stays["exited"]),
            "exit_kind": np.where(is_won, "won", kinds),
        }
    )
    frame = pd.DataFrame(
        {
            "pipeline_id": deals["pipeline"],
            "team": deals["team"],
            "deal_id": deals["deal"],
            "amount": random.lognormal(np.log(AMOUNT_MEDIAN), AMOUNT_SIGMA, len(deals)),
        }
    )
    truth = pd.concat(
        pd.DataFrame(
            {
                "pipeline_id": np.arange(len(each.begins)),
                "stage": each.stage,
                "team": each.team,
                "planted_from": each.begins,
                "planted_until": each.begins + LASTING_DAYS,
                "judged_on": each.judged_on,
                "missing_per_week": each.missing / 4,
            }
        )
        for each in plants
    )
    return Simulated(visits, frame, truth.reset_index(drop=True))
