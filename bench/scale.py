"""What the marts cost at scale, as multiples of the least that any such warehouse must do.

`CHANGES=10000000 SEED=1 make bench-scale` lands that many stage changes and builds, side by side:
the floor (`scale_floor.sql`), all marts but the forecast's, those of the forecast, whose back-test
makes every past month anew, and all marts again after eleven days that bring 1% of new rows, and
after one more day. Each runs in a process of its own, so that its peak of memory is its own. Writes
`<home>/bench/scale.json`.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import duckdb
from rich.console import Console
from rich.table import Table

from bench.scale_company import BEGINNING, LAST_DAY, write_landing
from dagster_project.dbt_invocation import invoke
from ingestion.check_results import land_check_results
from jalur.as_of import parse_as_of
from jalur.paths import Home
from jalur.settings import Settings, load_settings

SLOWEST = 12


@dataclass(frozen=True)
class Cost:
    """One part: wall clock seconds and the peak of its memory in bytes."""

    part: str
    seconds: float
    peak_memory_bytes: int


def build_floor(home: Home) -> None:
    """The floor, in a database beside the warehouse."""
    path = home.root / "floor.duckdb"
    path.unlink(missing_ok=True)
    sql = Path(__file__).with_name("scale_floor.sql").read_text()
    # As the warehouse is opened (dbt/profiles.yml).
    newest = "storage_compatibility_version"
    with duckdb.connect(str(path), config={"threads": 2, newest: "latest"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        # One by one: DuckDB takes a window of one statement for that of the next.
        for statement in sql.replace("{landing}", str(home.landing / "raw_files")).split(";"):
            connection.execute(statement)


def build_marts(home: Home, last_day: date, *selection: str) -> None:
    """All seeds and models, or those selected, as a run at the end of a day builds them."""
    land_check_results(home, "bench", [])
    settings = Settings(
        home=home.root,
        sources=("files",),
        files_path=home.root,
        timezone="UTC",
        as_of=last_day.isoformat(),
    )
    environment = settings.dbt_environment("bench", parse_as_of(last_day.isoformat(), "UTC"))
    tables = ["--resource-type", "seed", "--resource-type", "model"]
    problem = invoke(["build", *tables, *selection], environment, settings.paths.dbt)
    if problem is not None:
        raise SystemExit(problem)


FIRST_DAY = LAST_DAY - timedelta(days=12)
# What is landed before a part: from the first date to before the second.
DAYS = {
    "floor": (BEGINNING, FIRST_DAY + timedelta(days=1)),
    "11 days more (1%)": (FIRST_DAY + timedelta(days=1), LAST_DAY),
    "1 day more": (LAST_DAY, LAST_DAY + timedelta(days=1)),
}
FORECAST = ("int_forecast_*", "rpt_revenue_forecast", "rpt_forecast_*")
BUT_FORECAST = ("--exclude", *FORECAST)
ONLY_FORECAST = ("--select", *FORECAST)
PARTS: dict[str, Callable[[Home], None]] = {
    "floor": build_floor,
    "all marts but the forecast": lambda home: build_marts(home, FIRST_DAY, *BUT_FORECAST),
    "the forecast and its back-test": lambda home: build_marts(home, FIRST_DAY, *ONLY_FORECAST),
    "11 days more (1%)": lambda home: build_marts(
        home, LAST_DAY - timedelta(days=1), *BUT_FORECAST
    ),
    "1 day more": lambda home: build_marts(home, LAST_DAY, *BUT_FORECAST),
}


def measure(part: str, home: Home) -> Cost:
    """Run a part in a process of its own; raises `SystemExit` where it fails."""
    started = perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bench.scale", part, str(home.root)])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{part} failed")
    return Cost(part, perf_counter() - started, usage.ru_maxrss * 1024)


def slowest_models(home: Home) -> list[tuple[str, float]]:
    """Names and seconds of the models of the last build that took longest."""
    results = json.loads((home.dbt / "run_results.json").read_text())["results"]
    times = [(row["unique_id"].rsplit(".", 1)[-1], row["execution_time"]) for row in results]
    return sorted(times, key=lambda item: -item[1])[:SLOWEST]


def main() -> None:
    """Land, build, compare, write."""
    changes = int(os.environ.get("CHANGES", "10000000"))
    seed = int(os.environ.get("SEED", "1"))
    bench = load_settings().paths.bench
    home = Home(bench / "scale")
    shutil.rmtree(home.root, ignore_errors=True)
    home.create()
    console = Console()
    rows = []
    costs = []
    try:
        for part in PARTS:
            if (days := DAYS.get(part)) is not None:
                since, until = days
                with console.status(f"landing what happened before {until}"):
                    rows.append(write_landing(home, changes, seed=seed, since=since, until=until))
            with console.status(part):
                costs.append(measure(part, home))
            if part == "all marts but the forecast":
                slowest = slowest_models(home)
        slowest_again = slowest_models(home)
    finally:
        shutil.rmtree(home.root, ignore_errors=True)
    console.print(f"changes of stage landed: {', '.join(f'{each:,}' for each in rows)}")
    table = Table("part", "seconds", "x floor", "x first build", "peak MB")
    for cost in costs:
        table.add_row(
            cost.part,
            f"{cost.seconds:.1f}",
            f"{cost.seconds / costs[0].seconds:.2f}",
            f"{cost.seconds / costs[1].seconds:.2f}",
            f"{cost.peak_memory_bytes / 1e6:,.0f}",
        )
    console.print(table)
    models = Table("slowest models", "seconds", "with a day more", "seconds")
    for (name, seconds), (again, seconds_again) in zip(slowest, slowest_again, strict=True):
        models.add_row(name, f"{seconds:.1f}", again, f"{seconds_again:.1f}")
    console.print(models)
    result = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "changes": changes,
        "changes_landed": rows,
        "parts": [asdict(cost) for cost in costs],
        "slowest_models": dict(slowest),
    }
    path = bench / "scale.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {path}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        PARTS[sys.argv[1]](Home(Path(sys.argv[2])))
    else:
        main()
