"""Working time: people work on weekdays, by day, slower in August and around New Year.

A stay is drawn as an amount of work and turned into calendar time, so that weekdays, season and
the planted slowdown all act on stays that begin before them as well.
"""

from datetime import date, timedelta

import numpy as np

from demo import world
from demo.columns import DAY, HOUR, Floats, Ints, moment

START = moment(world.FIRST_DAY)
END = moment(world.LAST_DAY + timedelta(days=1))
# Legacy deals and leads lie before the first day.
GRID_START = moment(date(world.FIRST_DAY.year - 1, 1, 1))
GRID = np.arange(GRID_START, END + 2 * DAY, HOUR, dtype=np.int64)


def hour_profile() -> Floats:
    """How busy each hour of the grid is, 1 on average over a week."""
    hour = (GRID // HOUR) % 24
    weekday = (GRID // DAY + 3) % 7  # 1970-01-01 was a Thursday
    by_hour = np.where((hour >= 7) & (hour < 18), 1.0, 0.03)
    by_weekday = np.array([0.95, 1.1, 1.1, 1.05, 0.85, 0.05, 0.03])[weekday]
    week = by_hour * by_weekday
    mean: float = week[: 7 * 24].mean()
    return np.asarray(week / mean, dtype=np.float64)


def season_of_pace() -> Floats:
    """How fast deals move in each hour of the grid, apart from the hour of the week."""
    days = GRID.astype("datetime64[s]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    year_end = ((month == 12) & (day >= 20)) | ((month == 1) & (day <= 3))
    quarter_end = (month % 3 == 0) & (day >= 16) & ~year_end
    pace = np.where(month == 8, world.AUGUST_PACE, 1.0)
    pace = np.where(year_end, world.YEAR_END_PACE, pace)
    return np.where(quarter_end, world.QUARTER_END_PACE, pace)


def intensity_of_demand() -> Floats:
    """How many deals and leads begin in each hour of the grid: growth, season, weekdays."""
    month = GRID.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
    years = (GRID - START) / (365.25 * DAY)
    return np.asarray(
        hour_profile() * np.exp(world.GROWTH * years) * np.array(world.SEASON)[month],
        dtype=np.float64,
    )


class Clock:
    """Calendar time to work done and back, by a pace per hour of the grid."""

    def __init__(self, pace: Floats) -> None:
        self._done = np.concatenate([[0.0], np.cumsum(pace[:-1] * HOUR)])

    def finish(self, begun: Ints, work: Floats) -> Ints:
        """When work (seconds at average pace) that was begun at these moments is done.

        Work that ends beyond the grid ends at its last hour, which is after the last day.
        """
        done = np.interp(begun, GRID, self._done) + work
        return self._moments(done)

    def between(self, rng: np.random.Generator, begin: Ints, end: Ints) -> Ints:
        """A random working moment in each interval."""
        first, last = np.interp(begin, GRID, self._done), np.interp(end, GRID, self._done)
        done = first + rng.random(len(begin)) * (last - first)
        return np.asarray(np.clip(self._moments(done), begin, end), dtype=np.int64)

    def _moments(self, done: Floats) -> Ints:
        return np.asarray(np.interp(done, self._done, GRID), dtype=np.int64)


def draw_moments(rng: np.random.Generator, intensity: Floats, count: int) -> Ints:
    """Moments from the first day to the last, in order, by an intensity per hour of the grid."""
    inside = (GRID >= START) & (GRID < END)
    hours, weights = GRID[inside], intensity[inside]
    done = np.concatenate([[0.0], np.cumsum(weights)])
    drawn = np.sort(rng.random(count)) * done[-1]
    return np.asarray(np.interp(drawn, done, np.append(hours, END)), dtype=np.int64)


def working_clock() -> Clock:
    """The clock of everything but the planted bottleneck."""
    return Clock(hour_profile() * season_of_pace())


def slowed_clock() -> Clock:
    """The clock of deals in the planted bottleneck."""
    slowed = np.where(moment(world.BOTTLENECK.since) > GRID, 1.0, 1 / world.BOTTLENECK.factor)
    return Clock(hour_profile() * season_of_pace() * slowed)
