"""A publication is whole or not there, and readers never notice the switch."""

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import serving
from jalur.settings import Settings
from tests.serving.conftest import PUBLISHED_AS_OF


def _published_run(home: Path) -> set[str]:
    """Run ids as a reader sees them in one connection: of the publication and of its manifest."""
    database = (home / "serving" / "sales_pipeline.duckdb").resolve()
    with duckdb.connect(str(database), read_only=True) as connection:
        (run_id,) = connection.execute("select run_id from marts.mart_publication").fetchall()[0]
        connection.execute("select count(*) from marts.fct_deals").fetchall()
    return {str(run_id), database.parent.name}


def test_a_publication_has_the_marts_and_nothing_else(settings: Settings) -> None:
    publication = serving.publish(settings, "run-1", PUBLISHED_AS_OF)
    serving_folder = settings.paths.serving
    assert serving_folder.is_symlink()
    assert serving_folder.readlink() == Path("revisions/run-1")
    with duckdb.connect(str(serving_folder / "sales_pipeline.duckdb"), read_only=True) as published:
        schemas = published.execute("select distinct schema_name from duckdb_tables()").fetchall()
        assert schemas == [("marts",)]
        tables = dict(
            published.execute("select table_name, comment from duckdb_tables()").fetchall()
        )
        assert all(comment.startswith("Grain: one row") for comment in tables.values())
        without = published.execute(
            "select table_name, column_name from duckdb_columns()"
            " where schema_name = 'marts' and comment is null"
        ).fetchall()
        assert without == []
        (tag,) = published.execute(
            "select tags['storage_version'] from duckdb_databases()"
            " where database_name = 'sales_pipeline'"
        ).fetchall()[0]
        assert tag is None or tag.startswith("v1.0.0")
        row = published.execute("from marts.mart_publication").fetchall()
        assert [row[0][0], row[0][3]] == ["run-1", publication.contract_version]
        for mart in tables:
            (count,) = published.execute(f"select count(*) from marts.{mart}").fetchall()[0]
            parquet = serving_folder / "parquet" / f"{mart}.parquet"
            assert pq.read_metadata(parquet).num_rows == count == publication.rows[mart]
    assert serving.current_publication(settings.paths) == publication


def test_the_same_run_twice_is_one_publication(settings: Settings) -> None:
    first = serving.publish(settings, "run-1", PUBLISHED_AS_OF)
    assert serving.publish(settings, "run-1", PUBLISHED_AS_OF) == first


def test_the_last_two_revisions_are_kept(settings: Settings) -> None:
    leftover = settings.paths.revision("killed")
    leftover.mkdir(parents=True)
    for number in range(4):
        serving.publish(settings, f"run-{number}", PUBLISHED_AS_OF)
    assert sorted(path.name for path in settings.paths.revisions.iterdir()) == ["run-2", "run-3"]


def _read(
    home: Path, stop: "multiprocessing.synchronize.Event", errors: "multiprocessing.Queue[str]"
) -> None:
    while not stop.is_set():
        try:
            seen = _published_run(home)
            if len(seen) != 1:
                errors.put(f"mixed: {seen}")
        except Exception as error:
            errors.put(repr(error))


def test_readers_see_no_error_and_no_mixture(settings: Settings) -> None:
    serving.publish(settings, "run-0", PUBLISHED_AS_OF)
    context = multiprocessing.get_context("spawn")
    stop, errors = context.Event(), context.Queue()
    reader = context.Process(target=_read, args=(settings.paths.root, stop, errors))
    reader.start()
    try:
        for number in range(1, 13):
            serving.publish(settings, f"run-{number}", PUBLISHED_AS_OF)
    finally:
        stop.set()
        reader.join(30)
    assert errors.empty(), errors.get()


KILLED = """
import os, sys, signal
from datetime import UTC, datetime
from pathlib import Path
import serving, serving.publisher as publisher
from jalur.settings import Settings
import serving.report

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

owner, name = sys.argv[1].rsplit(".", 1)
module = {"publisher": publisher, "report": serving.report}[owner]
setattr(module, name, die)
serving.publish(Settings(), "run-2", datetime(2026, 1, 1, tzinfo=UTC))
"""


@pytest.mark.parametrize(
    "moment",
    [
        "publisher.write_database",
        "publisher.write_parquet",
        "report.render",
        "publisher._flush",
        "publisher._show",
        "publisher._record",
        "publisher._remove_old_revisions",
    ],
)
def test_a_kill_leaves_a_whole_publication(settings: Settings, moment: str) -> None:
    serving.publish(settings, "run-1", PUBLISHED_AS_OF)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, moment],
        env={**os.environ, "JALUR_HOME": str(settings.paths.root)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    shown = (
        "run-2" if moment in ("publisher._record", "publisher._remove_old_revisions") else "run-1"
    )
    assert _published_run(settings.paths.root) == {shown}
    publication = serving.publish(settings, "run-2", PUBLISHED_AS_OF)
    assert publication.run_id == "run-2"
    assert _published_run(settings.paths.root) == {"run-2"}


def test_an_open_file_stays_readable(settings: Settings) -> None:
    serving.publish(settings, "run-0", PUBLISHED_AS_OF)
    path = str(settings.paths.published_database)
    with duckdb.connect(path, read_only=True) as reader:
        before = reader.execute("select count(*) from marts.fct_stage_visits").fetchall()
        for number in range(1, 4):
            serving.publish(settings, f"run-{number}", PUBLISHED_AS_OF)
        assert reader.execute("select count(*) from marts.fct_stage_visits").fetchall() == before
        assert reader.execute("select run_id from marts.mart_publication").fetchall() == [
            ("run-0",)
        ]
