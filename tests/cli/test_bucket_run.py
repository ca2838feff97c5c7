"""A whole run over a landing zone in a bucket publishes what one over a folder does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from jalur.paths import Home
from tests.bucket import SECRET, URL, served
from tests.ingestion.desk import DEALS, STAGES

RUN_OF_ITS_OWN = {"run_id", "published_at", "extracted_at", "checked_at"}


@pytest.mark.full
def test_a_run_over_a_bucket_publishes_the_same(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "stages.csv").write_text(STAGES)
    (exports / "deals.csv").write_text(DEALS)
    common = {
        "JALUR_SOURCES": "files",
        "JALUR_FILES_PATH": str(exports),
        "JALUR_AS_OF": "2026-02-01",
    }
    with served() as bucket:
        of_folder = _published(tmp_path / "folder", common)
        of_bucket = _published(tmp_path / "bucket", common | bucket | {"JALUR_LANDING_URL": URL})
    assert of_bucket == of_folder
    assert len(of_bucket["fct_deals"]) == 2
    assert not (tmp_path / "bucket" / "landing").exists()
    for path in (tmp_path / "bucket").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def _published(home: Path, settings: Mapping[str, str]) -> dict[str, list[tuple[object, ...]]]:
    """The marts after a run, a compaction and another run."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JALUR_")}
    jalur = str(Path(sys.executable).with_name("jalur"))
    for command in ("run", "compact", "run", "doctor"):
        done = subprocess.run(
            [jalur, command],
            check=False,
            env=clean | dict(settings) | {"JALUR_HOME": str(home)},
            cwd=home.parent,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        assert SECRET not in done.stdout + done.stderr
    with duckdb.connect(str(Home(home).published_database), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, string_agg(column_name order by column_index)"
            " filter (not list_contains($own, column_name)) from duckdb_columns()"
            " where schema_name = 'marts' group by 1",
            {"own": sorted(RUN_OF_ITS_OWN)},
        ).fetchall()
        return {
            mart: connection.execute(f"select {names} from marts.{mart} order by all").fetchall()
            for mart, names in columns
            if mart not in {"mart_publication", "rpt_data_quality"}
        }
