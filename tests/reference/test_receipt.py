"""An event log: every count, mean and median of the transition matrix equals the reference.

The log has six rewrites of a stage as itself. We collapse them into the first, the reference counts
them as a pair of its own; the pairs that leave such a stage are computed again here, from the file.
"""

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
import pytest

from tests.reference.conftest import World, world

REWRITTEN = "T06 Determine necessity of stop advice"
TOUCHED = {
    (REWRITTEN, "T07-4 Draft internal advice to hold for type 4"),
    (REWRITTEN, "T10 Determine necessity to stop indication"),
}
Pair = tuple[str, str]


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world("receipt", tmp_path_factory.mktemp("receipt"), datetime(2026, 1, 1)) as found:
        yield found


@pytest.fixture(scope="module")
def matrix(receipt: World) -> dict[Pair, tuple[int, float, float]]:
    """Count, mean and median seconds per pair of stages."""
    rows = receipt.rows(
        "select from_stage_id, to_stage_id, transitions, mean_hours * 3600, median_hours * 3600"
        " from rpt_transition_matrix"
    )
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


@pytest.fixture(scope="module")
def reference(receipt: World) -> dict[Pair, tuple[int, float, float]]:
    """What others computed, before same-stage rewrites collapse."""
    return {
        (pair["from_stage"], pair["to_stage"]): (pair["n"], pair["mean_s"], pair["median_s"])
        for pair in receipt.reference["transitions"]
    }


@pytest.fixture(scope="module")
def moves(receipt: World) -> pd.DataFrame:
    """Every move between two different stages, rewrites collapsed into the first, by pandas."""
    log = pd.read_csv(receipt.folder / "receipt.csv", dtype=str)
    events = pd.DataFrame(
        {
            "case": log["case:concept:name"],
            "stage": log["concept:name"],
            "moment": pd.to_datetime(log["time:timestamp"], utc=True, format="ISO8601"),
        }
    ).sort_values(["case", "moment"], kind="stable")
    rewrites = events.stage == events.groupby("case").stage.shift()
    kept = events[~rewrites].copy()
    kept["to_stage"] = kept.groupby("case").stage.shift(-1)
    kept["seconds"] = (kept.groupby("case").moment.shift(-1) - kept.moment).dt.total_seconds()
    # A stay is touched when a rewrite follows its beginning.
    kept["is_touched"] = rewrites.shift(-1, fill_value=False).loc[kept.index]
    assert int(rewrites.sum()) == 6
    return kept.dropna(subset="to_stage")


def test_the_log_lands_whole(receipt: World) -> None:
    history = next(e for e in receipt.extraction.entities if e.entity == "deal_stage_history")
    assert (history.rows_read, history.rows_quarantined) == (receipt.reference["events"], 0)
    assert receipt.row("select count(*) from fct_deals") == (receipt.reference["cases"],)


def test_rewrites_are_no_transitions(
    matrix: dict[Pair, tuple[int, float, float]], reference: dict[Pair, tuple[int, float, float]]
) -> None:
    same_stage = {pair: found for pair, found in reference.items() if pair[0] == pair[1]}
    assert [(pair[0], found[0]) for pair, found in same_stage.items()] == [(REWRITTEN, 6)]
    assert set(matrix) == set(reference) - set(same_stage)
    assert len(matrix) == 98


def test_the_six_rewrites_touch_these_pairs(moves: pd.DataFrame) -> None:
    touched = moves[moves.is_touched]
    assert set(zip(touched.stage, touched.to_stage, strict=True)) == TOUCHED
    # Two rewrites in each of three stays; the third one is the last of its case.
    assert set(touched.case) == {"case-4157", "case-7980"}


def test_counts_means_and_medians(
    matrix: dict[Pair, tuple[int, float, float]],
    reference: dict[Pair, tuple[int, float, float]],
    moves: pd.DataFrame,
) -> None:
    durations = moves.groupby(["stage", "to_stage"]).seconds
    recomputed = {
        pair: (len(seconds), float(seconds.mean()), float(seconds.median()))
        for pair, seconds in durations
    }
    for pair, (count, mean, median) in matrix.items():
        expected = recomputed[pair] if pair in TOUCHED else reference[pair]
        # The reference is rounded to a millisecond.
        assert count == expected[0], pair
        assert mean == pytest.approx(expected[1], rel=1e-6, abs=0.001), pair
        assert median == pytest.approx(expected[2], rel=1e-6, abs=0.001), pair
        if pair in TOUCHED:
            assert count == reference[pair][0], "a rewrite changes durations, not counts"


def test_visits(receipt: World) -> None:
    visits = dict(receipt.rows("select stage_id, count(*) from fct_stage_visits group by all"))
    expected = receipt.reference["stage_visits"]
    assert visits == expected | {REWRITTEN: expected[REWRITTEN] - 6}
    cases = dict(
        receipt.rows("select stage_id, count(distinct deal_id) from fct_stage_visits group by all")
    )
    assert cases == receipt.reference["stage_cases"]
    ends = dict(receipt.rows("select stage_id, count(*) from fct_deals group by all"))
    assert ends == receipt.reference["end_activities"]
