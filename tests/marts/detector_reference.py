"""The bottleneck detector once more, in arrays: series by weeks by bands of age.

Written from the description of the method, not from the SQL: counts by loops over weeks, windows by
slices, episodes by a state that is carried from week to week.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

MONDAY = np.datetime64("1970-01-05")
BANDS = np.array([7, 14, 21, 28, 42, 63, 91, 182])
BASELINE, LAG, FIRST_BASELINE, FIRST_DISPERSION, DISPERSION = 52, 12, 13, 9, 26
PSEUDO_DAYS, PSEUDO_EXITS, MEMORY, MANY_SERIES, MISSING = 60, 10, 12, 30, 3
# factor, threshold, weeks shown, opens below, closes at, closes below
RULES = {
    "slow": (0.5, 4.5, 4, 0.85, 0.85, 3),
    "leaking": (0.6, 5, 6, 0.9, 0.9, 4),
    "piling_up": (0.5, 4.5, 4, 0.8, 0.85, 3),
}
SEGMENT_TYPES = ("all", "team", "rep", "lead_source", "size_band", "region", "deal_type")


@dataclass
class Series:
    """One stage or segment of it over the weeks; `days`, `on`, `lost` are weeks by bands."""

    stage_id: str
    segment_type: str
    segment: str
    first_week: int
    days: np.ndarray
    on: np.ndarray
    lost: np.ndarray
    entered: np.ndarray
    exited: np.ndarray
    first_judged: int = 0
    judged_on: np.ndarray = field(default_factory=lambda: np.zeros(0))
    judged_lost: np.ndarray = field(default_factory=lambda: np.zeros(0))
    expected_on: np.ndarray = field(default_factory=lambda: np.zeros(0))
    expected_lost: np.ndarray = field(default_factory=lambda: np.zeros(0))


def weekly_scores(visits: pd.DataFrame, last_date: date) -> pd.DataFrame:
    """Score and status of every series, kind and finished week.

    `visits` are stays in open stages with `pipeline_id`, `stage_id`, dates of entry and exit,
    `exit_kind` and a column per kind of segment (not all of them are needed). `last_date` is the
    last day that is over.
    """
    last_week = _week(np.datetime64(last_date) + 1) - 1
    frames = [
        pd.DataFrame(row)
        for pipeline_id, stays in visits.groupby("pipeline_id")
        for row in _pipeline(str(pipeline_id), stays, int(last_week))
    ]
    return pd.concat(frames, ignore_index=True)


def _week(day: np.ndarray | np.datetime64) -> np.ndarray:
    return (np.asarray(day, dtype="datetime64[D]") - MONDAY).astype(int) // 7


def _pipeline(pipeline_id: str, stays: pd.DataFrame, last_week: int) -> Iterator[dict[str, object]]:
    origin = int(_week(stays["entered_date"].to_numpy()).min())
    weeks = last_week - origin + 1
    whole: dict[str, Series] = {}
    by_type: dict[str, list[Series]] = {}
    for segment_type in SEGMENT_TYPES:
        if segment_type != "all" and segment_type not in stays:
            continue
        values = stays[segment_type] if segment_type != "all" else pd.Series("all", stays.index)
        if segment_type != "all" and values.nunique() < 2:
            continue
        groups = stays.groupby([stays["stage_id"], values])
        by_type[segment_type] = [
            _count(str(stage), segment_type, str(segment), group, origin, weeks)
            for (stage, segment), group in groups
        ]
        if segment_type == "all":
            whole = {each.stage_id: each for each in by_type["all"]}
        for each in by_type[segment_type]:
            _expect(each, whole[each.stage_id], weeks)
    pools = list(by_type.items())
    if len(whole) > 0:
        pools.append(("pipeline", [_together(list(whole.values()))]))
    scored = [row for name, pool in pools for row in _score(name, pool, weeks)]
    judged = {kind: np.zeros(weeks) for kind in RULES}
    for row in scored:
        judged[row["kind"]] += row["is_judged"] & (np.nan_to_num(row["expected"]) > 0)
    for row in scored:
        yield _decide(row, judged[row["kind"]], weeks) | {
            "pipeline_id": pipeline_id,
            "week_number": np.arange(row["first_week"], weeks) + origin,
        }


def _count(
    stage: str, segment_type: str, segment: str, stays: pd.DataFrame, origin: int, weeks: int
) -> Series:
    shape = (weeks, len(BANDS) + 1)
    days, on, lost = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    entry = (stays["entered_date"].to_numpy(dtype="datetime64[D]") - MONDAY).astype(int)
    is_open = stays["exited_date"].isna().to_numpy()
    dates = stays["exited_date"].to_numpy(dtype="datetime64[D]")
    exit_day = np.where(is_open, 10**6, np.where(is_open, 0, (dates - MONDAY).astype(int)))
    kind = stays["exit_kind"].to_numpy()
    entered, exited = np.zeros(weeks), np.zeros(weeks)
    for week in range(weeks):
        monday = 7 * (week + origin)
        sunday = monday + 6
        here = (entry <= sunday) & (exit_day >= monday)
        band = np.searchsorted(BANDS, sunday - entry[here], side="right")
        at_risk = np.minimum(exit_day[here], sunday) - np.maximum(entry[here], monday) + 1
        leaves = exit_day[here] <= sunday
        for count, weight in (
            (days, at_risk),
            (on, leaves & np.isin(kind[here], ["advanced", "won"])),
            (lost, leaves & (kind[here] == "lost")),
        ):
            count[week] = np.bincount(band, weights=weight, minlength=shape[1])
        entered[week] = (entry[here] >= monday).sum()
        exited[week] = leaves.sum()
    first = int(entry.min()) // 7 - origin
    return Series(stage, segment_type, segment, first, days, on, lost, entered, exited)


def _before(values: np.ndarray, week: int, length: int, lag: int) -> np.ndarray:
    """Sum of `length` weeks of which the last lies `lag` weeks back."""
    total: np.ndarray = values[max(week - lag - length + 1, 0) : max(week - lag + 1, 0)].sum(axis=0)
    return total


def _expect(series: Series, stage: Series, weeks: int) -> None:
    series.first_judged = stage.first_week + LAG + FIRST_BASELINE
    for name in ("judged_on", "judged_lost", "expected_on", "expected_lost"):
        setattr(series, name, np.zeros(weeks))
    for week in range(series.first_judged, weeks):
        days = _before(series.days, week, BASELINE, LAG)
        stage_days = _before(stage.days, week, BASELINE, LAG)
        known = stage_days > 0
        for move in ("on", "lost"):
            count = getattr(series, move)
            own = _before(count, week, BASELINE, LAG)
            of_stage = _before(getattr(stage, move), week, BASELINE, LAG)
            lean = PSEUDO_DAYS * of_stage[known] / stage_days[known]
            rate = (own[known] + lean) / (days[known] + PSEUDO_DAYS)
            getattr(series, f"judged_{move}")[week] = count[week][known].sum()
            getattr(series, f"expected_{move}")[week] = (series.days[week][known] * rate).sum()


def _together(stages: list[Series]) -> Series:
    total = Series(
        "all",
        "all",
        "all",
        min(each.first_week for each in stages),
        *(sum(getattr(each, name) for each in stages) for name in ("days", "on", "lost")),
        *(sum(getattr(each, name) for each in stages) for name in ("entered", "exited")),
    )
    total.first_judged = min(each.first_judged for each in stages)
    for name in ("judged_on", "judged_lost", "expected_on", "expected_lost"):
        setattr(total, name, sum(getattr(each, name) for each in stages))
    return total


def _score(pool_name: str, pool: list[Series], weeks: int) -> Iterator[dict[str, Any]]:
    """Observed, mean, variance and log likelihood ratio by chance, then divided by dispersion."""
    exits = np.array([each.judged_on + each.judged_lost for each in pool])
    expected = np.array([each.expected_on + each.expected_lost for each in pool])
    kinds = ("slow",) if pool_name == "pipeline" else tuple(RULES)
    for kind in kinds:
        rows = []
        for number, each in enumerate(pool):
            first_judged = each.first_judged
            factor = RULES[kind][0]
            with np.errstate(all="ignore"):
                if kind == "slow":
                    if pool_name == "pipeline":
                        first_judged += 53
                        common = np.full(weeks, np.nan)
                        for week in range(51, weeks):
                            season = slice(max(week - 53, 0), week - 50)
                            common[week] = exits[0, season].sum() / expected[0, season].sum()
                        common[np.isinf(common)] = np.nan
                    else:
                        others = np.arange(len(pool)) != number
                        common = (exits[others].sum(axis=0) + PSEUDO_EXITS) / (
                            expected[others].sum(axis=0) + PSEUDO_EXITS
                        )
                    observed = exits[number]
                    mean = variance = shown = expected[number] * common
                    ratio = (1 - factor) * mean + observed * np.log(factor)
                elif kind == "leaking":
                    share = np.clip(each.expected_on / expected[number], 0.02, 0.98)
                    observed = each.judged_on
                    mean = shown = np.nan_to_num(exits[number] * share)
                    variance = np.nan_to_num(exits[number] * share * (1 - share))
                    ratio = np.nan_to_num(
                        observed * np.log(factor)
                        + each.judged_lost * np.log((1 - factor * share) / (1 - share))
                    )
                else:
                    base = [
                        [_before(flow, week, BASELINE, LAG) for week in range(weeks)]
                        for flow in (each.entered, each.exited)
                    ]
                    entered, exited = np.array(base)
                    share = np.clip((exited + 2) / (entered + exited + 4), 0.02, 0.98)
                    tilted = factor * share / (1 - share + factor * share)
                    both = each.entered + each.exited
                    observed = each.exited
                    mean, shown = both * share, each.entered * share / (1 - share)
                    variance = both * share * (1 - share)
                    ratio = observed * np.log(tilted / share) + each.entered * np.log(
                        (1 - tilted) / (1 - share)
                    )
            is_known = (np.arange(weeks) >= max(first_judged, each.first_week)) & ~np.isnan(mean)
            rows.append((each, first_judged, is_known, observed, mean, variance, shown, ratio))
        excess, squared = np.zeros(weeks), np.zeros(weeks)
        for _, _, is_known, observed, mean, variance, _, _ in rows:
            excess += np.where(is_known, (observed - mean) ** 2 - variance, 0)
            squared += np.where(is_known, variance**2, 0)
        for each, first_judged, is_known, observed, _, variance, shown, ratio in rows:
            evidence = np.zeros(weeks)
            is_judged = is_known & (np.arange(weeks) >= first_judged + FIRST_DISPERSION)
            for week in map(int, np.flatnonzero(is_judged)):
                beyond = _before(excess, week, DISPERSION, 1)
                by_chance = _before(squared, week, DISPERSION, 1)
                dispersion = max(beyond / by_chance, 0) if by_chance else 0
                evidence[week] = ratio[week] / (1 + dispersion * variance[week])
            yield {
                "kind": kind,
                "stage_id": each.stage_id,
                "segment_type": each.segment_type,
                "segment": each.segment,
                "first_week": each.first_week,
                "is_judged": is_judged,
                "observed": observed,
                "expected": np.where(is_known, shown, np.nan),
                "evidence": evidence,
            }


def _decide(row: dict[str, Any], judged_series: np.ndarray, weeks: int) -> dict[str, object]:
    _, threshold, shown, opens_below, closes_at, closes_below = RULES[row["kind"]]
    cumulative = np.cumsum(row["evidence"])
    is_open = False
    found: dict[str, list[Any]] = {
        name: [] for name in ("observed", "expected", "score", "threshold")
    }
    found["status"] = []
    for week in range(row["first_week"], weeks):
        window = slice(max(week - shown + 1, row["first_week"]), week + 1)
        observed, expected = row["observed"][window].sum(), np.nansum(row["expected"][window])
        score = (
            cumulative[week] - cumulative[max(week - MEMORY, row["first_week"]) : week + 1].min()
        )
        limit = threshold + np.log(max(judged_series[week] / MANY_SERIES, 1))
        ratio = observed / expected if expected else np.nan
        if score > limit and expected - observed >= MISSING and ratio < opens_below:
            is_open = True
        elif not (ratio < closes_at) or score < closes_below:
            is_open = False
        watched = score > limit / 2 and ratio < 1
        status = "bottleneck" if is_open else "watch" if watched else "ok"
        found["status"].append(status if row["is_judged"][week] else "learning")
        for name, value in (
            ("observed", observed),
            ("expected", expected if not np.isnan(row["expected"][window]).all() else np.nan),
            ("score", score),
            ("threshold", limit),
        ):
            found[name].append(value)
    names = ("kind", "stage_id", "segment_type", "segment")
    return {name: row[name] for name in names} | found
