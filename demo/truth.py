"""What is true of the simulated company, for those who judge the methods; no model reads it."""

from dataclasses import asdict
from typing import Any

import numpy as np

from demo import world
from demo.columns import NEVER
from demo.deals import Deals
from demo.dirt import Dirt
from demo.endings import Fates
from demo.movement import KIND


def truth(
    seed: int, deals: Deals, fates: Fates, dirt: Dirt, rows: dict[str, int]
) -> dict[str, Any]:
    """The planted bottleneck, the true parameters, the dirt and plain counts."""
    planted = asdict(world.BOTTLENECK) | {"since": world.BOTTLENECK.since.isoformat()}
    ended = fates.ended_at != NEVER
    merged = fates.winner >= 0
    status = np.where(merged, "merged", np.where(ended, "deleted", KIND[fates.stage]))
    in_pipeline = deals.columns["pipeline"]
    return {
        "generator_version": world.VERSION,
        "seed": seed,
        "first_day": world.FIRST_DAY.isoformat(),
        "last_day": world.LAST_DAY.isoformat(),
        "bottleneck": planted,
        "renamed_stage": world.RENAMED_STAGE,
        "pipelines": [asdict(pipeline) for pipeline in world.PIPELINES],
        "lead_sources": [asdict(source) for source in world.LEAD_SOURCES],
        "experiments": [
            {"experiment_id": row[0], "share_of_b": row[5], "lift_of_conversion_by_b": row[6]}
            for row in world.EXPERIMENTS
        ],
        "spread": {
            "seller_skill": world.SELLER_SKILL,
            "deal_quality": world.DEAL_QUALITY,
            "deal_pace": world.DEAL_PACE,
        },
        "growth_per_year": world.GROWTH,
        "dirt": dirt.counts | {"quarantined": dirt.quarantined},
        "deals": {
            pipeline.pipeline_id: {
                kind: int(((in_pipeline == number) & (status == kind)).sum())
                for kind in ("open", "won", "lost", "merged", "deleted")
            }
            for number, pipeline in enumerate(world.PIPELINES)
        },
        "rows": rows,
    }
