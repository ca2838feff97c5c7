"""Compaction: fewer files, the same rows; and a kill at any step leaves each of them once."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.compaction import Compacted, Table, compact, plan
from ingestion.compaction_journal import finish_compactions
from ingestion.erasure import Person, erase_mentions, erase_rows
from ingestion.persons import person_tables
from ingestion.validated import save_validated_files, validated_files
from jalur.errors import JalurError
from jalur.paths import Home
from tests.ingestion.killed_compactions import TARGET_BYTES, run
from tests.ingestion.logs import staged, version, write

ROOT = Path(__file__).parents[2]
TABLES = ("deals", "deal_stage_history", "leads")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Five loads of three tables; the door has judged all but the last load."""
    home = Home(tmp_path / "home")
    for load in range(1, 6):
        for table in TABLES:
            rows = [version(f"{table}-{n}", load, load_seq=n) for n in range(load - 1)]
            write(home, "files", table, f"{load}.{table}", rows)
    save_validated_files(
        home, "files", [f"raw_files/{t}/{load}.{t}.parquet" for load in range(1, 5) for t in TABLES]
    )
    return home


def merge(home: Home, target_bytes: int = TARGET_BYTES) -> list[Compacted]:
    return list(compact(home, plan(home, target_bytes), None, lambda *_: None))


def names(home: Home, table: str = "deals") -> list[str]:
    return sorted(path.name for path in home.landed_table("files", table).glob("*"))


def test_staging_sees_the_same_rows_in_fewer_files(home: Home) -> None:
    before = {table: staged(home, "files", table) for table in TABLES}
    assert len(before["deals"]) == 10
    done = merge(home)
    assert [(each.table, each.files_before, each.files_after) for each in done] == [
        ("deal_stage_history", 5, 2), ("deals", 5, 2), ("leads", 5, 2)
    ]  # fmt: skip
    assert {table: staged(home, "files", table) for table in TABLES} == before
    assert all(each.bytes_after < each.bytes_before and not each.rows_removed for each in done)
    # Nothing is left to do, or lying about.
    assert [each.files_after for each in merge(home)] == [2, 2, 2]
    assert len(names(home)) == 2
    # A merged file is merged again with what came since.
    write(home, "files", "deals", "6.deals", [version("deals-1", 6)])
    before["deals"] = staged(home, "files", "deals")
    merge(home)
    assert (len(names(home)), staged(home, "files", "deals")) == (2, before["deals"])


def test_what_was_judged_is_not_judged_again(home: Home) -> None:
    merge(home)
    (unjudged,) = [name for name in names(home) if name not in _judged(home)]
    assert unjudged == "5.deals.parquet", "one file alone stays as it is"
    assert len(_judged(home)) == 1


def _judged(home: Home) -> list[str]:
    prefix = "raw_files/deals/"
    known = validated_files(home, "files")
    return [name.removeprefix(prefix) for name in known if name.startswith(prefix)]


def test_the_target_bounds_the_files(home: Home) -> None:
    folder = home.landed_table("files", "deals")
    largest = max(path.stat().st_size for path in folder.glob("*.parquet"))
    # Room for two of them; one that is more than half of the target stays alone.
    assert [len(group) for group in _deals(home, 2 * largest + 1000).groups] == [2, 2]
    assert _deals(home, largest).groups == ()


def _deals(home: Home, target_bytes: int) -> Table:
    return next(each for each in plan(home, target_bytes) if each.name == "deals")


def test_who_is_erased_is_gone_from_merged_files_too(home: Home) -> None:
    ann = '{"email":"ann@x.example","lead_id":"L"}'
    landed = [version("L", 6, payload=ann), version("M", 6, load_seq=1, payload=ann)]
    write(home, "files", "leads", "6", landed)
    write(home, "files", "leads", "7", [version("L", 7, payload=ann)])
    merge(home)
    before = [row[-1] for row in staged(home, "files", "leads")]
    person = Person("files", person_tables("files")["lead"], "L", ("ann@x.example",))
    assert erase_mentions(home, person) == 1
    assert erase_rows(home, person) == 2
    rows = staged(home, "files", "leads")
    assert "ann" not in str(rows)
    assert [row[-1] for row in rows] == before, "still known by the files they were landed in"


def test_a_note_without_its_file_removes_nothing(home: Home) -> None:
    before = names(home)
    home.compaction("files").write_text(
        '{"source": "files", "table": "deals", "file": "gone.parquet",'
        ' "inputs": ["1.deals.parquet"], "removed": 0, "cutoff": null}'
    )
    with pytest.raises(JalurError, match="nothing was removed"):
        finish_compactions(home)
    assert names(home) == before


def test_a_kill_at_any_step_leaves_every_row_once(tmp_path: Path) -> None:
    home, undisturbed = Home(tmp_path / "home"), Home(tmp_path / "undisturbed")
    for load in range(1, 4):
        write(home, "files", "leads", f"{load}", [version("A", load), version(f"{load}", load)])
    judged = [f"raw_files/leads/{load}.parquet" for load in range(1, 4)]
    save_validated_files(home, "files", judged)
    shutil.copytree(home.root, undisturbed.root)
    run(undisturbed)
    before, after = staged(home, "files", "leads"), staged(undisturbed, "files", "leads")
    assert (len(before), len(after)) == (6, 4), "two versions of A were superseded"
    folders = [tmp_path / "killed" / str(step) for step in range(1, 21)]
    for folder in folders:
        shutil.copytree(home.root, folder)
    died = subprocess.run(
        [sys.executable, "-m", "tests.ingestion.killed_compactions", *map(str, folders)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    codes = [int(code) for code in died.stdout.split()]
    steps = codes.index(0)
    assert codes[:steps] == [-signal.SIGKILL] * steps
    states = []
    for each in map(Home, folders[:steps]):
        finish_compactions(each)
        states.append(staged(each, "files", "leads"))
        run(each)
        assert staged(each, "files", "leads") == after
        assert [path.name for path in each.landed_table("files", "leads").iterdir()] == [
            path.name for path in each.landed_table("files", "leads").glob("compacted-*.parquet")
        ], "nothing half-done is left"
        assert not each.compaction("files").exists()
        assert len(validated_files(each, "files")) == 1
    # As it was until the note is there, and as it will be from then on.
    noted = states.index(after)
    assert 4 < noted < steps - 4
    assert states == [before] * noted + [after] * (steps - noted)
    assert '"rows_removed": 2' in undisturbed.removals.read_text()
