"""Pipelines in which a bottleneck is planted: many small companies at once, day by day.

Each replication is a pipeline of its own with five open stages and four teams. A deal waits in a
stage, and on each day moves on, is lost or goes back, with hazards that depend on its days in the
stage, the season, the day of the week and the luck of the week. Some moves are entered into the
CRM days late. The same code makes the companies in which nothing is planted.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

WEEKS = 156
FIRST_DATE = date(2023, 7, 3)  # a Monday
LAST_DATE = FIRST_DATE + timedelta(days=7 * WEEKS - 1)
STAGES = 5
TEAMS = 4

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
# Two troubles per pipeline, one after the other has long passed, in different places. That of a
# whole pipeline comes once, when there is a last year to hold it against.
PLANTED_WEEKS = ((62, 76), (108, 122))
PLANTED_WEEKS_OF_PIPELINE = ((90, 120),)
LASTING_DAYS = 140
CAPACITY_LOOKBACK_WEEKS = 13
AMOUNT_MEDIAN, AMOUNT_SIGMA = 10_000.0, 0.6


@dataclass(frozen=True)
class Scenario:
    """What is planted: `where` is one stage of one team, a whole stage or the whole pipeline.

    `slower` divides all hazards, `conversion` takes that share of the moves forward and makes the
    others losses, `capacity` caps the moves forward at that share of their number before.
    """

    name: str
    where: str | None = None
    slower: float = 1.0
    conversion: float = 1.0
    capacity: float | None = None
    volume: float = 1.0
    is_flat: bool = False

    @property
    def has_plant(self) -> bool:
        return self.where is not None


SCENARIOS = (
    Scenario("control"),
    Scenario("control, flat", is_flat=True),
    Scenario("control, volume x 0.4", volume=0.4),
    Scenario("control, volume x 3", volume=3),
    Scenario("slow x 1.5", "cell", slower=1.5),
    Scenario("slow x 2", "cell", slower=2),
    Scenario("slow x 3", "cell", slower=3),
    Scenario("conversion x 0.7", "cell", conversion=0.7),
    Scenario("conversion x 0.5", "cell", conversion=0.5),
    Scenario("capacity halved", "cell", capacity=0.5),
    Scenario("whole stage slow x 2", "stage", slower=2),
    Scenario("whole pipeline slow x 2", "pipeline", slower=2),
    Scenario("slow x 2, volume x 0.4", "cell", slower=2, volume=0.4),
    Scenario("slow x 2, volume x 3", "cell", slower=2, volume=3),
)


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
# What a day does to a deal.
ADVANCED, LOST, WENT_BACK, STAYED = range(4)


class _Plants:
    """When and where a bottleneck is planted, and what it keeps from happening."""

    def __init__(
        self,
        scenario: Scenario,
        weeks: tuple[int, int],
        where: tuple[np.ndarray, np.ndarray],
        random: np.random.Generator,
    ) -> None:
        self.scenario = scenario
        self.stage, self.team = where
        self.begins = random.integers(7 * weeks[0], 7 * weeks[1], len(self.stage))
        # The Monday after the first eight weeks; what is missing is counted over four weeks before.
        self.judged_on = (self.begins + 56) // 7 * 7
        self.missing = np.zeros(len(self.begins))
        # Moves forward per day in the planted place, to know its capacity from.
        self.moves = np.zeros((len(self.begins), 7 * WEEKS), dtype=np.int32)
        self.capacity_left = np.zeros(len(self.begins))

    def places(self, deals: np.ndarray) -> np.ndarray:
        """Which of the deals are where something is planted, whatever the day."""
        stage, team = self.stage[deals["pipeline"]], self.team[deals["pipeline"]]
        in_stage = (stage == -1) | (stage == deals["stage"])
        in_team = (team == -1) | (team == deals["team"])
        is_here: np.ndarray = in_stage & in_team
        return is_here

    def is_active(self, day: int) -> np.ndarray:
        """Per pipeline."""
        if not self.scenario.has_plant:
            return np.zeros(len(self.begins), dtype=bool)
        return (self.begins <= day) & (day < self.begins + LASTING_DAYS)

    def hold_back(
        self, day: int, deals: np.ndarray, movers: np.ndarray, random: np.random.Generator
    ) -> np.ndarray:
        """Which of the movers find no capacity left; one not used up is kept for a week at most."""
        if self.scenario.capacity is None:
            return np.zeros(0, dtype=int)
        for each in np.flatnonzero(self.is_active(day)):
            first = self.begins[each] - 7 * CAPACITY_LOOKBACK_WEEKS
            daily = self.moves[each, first : self.begins[each]].mean() * self.scenario.capacity
            self.capacity_left[each] = min(self.capacity_left[each] + daily, max(7 * daily, 1))
        movers = random.permutation(movers)
        movers = movers[np.argsort(deals["pipeline"][movers], kind="stable")]
        pipeline = deals["pipeline"][movers]
        place_in_queue = np.arange(len(movers)) - np.searchsorted(pipeline, pipeline)
        is_held: np.ndarray = place_in_queue + 1 > self.capacity_left[pipeline]
        np.subtract.at(self.capacity_left, pipeline[~is_held], 1)
        held: np.ndarray = movers[is_held]
        return held

    def count(
        self, day: int, deals: np.ndarray, is_here: np.ndarray, usual: np.ndarray, real: np.ndarray
    ) -> None:
        """Count moves forward that the usual chances would have made, less those that happened."""
        pipeline = deals["pipeline"]
        size = len(self.begins)
        is_real = is_here & (real == ADVANCED)
        self.moves[:, day] = np.bincount(pipeline[is_real], minlength=size)
        deals["would_have_left"] &= day != self.judged_on[pipeline] - 28
        would_leave = is_here & (usual != STAYED) & ~deals["would_have_left"]
        would_move = would_leave & (usual == ADVANCED)
        deals["would_have_left"] |= would_leave
        is_counted = (self.judged_on - 28 <= day) & (day < self.judged_on)
        difference = np.bincount(pipeline[would_move], minlength=size) - self.moves[:, day]
        self.missing += difference * is_counted


def _plant(scenario: Scenario, pipelines: int, random: np.random.Generator) -> list[_Plants]:
    """The plants of all pipelines: first ones, and second ones in another stage."""
    everywhere = np.full(pipelines, -1)
    if scenario.where == "pipeline":
        return [
            _Plants(scenario, weeks, (everywhere, everywhere), random)
            for weeks in PLANTED_WEEKS_OF_PIPELINE
        ]
    first = random.integers(0, STAGES, pipelines)
    stages = first, (first + random.integers(1, STAGES, pipelines)) % STAGES
    return [
        _Plants(
            scenario,
            weeks,
            (
                stage,
                everywhere if scenario.where != "cell" else random.integers(0, TEAMS, pipelines),
            ),
            random,
        )
        for weeks, stage in zip(PLANTED_WEEKS, stages, strict=True)
    ]


def _distort(scenario: Scenario, chance: np.ndarray, is_hit: np.ndarray) -> np.ndarray:
    """The chances (outcomes by deals) where something is planted."""
    changed = chance.copy()
    changed[:, is_hit] /= scenario.slower
    turned = changed[ADVANCED] * is_hit * (1 - scenario.conversion)
    changed[ADVANCED] -= turned
    changed[LOST] += turned
    return changed


def simulate(scenario: Scenario, pipelines: int, random: np.random.Generator) -> Simulated:
    """Three years of `pipelines` companies; business dates, Mondays to Sundays."""
    days = np.arange(7 * WEEKS)
    growth = np.ones(len(days)) if scenario.is_flat else (1 + YEARLY_GROWTH) ** (days / 365)
    pace = WEEKDAY_FACTORS[days % 7] * (1 if scenario.is_flat else season(days))
    arrivals = ARRIVALS / 7 * scenario.volume * growth * pace
    ages = np.repeat(AGE_FACTORS, np.diff([*AGES, len(days) + 1]))
    hazards = np.stack([ADVANCING, LOSING, GOING_BACK])
    shape = 1 / WEEKLY_NOISE**2
    plants = _plant(scenario, pipelines, random)
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
        distorted = _distort(scenario, chance, np.logical_or.reduce(hits))
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
    plants: list[_Plants], stays: np.ndarray, deals: np.ndarray, random: np.random.Generator
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
