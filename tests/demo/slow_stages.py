"""The first rule of bottlenecks, worked out in pandas from the CSV files alone.

In every week that ends on a Sunday, and for each open stage: exits forward in the last 28 days,
against deal-days at risk in them times the rate of the 26 weeks before.
"""

from pathlib import Path

import numpy as np
import pandas as pd

WINDOW, BASELINE, MINIMUM_BASELINE_EXITS = 28, 182, 60
MINIMUM_EXPECTED, RATIO, SCORE = 12, 0.7, -3.5


def stays(export: Path) -> pd.DataFrame:
    """Every stay in an open stage: deal, pipeline, stage, entry and exit, forward or not."""
    stages = pd.read_csv(export / "stages.csv").set_index("stage_id")
    deals = pd.read_csv(export / "deals.csv", parse_dates=["deleted_at", "merged_at"])
    history = pd.read_csv(export / "deal_stage_history.csv", parse_dates=["entered_at"])
    history = history.sort_values(["deal_id", "entered_at", "sequence"])
    same = history.deal_id.eq(history.deal_id.shift()) & history.stage_id.eq(
        history.stage_id.shift()
    )
    history = history[~same]
    history["position"] = history.stage_id.map(stages.position)
    history["kind"] = history.stage_id.map(stages.kind)
    by_deal = history.groupby("deal_id")
    following = by_deal[["entered_at", "position", "kind", "pipeline_id"]].shift(-1)
    ended_at = deals.deleted_at.fillna(deals.merged_at)
    history["ended_at"] = history.deal_id.map(pd.Series(ended_at.array, index=deals.deal_id))
    history["exited_at"] = following.entered_at.fillna(history.ended_at)
    further = following.kind.eq("open") & (following.position > history.position)
    history["forward"] = (following.pipeline_id == history.pipeline_id) & (
        further | following.kind.eq("won")
    )
    return history[history.kind == "open"]


def weekly_scores(stays: pd.DataFrame, last_day: pd.Timestamp, week_end: int = 6) -> pd.DataFrame:
    """One row per stage and week: observed and expected exits, ratio, score, alarm or not."""
    first_day = stays.entered_at.min().tz_localize(None).normalize()
    days = pd.date_range(first_day, last_day)
    frames = []
    for (pipeline, stage), rows in stays.groupby(["pipeline_id", "stage_id"]):
        entered = (rows.entered_at.dt.tz_localize(None) - first_day).dt.days.to_numpy()
        exited = (rows.exited_at.dt.tz_localize(None) - first_day).dt.days
        exits = np.bincount(exited[rows.forward].astype(int), minlength=len(days))
        # At risk on a day: in the stage at its start, or entered during it.
        leaves = exited.fillna(len(days)).astype(int).to_numpy() + 1
        moves = np.bincount(entered, minlength=len(days) + 2)
        moves = moves - np.bincount(np.minimum(leaves, len(days) + 1), minlength=len(days) + 2)
        at_risk = np.cumsum(moves)[: len(days)]
        daily = pd.DataFrame({"exits": exits[: len(days)], "at_risk": at_risk}, index=days)
        recent = daily.rolling(WINDOW, min_periods=1).sum()
        before = daily.shift(WINDOW).rolling(BASELINE, min_periods=1).sum()
        expected = recent.at_risk * before.exits / before.at_risk
        frames.append(
            pd.DataFrame({
                "pipeline_id": pipeline,
                "stage_id": stage,
                "observed": recent.exits,
                "expected": expected,
                "baseline_exits": before.exits,
            })
        )  # fmt: skip
    scores = pd.concat(frames).rename_axis("week_end").reset_index()
    judged = (
        (scores.week_end.dt.day_of_week == week_end)
        & (scores.baseline_exits >= MINIMUM_BASELINE_EXITS)
        & (scores.expected >= MINIMUM_EXPECTED)
    )
    scores = pd.DataFrame(scores[judged])
    scores["ratio"] = scores.observed / scores.expected
    scores["score"] = (scores.observed - scores.expected) / np.sqrt(scores.expected)
    scores["alarm"] = (scores.ratio < RATIO) & (scores.score < SCORE)
    return scores
