"""How far off is the current stage conversion? The marts' own SQL on companies with known truth.

Prints the mean bias in percentage points with its standard error, beside every naive rate that one
meets in practice. `SEED=` gives other companies, `REPLICATIONS=` more of them. Writes
`<home>/bench/conversion_truth.json`.
"""

import contextlib
import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.conversion_company import LAST_DATE, SCENARIOS, Scenario, simulate
from dagster_project.dbt_invocation import invoke
from jalur.settings import Settings, load_settings

ENTRIES = 6000
MODELS = (
    "int_stage_observed_stays",
    "int_stage_risk_sets",
    "int_stage_conversion_curves",
    "int_stage_conversion_horizons",
    "int_stage_daily_entries",
    "int_stage_matured_conversions",
)
# What people publish instead; `stays` holds one replication per stage_id.
NAIVE = {
    "converted of all entered, ever": "count_if(converted) / count(*)",
    "converted of those that left, ever": "count_if(converted) / count_if(days is not null)",
    "converted of those that left in 90 days": (
        "count_if(converted and exited_date > last_date - 90)"
        " / count_if(exited_date > last_date - 90)"
    ),
    "converted of those that entered in 90 days": (
        "count_if(converted and entered_date > last_date - 90)"
        " / count_if(entered_date > last_date - 90)"
    ),
}


def compiled_models(home: Path) -> dict[str, str]:
    """The SQL of the models as of the last day of the companies."""
    settings = Settings(home=home, sources=("demo",), timezone="UTC")
    settings.paths.create()
    as_of = datetime.combine(LAST_DATE, time.max, tzinfo=UTC)
    # dbt prints what it compiles.
    with contextlib.redirect_stdout(io.StringIO()):
        problem = invoke(
            ["compile", "--select", *MODELS],
            settings.dbt_environment("bench", as_of),
            settings.paths.dbt,
        )
    if problem is not None:
        raise SystemExit(problem)
    folder = settings.paths.dbt / "compiled" / "jalur" / "models" / "intermediate"
    return {name: (folder / f"{name}.sql").read_text() for name in MODELS}


def estimates(
    models: dict[str, str], scenario: Scenario, replications: int, random: np.random.Generator
) -> Iterator[tuple[str, list[float]]]:
    """Every way of counting with its figure per replication."""
    first_stays = simulate(scenario, replications, ENTRIES, random)  # noqa: F841
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.intermediate")
        connection.execute("use warehouse.intermediate")
        connection.execute(
            "create table int_stage_entries as select * replace"
            " (entered_date::date as entered_date, exited_date::date as exited_date),"
            " direct_outcome as strict_outcome, false as is_left_truncated from first_stays"
        )
        connection.execute("create schema warehouse.marts")
        connection.execute(
            "create table warehouse.marts.fct_deals as select source, deal_id, 'any' as team,"
            " 'any' as rep_id, 'any' as lead_source, 'any' as size_band, 'any' as region,"
            " 'any' as deal_type from int_stage_entries"
        )
        for name, sql in models.items():
            connection.execute(f"create table {name} as {sql}")
        at_90 = "where form = 'window' and horizon_day = 90 order by stage_id"
        yield (
            "window of 90 days (Jalur)",
            _column(connection, f"select estimate from int_stage_conversion_horizons {at_90}"),
        )
        yield (
            "latest cohorts that had 90 days",
            _column(
                connection,
                "select matured_converted / matured_entered"
                f" from int_stage_matured_conversions {at_90}",
            ),
        )
        stays = (
            "select stage_id, entered_date, exited_date, direct_outcome = 'converted' as converted,"
            f" exited_date - entered_date as days, date '{LAST_DATE}' as last_date"
            " from int_stage_entries"
        )
        for name, rate in NAIVE.items():
            sql = f"select {rate} from ({stays}) group by stage_id order by stage_id"
            yield name, _column(connection, sql)


def _column(connection: duckdb.DuckDBPyConnection, sql: str) -> list[float]:
    return [row[0] for row in connection.execute(sql).fetchall()]


def main() -> None:
    """Simulate, estimate, print and write."""
    seed = int(os.environ.get("SEED", "1"))
    replications = int(os.environ.get("REPLICATIONS", "400"))
    console = Console()
    found = []
    with TemporaryDirectory() as folder:
        models = compiled_models(Path(folder))
        for number, scenario in enumerate(track(SCENARIOS, "simulating", console=console)):
            random = np.random.default_rng([seed, number])
            table = Table(
                "way of counting", "bias", "its standard error", "RMSE",
                title=f"Rates {scenario.name}; truth {100 * scenario.truth:.1f}%; points",
            )  # fmt: skip
            for name, values in estimates(models, scenario, replications, random):
                errors = 100 * (np.array(values) - scenario.truth)
                result = {
                    "rates": scenario.name,
                    "way_of_counting": name,
                    "truth": scenario.truth,
                    "bias_points": float(errors.mean()),
                    "standard_error_points": float(errors.std(ddof=1) / np.sqrt(len(errors))),
                    "rmse_points": float(np.sqrt((errors**2).mean())),
                }
                found.append(result)
                table.add_row(
                    name,
                    f"{result['bias_points']:+.2f}",
                    f"{result['standard_error_points']:.2f}",
                    f"{result['rmse_points']:.2f}",
                )
            console.print(table)
    path = load_settings().paths.bench / "conversion_truth.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    summary = {"seed": seed, "replications": replications, "entries": ENTRIES, "results": found}
    path.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {path}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
