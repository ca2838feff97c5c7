"""How deals move through the stages of a pipeline: one step of all deals at a time."""

from dataclasses import dataclass

import numpy as np

from demo import world
from demo.clock import END, Clock
from demo.columns import DAY, Bools, Columns, Floats, Ints

# Stages of all pipelines in one numbering, pipeline after pipeline.
STAGES = tuple(stage for pipeline in world.PIPELINES for stage in pipeline.stages)
KIND = np.array([stage.kind for stage in STAGES])
FIRST_STAGE = {
    pipeline.pipeline_id: sum(len(before.stages) for before in world.PIPELINES[:number])
    for number, pipeline in enumerate(world.PIPELINES)
}
PIPELINE = np.repeat(
    np.arange(len(world.PIPELINES)), [len(pipeline.stages) for pipeline in world.PIPELINES]
)
SLOWED_STAGE = next(
    number
    for pipeline in world.PIPELINES
    for number, stage in enumerate(pipeline.stages, FIRST_STAGE[pipeline.pipeline_id])
    if (pipeline.pipeline_id, stage.stage_id)
    == (world.BOTTLENECK.pipeline_id, world.BOTTLENECK.stage_id)
)


@dataclass(frozen=True)
class Movers:
    """Deals that begin: when, how fast, how good (log odds against loss), whether in the segment
    of the planted bottleneck."""

    created_at: Ints
    pace: Floats
    quality: Floats
    slowed: Bools


@dataclass(frozen=True)
class _Step:
    stage: Ints
    wait: Floats
    continues: Bools


def walk(
    rng: np.random.Generator,
    pipeline: world.Pipeline,
    movers: Movers,
    clock: Clock,
    slowed_clock: Clock,
) -> Columns:
    """Every stay of every deal up to the last day: `deal` (its position), `stage`, `entered_at`.

    In order of deal and time. Stages are numbered as in `STAGES`.
    """
    deal = np.arange(len(movers.created_at))
    stage = np.zeros(len(deal), dtype=np.int64)
    entered_at = movers.created_at
    passing = np.zeros(len(deal), dtype=np.bool_)
    steps = []
    while len(deal):
        steps.append((deal, stage, entered_at))
        step = _next_step(rng, pipeline, stage, movers.quality[deal], movers.pace[deal])
        wait = np.where(passing, 0.0, step.wait)
        slow = movers.slowed[deal] & (stage + FIRST_STAGE[pipeline.pipeline_id] == SLOWED_STAGE)
        left_at = np.where(
            slow, slowed_clock.finish(entered_at, wait), clock.finish(entered_at, wait)
        )
        left_at = np.where(wait == 0, entered_at, left_at)
        # Passing through the next stage in the same moment is only for stages on the way up.
        advanced = (step.stage > stage) & (step.stage < pipeline.open_stages - 1)
        passes = advanced & ~passing & (rng.random(len(deal)) < world.SAME_MOMENT)
        goes_on = step.continues & (left_at < END)
        deal, stage, entered_at = deal[goes_on], step.stage[goes_on], left_at[goes_on]
        passing = passes[goes_on]
    deals, stages, moments = (np.concatenate(parts) for parts in zip(*steps, strict=True))
    # Steps were appended in time order, so a stable sort by deal keeps each deal's own order.
    order = np.argsort(deals, kind="stable")
    return {
        "deal": deals[order],
        "stage": stages[order] + FIRST_STAGE[pipeline.pipeline_id],
        "entered_at": moments[order],
    }


def _next_step(
    rng: np.random.Generator, pipeline: world.Pipeline, stage: Ints, quality: Floats, pace: Floats
) -> _Step:
    """The stage that follows, after how much work, and whether the deal goes there at all."""
    stages = pipeline.stages
    last_open, won, lost = pipeline.open_stages - 1, pipeline.open_stages, pipeline.open_stages + 1
    base = np.array([s.lost for s in stages])[stage]
    # From log odds of the average deal to the share of exits of this one.
    odds = np.where(base > 0, base / np.maximum(1 - base, 1e-9), 0.0) * np.exp(-quality)
    loses = odds / (1 + odds)
    back = np.array([s.back for s in stages])[stage]
    draw, detail = rng.random(len(stage)), rng.random(len(stage))
    following = stage + 1 + ((detail < world.SKIP) & (stage < last_open))
    following = np.where(draw < loses + back, stage - 1, following)
    following = np.where(draw < loses, lost, following)

    shape = np.array([s.shape for s in stages])[stage]
    mean = np.array([s.mean_days for s in stages])[stage] * DAY
    wait = np.maximum(rng.gamma(shape) / shape * mean / pace, 300.0)

    is_won, is_lost = stage == won, stage == lost
    reopened = (is_won & (draw < world.REOPEN_WON)) | (is_lost & (draw < world.REOPEN_LOST))
    mistake = is_lost & ~reopened & (draw < world.REOPEN_LOST + world.LOST_BY_MISTAKE)
    restart = np.where(is_won, pipeline.reopens_won_at, pipeline.reopens_lost_at)
    following = np.where(reopened, restart, np.where(mistake, won, following))
    wait = np.where(is_won | is_lost, (10 + 45 * detail) * DAY, wait)
    wait = np.where(mistake, (0.2 + 2 * detail) * DAY, wait)
    continues = ~(is_won | is_lost) | reopened | mistake
    return _Step(following.astype(np.int64), wait, continues)
