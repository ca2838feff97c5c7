"""`jalur compact`: what it tells, and that staging goes on from where it was."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from dagster_project.build_state import incremental_models_are_complete, needs_full_refresh
from jalur.paths import Home
from jalur.settings import load_settings
from tests.ingestion.logs import version, write
from tests.marts.warehouse import land
from tests.warehouse import build

Jalur = Callable[..., Result]
MODELS = "stg_files__deals stg_files__accounts"


@pytest.fixture
def jalur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jalur:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JALUR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JALUR_SOURCES", "demo")
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_staging_goes_on_after_a_compaction(jalur: Jalur, tmp_path: Path) -> None:
    merged, untouched = tmp_path / "home", tmp_path / "untouched"
    for home in (merged, untouched):
        _land(home, 1)
        _land(home, 2)
        _build(home)
    # The third load is merged before staging has read it, the fourth comes afterwards.
    _land(merged, 3)
    said = jalur("compact")
    assert said.exit_code == 0, said.output
    assert "58 files, 20 left" in said.stdout
    _land(untouched, 3)
    for home in (merged, untouched):
        _land(home, 4)
        _build(home)
    rows = _staged(merged)
    assert rows == _staged(untouched)
    assert (len(rows), len(set(rows)), len({row[0] for row in rows})) == (16, 16, 8)
    # A whole refresh reads it all again, from the merged files.
    (merged / "warehouse.duckdb").unlink()
    _build(merged)
    assert _staged(merged) == rows


def _land(home: Path, load: int) -> None:
    rows = [
        {"account_id": f"A{n}", "deal_id": f"D{n}", "stage_id": "new", "name": f"load {load}"}
        for n in (1, load)
    ]
    land(home, {"deals": rows, "accounts": rows}, run_id=f"{load}")


def _build(home: Path) -> None:
    build(home, datetime(2026, 2, 1), select=MODELS, data_tests=False)


def _staged(home: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return [
            row
            for name in MODELS.split()
            for row in connection.execute(
                f"select landed_file, * from staging.{name} order by all"
            ).fetchall()
        ]


def test_what_goes_is_foreseen_and_told(
    jalur: Jalur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    old = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=40)
    for load in range(3):
        arrived = old + timedelta(days=load)
        row = version("A", load, extracted_at=arrived, source_updated_at=old)
        write(home, "demo", "accounts", str(load), [row])
    with duckdb.connect(str(home.warehouse)):
        incremental_models_are_complete(load_settings(), "run")
    kept = jalur("compact", "--dry-run").stdout
    assert "3 files, 1 would be left" in kept
    assert "Rows superseded" not in kept
    monkeypatch.setenv("JALUR_KEEP_VERSIONS_DAYS", "30")
    foreseen = jalur("compact", "--dry-run").stdout
    assert "Rows superseded before" in foreseen
    assert len(list(home.landing.rglob("*.parquet"))) == 3, "a dry run changes nothing"
    assert not needs_full_refresh(load_settings())
    done = jalur("compact")
    assert done.exit_code == 0, done.output
    assert "3 files, 1 left;" in done.stdout
    assert "the next run builds the warehouse anew" in done.stdout
    assert needs_full_refresh(load_settings())
    (line,) = home.removals.read_text().splitlines()
    assert json.loads(line)["rows_removed"] == 2
    assert "Rows superseded" not in jalur("compact").stdout
