"""The planted bottleneck, and nothing else, is slow: by a rule worked out from the CSV files."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from demo import LAST_DAY
from tests.demo import slow_stages


@pytest.fixture(scope="module")
def scores(export: Path) -> pd.DataFrame:
    stays = slow_stages.stays(export)
    # Weeks that end on any day of the week: a shifted calendar must not change the picture.
    return pd.concat(
        slow_stages.weekly_scores(stays, pd.Timestamp(LAST_DAY), week_end) for week_end in range(7)
    )


@pytest.fixture(scope="module")
def planted(scores: pd.DataFrame, truth: dict[str, Any]) -> pd.Series:
    known = truth["bottleneck"]
    return (
        scores.pipeline_id.eq(known["pipeline_id"])
        & scores.stage_id.eq(known["stage_id"])
        & scores.week_end.ge(pd.Timestamp(known["since"]))
    )


def test_only_the_planted_stage_alarms(scores: pd.DataFrame, planted: pd.Series) -> None:
    assert scores[planted].alarm.any()
    assert not scores[~planted].alarm.any()


def test_the_planted_stage_is_unmistakable(scores: pd.DataFrame, planted: pd.Series) -> None:
    last_month = scores[
        planted & (scores.week_end > pd.Timestamp(LAST_DAY) - pd.Timedelta(days=28))
    ]
    assert last_month.alarm.all()
    assert (last_month.expected > 100).all()
    assert (last_month.ratio < 0.6).all()
    assert (last_month.score < -6).all()


def test_nothing_else_comes_near_an_alarm(scores: pd.DataFrame, planted: pd.Series) -> None:
    assert scores[~planted].score.min() > -3
    assert scores[~planted].ratio.min() > slow_stages.RATIO


def test_the_planted_team_is_the_slow_one(export: Path, truth: dict[str, Any]) -> None:
    known = truth["bottleneck"]
    stays = slow_stages.stays(export)
    stays = stays[stays.stage_id == known["stage_id"]]
    deals = pd.read_csv(export / "deals.csv").set_index("deal_id")
    team = pd.read_csv(export / "reps.csv").set_index("rep_id").team
    stays = stays.assign(team=stays.deal_id.map(deals.rep_id).map(team))
    recent = stays[stays.entered_at >= known["since"]]
    still_there = recent.exited_at.isna().groupby(recent.team).mean()
    assert still_there.idxmax() == known["segment"]
    assert still_there[known["segment"]] > 2 * still_there.drop(known["segment"]).max()
