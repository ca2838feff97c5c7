"""What people watch instead: five common rules, from the same stays, one figure per week.

Each gives a figure per series and week that is larger where things look worse. What counts as an
alarm is left to the threshold that gives as many false alarms as one wants.
"""

import duckdb
import numpy as np

from bench.detector.shape import FIRST_DATE, STAGES, TEAMS, WEEKS

# Places in a pipeline by what may be planted there, and the number of the place that a stay is in.
PLACES = {
    "cell": (STAGES * TEAMS, f"stage_id * {TEAMS} + team"),
    "stage": (STAGES, "stage_id"),
    "pipeline": (1, "0"),
}
# Per series and week: entries, exits, days of completed stays; the change in the number of deals
# that wait, and of those that are overdue.
COUNTS = """
with stays as (
    select
        pipeline_id * {places} + {place} as series,
        (entered_date::date - date '{first}') as entered,
        coalesce(exited_date::date - date '{first}', 100000) as exited,
        exit_kind
    from visits
),
usual as (
    select series, quantile_cont(exited - entered, 0.8) as long_stay
    from stays where exited < {learnt} group by series
),
changes as (
    select series, entered // 7 as week, 1 as entries, 0 as exits, 0 as days, 1 as waiting,
        0 as overdue
    from stays where entered < {end}
    union all
    select series, exited // 7, 0, 1, exited - entered, -1, 0
    from stays where exited < {end}
    union all
    -- Overdue from the age that one stay in five used to reach.
    select series, floor(entered + long_stay)::int // 7, 0, 0, 0, 0, 1
    from stays join usual using (series)
    where exited > entered + long_stay and entered + long_stay < {end}
    union all
    select series, exited // 7, 0, 0, 0, 0, -1
    from stays join usual using (series)
    where exited > entered + long_stay and exited < {end}
)
select series, week, sum(entries), sum(exits), sum(days), sum(waiting), sum(overdue)
from changes group by all
"""
LEARNING_WEEKS = 60
RECENT, PAST, LAG = 4, 26, 4


def rival_figures(
    connection: duckdb.DuckDBPyConnection, pipelines: int, where: str
) -> dict[str, np.ndarray]:
    """Arrays of pipelines by places by weeks; `connection` has the stays as `visits`."""
    places, place = PLACES[where]
    query = COUNTS.format(
        places=places, place=place, first=FIRST_DATE, learnt=7 * LEARNING_WEEKS, end=7 * WEEKS
    )
    series, week, *columns = connection.execute(query).fetchnumpy().values()
    shape = (pipelines * places, WEEKS)
    arrays = []
    for column in columns:
        array = np.zeros(shape)
        array[np.asarray(series, int), np.asarray(week, int)] = np.asarray(column, float)
        arrays.append(array)
    entries, exits, days, waiting, overdue = arrays
    waiting, overdue = np.cumsum(waiting, axis=1), np.cumsum(overdue, axis=1)

    recent_exits, past_exits = _sum(exits, RECENT, 0), _sum(exits, PAST, LAG)
    dwell = _ratio(_sum(days, RECENT, 0), recent_exits)
    past_dwell = _ratio(_sum(days, PAST, LAG), past_exits)
    weekly_dwell = _ratio(days, exits)
    past_share = _ratio(_sum(overdue, PAST, LAG), _sum(waiting, PAST, LAG))
    figures = {
        "deals beyond a fixed number of days": overdue,
        "mean days of completed stays": _ratio(dwell, past_dwell),
        "XmR chart of mean days": _xmr(weekly_dwell, -1),
        "XmR chart of exits": _xmr(exits, 1),
        "work in progress by Little's law": _ratio(
            waiting, _sum(entries, RECENT, 0) / (7 * RECENT) * past_dwell
        ),
        "share of old deals": _ratio(_ratio(overdue, waiting), past_share),
    }
    return {
        name: np.nan_to_num(figure).reshape(pipelines, places, WEEKS)
        for name, figure in figures.items()
    }


def _sum(values: np.ndarray, weeks: int, lag: int) -> np.ndarray:
    """Sum of so many weeks up to the one that lies `lag` back."""
    total = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    last = np.clip(np.arange(values.shape[1]) - lag + 1, 0, None)
    first = np.clip(last - weeks, 0, None)
    found: np.ndarray = total[:, last] - total[:, first]
    return found


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return found


def _xmr(values: np.ndarray, sign: int) -> np.ndarray:
    """Usual moving ranges by which a week lies below (sign 1) or above (-1) its usual mean."""
    filled = np.nan_to_num(values)
    known = (~np.isnan(values)).astype(float)
    mean = _ratio(_sum(filled, PAST, LAG), _sum(known, PAST, LAG))
    moves = np.abs(np.diff(filled, axis=1, prepend=filled[:, :1]))
    moving_range = _sum(moves, PAST, LAG) / PAST
    return _ratio(sign * (mean - np.where(known > 0, filled, mean)), moving_range)
