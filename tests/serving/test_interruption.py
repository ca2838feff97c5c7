"""Whatever is killed, whoever reads: a publication is whole or not there."""

import multiprocessing
import os
import signal
import subprocess
import sys
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

import serving
from jalur.settings import Settings
from tests.serving.company import AS_OF

pytestmark = pytest.mark.usefixtures("plain_report")

KILLED = """
import os, pkgutil, signal, sys
from datetime import UTC, datetime
import serving, serving.report
from jalur.settings import Settings
from tests.serving.conftest import write_plain_report

serving.report.render = write_plain_report
owner, name, left = pkgutil.resolve_name(sys.argv[1]), sys.argv[2], int(sys.argv[3])
original = getattr(owner, name)

def die(*args, **kwargs):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **kwargs)

setattr(owner, name, die)
serving.publish(Settings(), "run-2", datetime(2026, 6, 30, tzinfo=UTC))
"""

# Which call of which function is never reached, and which run readers see after that.
MOMENTS = {
    "serving.publisher write_database 1": "run-1",
    "serving.database _copy 5": "run-1",
    "serving.database _add_publication 1": "run-1",
    "serving.publisher write_parquet 1": "run-1",
    "serving.report render 1": "run-1",
    "serving.publication:Publication write 1": "run-1",
    "serving.publisher _flush 7": "run-1",
    "serving.publisher _show 1": "run-1",
    "pathlib:Path replace 1": "run-1",
    # The first note is of what was published before, the second of the new one.
    "serving.publisher _record 2": "run-2",
    "serving.publisher _remove_old_revisions 1": "run-2",
}


def _stamp(settings: Settings, run_id: str) -> None:
    """Leave the id of the run in a mart, where a reader can compare it with the publication."""
    with duckdb.connect(str(settings.paths.warehouse)) as warehouse:
        warehouse.execute("update marts.fct_deals set deal_name = ?", [run_id])


def _seen(home: Path) -> set[str]:
    """Every run that a reader finds traces of, in one connection over the link."""
    database = home / "serving" / "sales_pipeline.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            str(run_id)
            for (run_id,) in connection.execute(
                "select run_id from marts.mart_publication"
                " union select distinct deal_name from marts.fct_deals"
            ).fetchall()
        }


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_leaves_a_whole_publication(company: Settings, moment: str) -> None:
    _stamp(company, "run-1")
    serving.publish(company, "run-1", AS_OF)
    _stamp(company, "run-2")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *moment.split()],
        env={**os.environ, "JALUR_HOME": str(company.paths.root)},
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert _seen(company.paths.root) == {MOMENTS[moment]}
    current = serving.current_publication(company.paths)
    assert current is not None
    assert current.run_id == MOMENTS[moment]
    serving.publish(company, "run-2", AS_OF)
    assert _seen(company.paths.root) == {"run-2"}
    assert sorted(path.name for path in company.paths.revisions.iterdir()) == ["run-1", "run-2"]


def _read(home: Path, stop: Event, found: "multiprocessing.Queue[str]") -> None:
    looks = 0
    while not stop.is_set():
        try:
            seen = _seen(home)
            looks += 1
            if len(seen) != 1:
                found.put(f"mixed: {seen}")
            elif looks == 1:
                found.put("reading")
        except Exception as error:
            found.put(repr(error))
    found.put(f"{looks} looks")


def test_readers_see_no_error_and_no_mixture(company: Settings) -> None:
    _stamp(company, "run-0")
    serving.publish(company, "run-0", AS_OF)
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    found: multiprocessing.Queue[str] = context.Queue()
    reader = context.Process(target=_read, args=(company.paths.root, stop, found))
    reader.start()
    try:
        assert found.get(timeout=30) == "reading"
        for number in range(1, 21):
            _stamp(company, f"run-{number}")
            serving.publish(company, f"run-{number}", AS_OF)
    finally:
        stop.set()
        reader.join(30)
    looks, unit = found.get(timeout=30).split()
    assert unit == "looks", "the reader met an error or a mixture"
    assert int(looks) > 20


def test_an_open_file_stays_readable(company: Settings) -> None:
    _stamp(company, "run-0")
    serving.publish(company, "run-0", AS_OF)
    path = str(company.paths.published_database)
    with duckdb.connect(path, read_only=True) as reader:
        for number in range(1, 4):
            _stamp(company, f"run-{number}")
            serving.publish(company, f"run-{number}", AS_OF)
        assert not company.paths.revision("run-0").exists()
        assert reader.execute("select distinct deal_name from marts.fct_deals").fetchall() == [
            ("run-0",)
        ]
