"""Durations as published against lifelines and numpy, on made-up stays that are mostly cut off."""

from pathlib import Path

import duckdb
import lifelines
import numpy as np
import pandas as pd
import pytest

MODELS = [
    "intermediate/int_stage_duration_cells",
    "intermediate/int_stage_duration_quantiles",
    "marts/reports/rpt_stage_durations",
]
SEGMENTS = ["team", "rep_id", "lead_source", "size_band", "region", "deal_type"]
REGIONS = ["north", "south", "east"]


def _stays(seed: int) -> pd.DataFrame:
    """One deal per row; the share cut off runs from a tenth to all, by the seed."""
    random = np.random.default_rng(seed)
    count = int(random.integers(5, 120))
    hours = random.choice(
        [
            # Many at the same moment, or hardly any.
            random.integers(1, 12, count).astype(float),
            random.exponential(100, count),
        ]
    )
    cut_off = 1.0 if seed % 5 == 0 else 0.1 + 0.8 * (seed % 7) / 6
    is_completed = random.random(count) >= cut_off
    return pd.DataFrame(
        {
            "source": "crm",
            "pipeline_id": "sales",
            # The seed is the stage: all seeds are one table.
            "stage_id": f"{seed:02}",
            "deal_id": [f"{seed:02}-{number}" for number in range(count)],
            **dict.fromkeys(SEGMENTS, "any"),
            "region": random.choice(REGIONS, count),
            "entry_quarter": pd.Timestamp("2026-01-01"),
            "is_completed": is_completed,
            "hours_in_stage": np.where(is_completed | (random.random(count) < 0.3), hours, np.nan),
            "hours_observed": hours,
        }
    )


@pytest.fixture(scope="module")
def stays() -> pd.DataFrame:
    return pd.concat([_stays(seed) for seed in range(20)], ignore_index=True)


@pytest.fixture(scope="module")
def durations(marts: duckdb.DuckDBPyConnection, stays: pd.DataFrame) -> pd.DataFrame:
    """The published rows, from the models' own SQL as dbt has compiled it."""
    ((path,),) = marts.sql("select path from duckdb_databases() where path is not null").fetchall()
    compiled = Path(path).parent / "dbt" / "compiled" / "jalur" / "models"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.intermediate; create schema warehouse.marts")
        connection.execute(
            "create table warehouse.intermediate.int_stage_stays as select *"
            " replace (if(isnan(hours_in_stage), null, hours_in_stage) as hours_in_stage,"
            " cast(entry_quarter as date) as entry_quarter) from stays"
        )
        connection.execute(
            "create table warehouse.marts.dim_pipeline_stages as select distinct source,"
            " pipeline_id, stage_id, stage_id as stage_name, 1 as position from stays"
        )
        for model in MODELS:
            schema = "marts" if model.startswith("marts") else "intermediate"
            sql = (compiled / f"{model}.sql").read_text()
            connection.execute(f"create table warehouse.{schema}.{Path(model).name} as {sql}")
        return connection.sql("select * from warehouse.marts.rpt_stage_durations").df()


def _quantile(group: pd.DataFrame, survivors: float) -> float:
    """lifelines' first time by which so many survive; infinite where that is never."""
    fitter = lifelines.KaplanMeierFitter().fit(
        group["hours_observed"], event_observed=group["is_completed"]
    )
    survival = fitter.survival_function_.iloc[:, 0]
    reached = survival.index[survival <= survivors + 1e-12]
    return float(reached[0]) if len(reached) else np.inf


@pytest.mark.parametrize("segment_type", ["all", "region"])
def test_quantiles_equal_lifelines(
    durations: pd.DataFrame, stays: pd.DataFrame, segment_type: str
) -> None:
    rows = durations[durations["segment_type"] == segment_type]
    unknown = 0
    for row in rows.to_dict("records"):
        group = stays[stays["stage_id"] == row["stage_id"]]
        if segment_type == "region":
            group = group[group["region"] == row["segment"]]
        assert row["visits"] == len(group)
        for column, survivors in (("km_median_hours", 0.5), ("km_p90_hours", 0.1)):
            expected = _quantile(group, survivors)
            unknown += expected == np.inf
            found = np.inf if pd.isna(row[column]) else row[column]
            assert found == pytest.approx(expected, rel=1e-12), (row, column)
    assert len(rows) >= 20
    assert unknown > len(rows) / 4


def test_where_all_are_cut_off_nothing_is_known(
    durations: pd.DataFrame, stays: pd.DataFrame
) -> None:
    rows = durations[durations["completed"] == 0]
    all_cut_off = stays.groupby("stage_id")["is_completed"].sum() == 0
    assert all_cut_off.sum() >= 4
    assert set(all_cut_off[all_cut_off].index) <= set(rows["stage_id"])
    figures = ["mean_hours_completed", "p50_hours_completed", "p90_hours_completed"]
    assert rows[[*figures, "km_median_hours", "km_p90_hours"]].isna().all(axis=None)


def test_completed_quantiles_equal_numpy(durations: pd.DataFrame, stays: pd.DataFrame) -> None:
    for row in durations[durations["segment_type"] == "all"].to_dict("records"):
        group = stays[(stays["stage_id"] == row["stage_id"]) & stays["is_completed"]]
        if len(group):
            p50, p90 = np.percentile(group["hours_in_stage"], [50, 90])
            assert row["p50_hours_completed"] == pytest.approx(p50, rel=1e-12)
            assert row["p90_hours_completed"] == pytest.approx(p90, rel=1e-12)
