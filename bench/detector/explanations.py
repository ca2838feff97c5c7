"""Does the detector name who drives a planted bottleneck, and what it costs a week?"""

from typing import Any

import duckdb
import numpy as np
import pandas as pd

from bench.detector.company import AMOUNT_MEDIAN, AMOUNT_SIGMA, Simulated
from bench.detector.run import explain

MEAN_AMOUNT = AMOUNT_MEDIAN * np.exp(AMOUNT_SIGMA**2 / 2)
# Of the stages in alarm when the plant is judged: is the planted team the first driver?
DRIVERS = """
select
    count(*),
    count(*) filter (where drivers.segment = 'team ' || episodes.planted_team)
from intermediate.int_bottleneck_episodes as episodes
left join intermediate.int_bottleneck_drivers as drivers
    on episodes.bottleneck_id = drivers.bottleneck_id and drivers.rank = 1
where episodes.segment_type = 'all' and episodes.status = 'bottleneck'
"""
COSTS = """
select
    episodes.pipeline_id::int as pipeline_id,
    episodes.stage_id::int as stage,
    reported.cost_per_week_reporting::double as cost
from marts.rpt_bottlenecks as reported
inner join intermediate.int_bottleneck_episodes as episodes using (bottleneck_id)
where episodes.segment_type = 'team' and episodes.status = 'bottleneck'
"""


def explanations(
    connection: duckdb.DuckDBPyConnection,
    models: dict[str, str],
    simulated: Simulated,
    kind: str,
) -> dict[str, Any]:
    """Drivers and costs of the plants that are found, as of the Monday after their eight weeks.

    The true cost is what the usual hazards would have moved on, less what moved, times the chance
    of such a deal to be won (over all pipelines) and the mean amount.
    """
    explain(connection, models, simulated, kind)
    stages, named = connection.execute(DRIVERS).fetchall()[0]
    costs = connection.execute(COSTS).df()
    truth = simulated.truth.merge(costs, on=["pipeline_id", "stage"])
    worth = truth["stage"].map(_win_rates_after(simulated.visits)) * MEAN_AMOUNT
    true_cost = truth["missing_per_week"] * worth
    error = (truth["cost"] - true_cost) / true_cost.where(true_cost > 0)
    return {
        "explained": int(stages),
        "driver_first": named / max(stages, 1),
        "costed": len(error.dropna()),
        "cost_median_error": float(error.abs().median()),
        "cost_bias": float(truth["cost"].sum() / true_cost.sum() - 1),
    }


def _win_rates_after(visits: pd.DataFrame) -> pd.Series:
    """Per stage, of the moves on from it by deals that are closed, the share won in the end."""
    closed = visits[visits["exit_kind"].isin(["won", "lost"])]
    is_won = closed.set_index("deal_id")["exit_kind"].eq("won")
    moves = visits[visits["exit_kind"].isin(["advanced", "won"])]
    won = moves["deal_id"].map(is_won).dropna().astype(float)
    return won.groupby(moves["stage_id"].loc[won.index]).mean()
