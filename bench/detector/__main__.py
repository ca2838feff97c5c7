"""How good is the bottleneck detector? The marts' own SQL on pipelines with planted bottlenecks.

Prints, per scenario, what is found and how soon, beside rules that people use instead, each at the
threshold that gives the same false alarms on the same control. `SEED=` gives other pipelines,
`PLANTS=` fewer of them. Writes `<home>/bench/detector.json`; exit code 1 where a bar is missed
beyond chance (its 95% Wilson interval lies wholly on the wrong side).
"""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import track

from bench.detector.alarms import read_alarms
from bench.detector.bars import bars
from bench.detector.company import simulate
from bench.detector.explanations import explanations
from bench.detector.plants import PLANTED_WEEKS
from bench.detector.rivals import rival_figures
from bench.detector.run import compiled_models, detected
from bench.detector.scenarios import SCENARIOS, Scenario
from bench.detector.scores import (
    closed_in_time,
    false_alarms,
    median_delay,
    planted_alarms,
    recall,
    threshold_for,
)
from bench.detector.shape import LAST_DATE
from bench.detector.tables import FRONTIER, JALUR, bars_table, tables
from jalur.settings import load_settings
from tests.marts.detector_reference import weekly_scores

CONTROL_PIPELINES = 100
COMPARED_PIPELINES = 2
# Days within which bars want half of the plants found.
DELAYS = (21, 28, 35)
Found = dict[str, Any]


def main() -> int:
    """Simulate, detect, compare, print and write."""
    seed = int(os.environ.get("SEED", "1"))
    plants = int(os.environ.get("PLANTS", "300"))
    console = Console()
    bench = DetectorBench(seed, plants)
    with TemporaryDirectory() as folder:
        models = compiled_models(Path(folder))
        numbered = list(enumerate(SCENARIOS))
        for number, scenario in track(numbered, "simulating", console=console):
            bench.measure(models, number, scenario)
    judged = bars(bench.found)
    for table in (*tables(bench.found), bars_table(judged)):
        console.print(table)
    path = load_settings().paths.bench / "detector.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    summary = {
        "seed": seed,
        "plants": plants,
        "bars": [bar.as_row() for bar in judged],
        "results": bench.found,
    }
    path.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {path}", highlight=False, soft_wrap=True)
    return int(any(bar.is_missed for bar in judged))


class DetectorBench:
    """Measures scenario by scenario; the controls come first and give the rivals' thresholds."""

    def __init__(self, seed: int, plants: int) -> None:
        self.seed = seed
        self.plants = plants
        self.found: dict[str, Found] = {}
        # By volume and kind of place, per rule: the threshold of equal false alarms.
        self.thresholds: dict[tuple[float, str], dict[str, float]] = {}

    def measure(self, models: dict[str, str], number: int, scenario: Scenario) -> None:
        """Simulate one scenario and write down all that is to be known of it."""
        each_has = 1 if scenario.where == "pipeline" else len(PLANTED_WEEKS)
        pipelines = -(-self.plants // each_has)
        if not scenario.has_plant:
            pipelines = min(pipelines, CONTROL_PIPELINES)
        random = np.random.default_rng([self.seed, number])
        simulated = simulate(scenario, pipelines, random)
        with detected(models, simulated) as (connection, seconds):
            stays = len(simulated.visits)
            found: Found = {
                "pipelines": pipelines,
                "stays": stays,
                "seconds_per_million_stays": 1e6 * seconds / stays,
            }
            if scenario.where is None:
                found |= self._control(connection, scenario, pipelines)
            else:
                found |= self._planted(connection, scenario, pipelines, simulated.truth)
            if scenario.where == "cell" and scenario.capacity is None:
                kind = "leaking" if scenario.conversion < 1 else "slow"
                found |= explanations(connection, models, simulated, kind)
            if number == 0:
                found["largest_difference_from_reference"] = difference(
                    connection, simulated.visits
                )
        self.found[scenario.name] = found

    def _control(
        self, connection: duckdb.DuckDBPyConnection, scenario: Scenario, pipelines: int
    ) -> Found:
        places = {}
        for where in ("cell", "stage", "pipeline"):
            alarms = read_alarms(connection, pipelines, where)
            alarm_weeks, onsets = false_alarms(alarms.raised)
            judged = alarms.raised.shape[0] * alarms.raised.shape[1]
            places[where] = {
                "series": judged,
                "alarm_weeks_per_100": alarm_weeks,
                "onsets_per_100": onsets,
                "frontier": [
                    dict(zip(("alarm_weeks_per_100", "onsets_per_100"), at, strict=True))
                    for at in (false_alarms(alarms.nearness > step) for step in FRONTIER)
                ],
            }
            if not scenario.is_flat:
                figures = rival_figures(connection, pipelines, where)
                self.thresholds[scenario.volume, where] = {
                    name: threshold_for(figure, alarm_weeks) for name, figure in figures.items()
                }
        return {"false_alarms": places}

    def _planted(
        self,
        connection: duckdb.DuckDBPyConnection,
        scenario: Scenario,
        pipelines: int,
        truth: pd.DataFrame,
    ) -> Found:
        assert scenario.where is not None
        alarms = read_alarms(connection, pipelines, scenario.where)
        figures = rival_figures(connection, pipelines, scenario.where)
        thresholds = self.thresholds[scenario.volume, scenario.where]
        rules = {JALUR: alarms.raised} | {
            name: figure > thresholds[name] for name, figure in figures.items()
        }
        planted = planted_alarms(alarms.raised, truth, scenario.where)
        closed = closed_in_time(planted, truth, 6)
        return {
            "where": scenario.where,
            "rules": {
                name: _row(planted_alarms(raised, truth, scenario.where), truth)
                for name, raised in rules.items()
            },
            "frontier": [
                _row(planted_alarms(alarms.nearness > step, truth, scenario.where), truth)
                for step in FRONTIER
            ],
            "closed_within_6_weeks": closed.share,
            "open_at_recovery": closed.plants,
        }


def _row(planted: np.ndarray, truth: pd.DataFrame) -> Found:
    delay = median_delay(planted, truth)
    return {
        "plants": len(truth),
        "found_within_8_weeks": recall(planted, truth, 56).found,
        "found_within_12_weeks": recall(planted, truth, 84).found,
        "found_within_days": {str(days): recall(planted, truth, days).found for days in DELAYS},
        "median_delay_days": delay if np.isfinite(delay) else None,
    }


def difference(connection: duckdb.DuckDBPyConnection, visits: pd.DataFrame) -> float:
    """The largest difference between the scores of the SQL and those of the reference."""
    some = visits[visits["pipeline_id"] < COMPARED_PIPELINES].copy()
    some["team"] = "team " + some["team"].astype(str)
    for name in ("pipeline_id", "stage_id"):
        some[name] = some[name].astype(str)
    key = ["pipeline_id", "stage_id", "segment_type", "segment", "kind", "week_number"]
    expected = weekly_scores(some, LAST_DATE)
    found = connection.execute(
        f"select {', '.join(key)}, score, expected, status from"
        f" intermediate.int_stage_weekly_scores where pipeline_id::int < {COMPARED_PIPELINES}"
    ).df()
    both = found.merge(expected, on=key, suffixes=("", "_reference"), how="outer")
    if not both["status"].equals(both["status_reference"]):
        return float("inf")
    return float(
        max((both[name] - both[f"{name}_reference"]).abs().max() for name in ("score", "expected"))
    )


if __name__ == "__main__":
    sys.exit(main())
