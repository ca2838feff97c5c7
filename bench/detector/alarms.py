"""What the detector says of simulated pipelines, as arrays of pipelines by places by weeks."""

from dataclasses import dataclass

import duckdb
import numpy as np

from bench.detector.run import FIRST_WEEK_NUMBER
from bench.detector.shape import STAGES, TEAMS, WEEKS

SCORES = """
select
    pipeline_id::int as pipeline,
    {place} as place,
    week_number - {first_week} as week,
    bool_or(status = 'bottleneck') as is_alarm,
    -- What the threshold is compared with, whichever kind comes nearest to it.
    max(case when {may_open} then score / threshold else 0 end) as nearness
from intermediate.int_stage_weekly_scores
where {condition}
group by all
"""
# As the models have it (bottleneck_parameters).
MAY_OPEN = """
expected - observed >= 3
and ratio < case kind when 'slow' then 0.85 when 'leaking' then 0.9 else 0.8 end
"""
SERIES = {
    "cell": (
        STAGES * TEAMS,
        f"stage_id::int * {TEAMS} + split_part(segment, ' ', 2)::int",
        "segment_type = 'team'",
    ),
    "stage": (STAGES, "stage_id::int", "segment_type = 'all' and not is_whole_pipeline"),
    "pipeline": (1, "0", "is_whole_pipeline"),
}


@dataclass(frozen=True)
class Alarms:
    """Alarms as they were raised, and how near to its threshold each series was."""

    raised: np.ndarray
    nearness: np.ndarray


def read_alarms(connection: duckdb.DuckDBPyConnection, pipelines: int, where: str) -> Alarms:
    """The series of one kind: each team in each stage, each stage, or the pipeline."""
    places, place, condition = SERIES[where]
    rows = connection.execute(
        SCORES.format(
            place=place, condition=condition, may_open=MAY_OPEN, first_week=FIRST_WEEK_NUMBER
        )
    ).fetchnumpy()
    raised = np.zeros((pipelines, places, WEEKS), dtype=bool)
    nearness = np.zeros(raised.shape)
    at = rows["pipeline"], rows["place"], rows["week"]
    raised[at] = rows["is_alarm"]
    nearness[at] = rows["nearness"]
    return Alarms(raised, nearness)
