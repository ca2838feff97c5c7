"""Aalen-Johansen in the marts' own SQL against lifelines, on the same stays in days.

1,000,000 stays in 60 series, half of them still under way. The marts' SQL gives the curves of all
outcomes with the variance. lifelines is timed without it, and with it (its default) on two of the
series only, times 30: on all it takes many minutes. `SEED=` gives other stays. Writes
`<home>/bench/conversion_speed.json`.
"""

import json
import os
import warnings
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb
import lifelines
import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.conversion_truth import compiled_models
from jalur.settings import load_settings

STAYS = 1_000_000
SERIES = 60
SAMPLED = 2
OUTCOMES = ("open", "converted", "lost", "other")
MODELS = ("int_stage_risk_sets", "int_stage_conversion_curves")


def make_stays(seed: int) -> pd.DataFrame:
    """Columns segment, exit_day, outcome: exponential stays of 20 to 80 days on average."""
    random = np.random.default_rng(seed)
    segment = random.integers(0, SERIES, STAYS)
    return pd.DataFrame(
        {
            "segment": segment,
            "exit_day": random.exponential(20 + segment).astype(int),
            "outcome": random.choice(OUTCOMES, STAYS, p=[0.5, 0.25, 0.15, 0.1]),
        }
    )


def time_ours(stays: pd.DataFrame, models: dict[str, str]) -> float:
    """Seconds from rows of stays to the whole curves with their variances."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.intermediate")
        connection.register("frame", stays)
        connection.execute("create table stays as select * from frame")
        started = perf_counter()
        connection.execute(
            "create table warehouse.intermediate.int_stage_observed_stays as"
            " select 'crm' as source, 'sales' as pipeline_id, 's' as stage_id,"
            " 'all' as segment_type, segment, 'window' as form, date '2026-01-01' as"
            " period_start_date, date '2026-01-01' as period_end_date, -1 as entry_day, exit_day,"
            " outcome, count(*) as stays from stays group by all"
        )
        for name in MODELS:
            connection.execute(f"create table warehouse.intermediate.{name} as {models[name]}")
        return perf_counter() - started


def time_lifelines(stays: pd.DataFrame, *, variance: bool) -> float:
    """Seconds for one fit per series; it spreads the ties of a day by a jitter of its own."""
    codes = stays.assign(code=stays["outcome"].map(OUTCOMES.index))
    groups = [group for _, group in codes.groupby("segment")]
    started = perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for group in track(groups, "lifelines", transient=True):
            lifelines.AalenJohansenFitter(calculate_variance=variance).fit(
                group["exit_day"] + 1, group["code"], event_of_interest=1
            )
    return perf_counter() - started


def main() -> None:
    """Time both, compare, write."""
    stays = make_stays(int(os.environ.get("SEED", "1")))
    sample = stays[stays["segment"] < SAMPLED]
    with TemporaryDirectory() as folder:
        models = compiled_models(Path(folder))
    seconds = {
        "marts, with variance": time_ours(stays, models),
        "lifelines, without variance": time_lifelines(stays, variance=False),
        "lifelines, with variance": time_lifelines(sample, variance=True) * SERIES / SAMPLED,
    }
    table = Table("1,000,000 stays in 60 series", "seconds", "x marts")
    for name, value in seconds.items():
        table.add_row(name, f"{value:.2f}", f"{value / seconds['marts, with variance']:.0f}")
    Console().print(table)
    path = load_settings().paths.bench / "conversion_speed.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    measured_at = datetime.now(UTC).isoformat(timespec="seconds")
    path.write_text(
        json.dumps({"measured_at": measured_at, "stays": STAYS, "seconds": seconds}, indent=2)
    )


if __name__ == "__main__":
    main()
