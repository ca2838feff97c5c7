"""Planted bottlenecks: when and where, what they keep from happening, and what that is worth."""

import numpy as np

from bench.detector.scenarios import Scenario
from bench.detector.shape import ADVANCED, LOST, STAGES, STAYED, TEAMS, WEEKS

# Two troubles per pipeline, one after the other has long passed, in different places. That of a
# whole pipeline comes once, when there is a last year to hold it against.
PLANTED_WEEKS = ((62, 76), (108, 122))
PLANTED_WEEKS_OF_PIPELINE = ((90, 120),)
LASTING_DAYS = 140
CAPACITY_LOOKBACK_WEEKS = 13


class Plants:
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


def plant(scenario: Scenario, pipelines: int, random: np.random.Generator) -> list[Plants]:
    """The plants of all pipelines: first ones, and second ones in another stage."""
    everywhere = np.full(pipelines, -1)
    if scenario.where == "pipeline":
        return [
            Plants(scenario, weeks, (everywhere, everywhere), random)
            for weeks in PLANTED_WEEKS_OF_PIPELINE
        ]
    first = random.integers(0, STAGES, pipelines)
    stages = first, (first + random.integers(1, STAGES, pipelines)) % STAGES
    return [
        Plants(
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


def distort(scenario: Scenario, chance: np.ndarray, is_hit: np.ndarray) -> np.ndarray:
    """The chances (outcomes by deals) where something is planted."""
    changed = chance.copy()
    changed[:, is_hit] /= scenario.slower
    turned = changed[ADVANCED] * is_hit * (1 - scenario.conversion)
    changed[ADVANCED] -= turned
    changed[LOST] += turned
    return changed
