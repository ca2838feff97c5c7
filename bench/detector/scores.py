"""How good alarms are: what they find of what was planted, how soon, how often they are wrong."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from bench.detector.shape import TEAMS, WEEKS

# Judged from here on: the baselines are full, and rivals have learnt what is usual.
FIRST_WEEK = 60
WEEK_ENDS = 7 * np.arange(WEEKS) + 6


@dataclass(frozen=True)
class Recall:
    """Plants found within some weeks: the share with its 95% Wilson interval."""

    found: int
    plants: int

    @property
    def share(self) -> float:
        return self.found / self.plants

    @property
    def interval(self) -> tuple[float, float]:
        low, high = proportion_confint(self.found, self.plants, method="wilson")
        return float(low), float(high)

    @property
    def standard_error(self) -> float:
        return float(np.sqrt(max(self.share * (1 - self.share), 1e-9) / self.plants))


def false_alarms(alarms: np.ndarray) -> tuple[float, float]:
    """Alarm-weeks, and onsets of alarms, per 100 series-weeks where nothing is planted."""
    return _false(alarms), _false(alarms & ~_shifted(alarms))


def _false(alarms: np.ndarray) -> float:
    return float(100 * alarms[..., FIRST_WEEK:].mean())


def _shifted(alarms: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(alarms[..., :1]), alarms[..., :-1]], axis=-1)


def planted_alarms(alarms: np.ndarray, truth: pd.DataFrame, where: str) -> np.ndarray:
    """The weeks of each plant's own series: plants by weeks."""
    place = {
        "cell": truth["stage"] * TEAMS + truth["team"],
        "stage": truth["stage"],
        "pipeline": truth["stage"] * 0,
    }[where]
    found: np.ndarray = alarms[truth["pipeline_id"], place]
    return found


def recall(planted: np.ndarray, truth: pd.DataFrame, days: int) -> Recall:
    """Plants whose series was in alarm at the end of a week within so many days."""
    since = WEEK_ENDS[None, :] - truth["planted_from"].to_numpy()[:, None]
    in_time = (since >= 0) & (since < days)
    return Recall(int((planted & in_time).any(axis=1).sum()), len(truth))


def median_delay(planted: np.ndarray, truth: pd.DataFrame) -> float:
    """Days from the plant to the end of the first week in alarm; infinite where half is missed."""
    since = WEEK_ENDS[None, :] - truth["planted_from"].to_numpy()[:, None]
    lasting = (truth["planted_until"] - truth["planted_from"]).to_numpy()[:, None]
    found = planted & (since >= 0) & (since < lasting)
    # The week is known when its Sunday is over.
    known = since[np.arange(len(truth)), found.argmax(axis=1)] + 1
    delays = np.where(found.any(axis=1), known, np.inf)
    return float(np.median(delays))


def closed_in_time(planted: np.ndarray, truth: pd.DataFrame, weeks: int) -> Recall:
    """Of plants still in alarm when they end, those whose alarm is over within some weeks."""
    ends = np.searchsorted(WEEK_ENDS, truth["planted_until"])
    rows = np.arange(len(truth))
    was_open = planted[rows, ends - 1]
    after = np.array([planted[row, ends[row] : ends[row] + weeks].all() for row in rows])
    return Recall(int((was_open & ~after).sum()), max(int(was_open.sum()), 1))


def threshold_for(figures: np.ndarray, alarm_weeks: float) -> float:
    """The threshold at which figures of a control give so many alarm-weeks per 100 series-weeks."""
    return float(np.quantile(figures[..., FIRST_WEEK:], 1 - alarm_weeks / 100, method="higher"))
