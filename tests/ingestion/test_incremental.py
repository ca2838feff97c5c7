"""Only what is new lands: per file, per record, and whatever happens to the state."""

import os
import threading
import time
from itertools import count
from pathlib import Path

import pytest

from ingestion.sources.files import snapshot
from jalur.state import open_state
from tests.ingestion.desk import Desk, check, of

HEADER = "deal_id,stage_id,name,updated_at\n"


def test_an_unchanged_file_is_not_read_and_lands_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.land()
    assert (first.rows_read, first.rows_landed) == (2, 2)
    monkeypatch.setattr("ingestion.sources.files.source.load_raw", None)
    again = desk.land()
    assert (again.rows_read, again.rows_landed, again.current_rows) == (0, 0, 2)
    assert len(desk.landed()) == 2


def test_a_changed_file_lands_only_new_and_changed_records(desk: Desk) -> None:
    desk.write("deals.csv", HEADER + "D1,new,a,\nD2,new,b,\nD3,new,c,\n")
    desk.land()
    desk.write("deals.csv", HEADER + "D4,new,d,\nD2,new,B,\nD1,new,a,\n")
    found = desk.land()
    assert (found.rows_read, found.rows_landed, found.rows_unchanged) == (3, 2, 1)
    assert {key: row["name"] for key, row in desk.newest().items()} == {
        "D1": "a",
        "D2": "B",
        "D3": "c",
        "D4": "d",
    }, "a record that is missing from a newer file stays"


def test_another_order_of_columns_or_rows_is_no_change(desk: Desk) -> None:
    desk.write("deals.csv", "deal_id,stage_id,name\nD1,new,a\nD2,new,b\n")
    desk.land()
    desk.write("deals.csv", "name,stage_id,deal_id\nb,new,D2\na,new,D1\n")
    found = desk.land()
    assert (found.rows_read, found.rows_landed) == (2, 0)


@pytest.mark.parametrize("moment", ["", "2026-01-01"], ids=["no time", "a time nobody maintains"])
def test_there_and_back_again_lands_three_times(desk: Desk, moment: str) -> None:
    for name in ("a", "b", "a"):
        desk.write("deals.csv", HEADER + f"D1,new,{name},{moment}\n")
        assert desk.land().rows_landed == 1
        assert desk.newest()["D1"]["name"] == name
    assert len(desk.landed()) == 3


def test_an_older_update_lands_late_and_is_not_the_newest(desk: Desk) -> None:
    for name, moment, landed in (("b", "02", 1), ("a", "01", 1), ("b", "02", 0), ("a", "01", 0)):
        desk.write("deals.csv", HEADER + f"D1,new,{name},2026-01-{moment}\n")
        assert desk.land().rows_landed == landed
        assert desk.newest()["D1"]["name"] == "b"


def test_update_times_are_the_sources_own_in_utc(desk: Desk) -> None:
    desk.write("deals.csv", HEADER + "D1,new,a,2026-01-01T07:00:00+07:00\nD2,new,b,yesterday\n")
    desk.land()
    first, second = desk.landed()
    assert first["source_updated_at"].isoformat() == "2026-01-01T00:00:00+00:00"
    assert second["source_updated_at"] == second["extracted_at"]


def test_the_deleted_flag_of_the_source_is_read(desk: Desk) -> None:
    desk.write("deals.csv", "deal_id,stage_id,is_deleted\nD1,new,YES\nD2,new,0\nD3,new,perhaps\n")
    desk.land()
    assert [row["is_deleted"] for row in desk.landed()] == [True, False, False]


def test_without_the_state_files_are_read_again_and_nothing_new_lands(desk: Desk) -> None:
    desk.extract()
    for path in desk.home.root.glob("state.sqlite*"):
        path.unlink()
    extraction = desk.extract()
    assert of(extraction, "deals").rows_unchanged == 2
    assert extraction.rows_landed == 0


def test_without_the_landing_zone_everything_lands_again(desk: Desk) -> None:
    desk.extract()
    before = desk.newest()
    for path in desk.home.landed_table("files", "deals").glob("*.parquet"):
        path.unlink()
    assert desk.land().rows_landed == 2
    assert desk.newest() == before


def test_another_mapping_reads_the_file_again(desk: Desk) -> None:
    desk.land()
    desk.write("mapping.toml", '[deals.constants]\npipeline_id = "b2b"\n')
    assert desk.land().rows_landed == 2
    desk.write("mapping.toml", '# a remark\n[deals.constants]\npipeline_id = "b2b"\n')
    assert desk.land().rows_read == 0


def test_a_file_that_comes_back_lands_what_is_new(desk: Desk) -> None:
    accounts = desk.write("accounts.csv", "account_id,name\nA1,a\n")
    desk.land("accounts")
    accounts.unlink()
    assert desk.land("accounts").files == 0
    desk.write("accounts.csv", "account_id,name\nA1,a\nA2,b\n")
    assert desk.land("accounts").rows_landed == 1


def test_a_row_that_was_mended_lands(desk: Desk) -> None:
    desk.write("deals.csv", HEADER + "D1,new,a,\nD2,,b,\n")
    assert desk.land().rows_quarantined == 1
    desk.write("deals.csv", HEADER + "D1,new,a,\nD2,new,b,\n")
    found = desk.land()
    assert (found.rows_landed, found.rows_quarantined, found.current_quarantined) == (1, 0, 0)


# A file that grows.


def test_a_file_that_grows_while_it_is_read_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "CHUNK", 4096)
    path = desk.write("deals.csv", HEADER + "".join(f"D{n},new,ä€𝄞,\n" for n in range(2_000)))
    stop, written = threading.Event(), count(2_000)

    def append() -> None:
        with path.open("ab", buffering=0) as handle:
            while not stop.is_set():
                line = f"D{next(written)},new,ä€𝄞 in three parts,\n".encode()
                for part in (line[:13], line[13:22], line[22:]):
                    handle.write(part)
                    time.sleep(0.0005)

    writer = threading.Thread(target=append)
    writer.start()
    try:
        for _ in range(3):
            desk.extract()
    finally:
        stop.set()
        writer.join()
    desk.extract()
    expected = {f"D{number}" for number in range(next(written))}
    assert set(desk.newest()) == expected
    assert {row["name"] for row in desk.newest().values()} == {"ä€𝄞", "ä€𝄞 in three parts"}


def grow_during_read(path: Path, more: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Append to the file at the moment it was opened for reading."""
    true_fstat, size = os.fstat, path.stat().st_size

    def fstat(descriptor: int) -> os.stat_result:
        found = true_fstat(descriptor)
        if found.st_ino == path.stat().st_ino and found.st_size == size:
            with path.open("ab") as handle:
                handle.write(more)
        return found

    monkeypatch.setattr(os, "fstat", fstat)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_line_without_its_end_waits_for_the_next_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    desk.write("mapping.toml", f'[deals]\nencoding = "{encoding}"\n')
    path = desk.write("deals.csv", (HEADER + "D1,new,a,\n").encode(encoding))
    mark = "".encode(encoding)
    path.write_bytes(path.read_bytes() + "D2,new,b,\nD3,new,Ċ lo".encode(encoding)[len(mark) :])
    with monkeypatch.context() as patch:
        grow_during_read(path, "ng na".encode(encoding)[len(mark) :], patch)
        desk.extract()
    assert sorted(desk.newest()) == ["D1", "D2"]
    assert desk.quarantined() == []
    path.write_bytes(path.read_bytes() + "me,\n".encode(encoding)[len(mark) :])
    desk.extract()
    assert desk.newest()["D3"]["name"] == "Ċ long name"


def test_a_last_line_that_never_gets_its_end_lands_with_the_next_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.write("deals.csv", HEADER + "D1,new,a,\nD2,new,b")
    with monkeypatch.context() as patch:
        grow_during_read(path, b",", patch)
        desk.extract()
    assert sorted(desk.newest()) == ["D1"]
    desk.extract()
    assert sorted(desk.newest()) == ["D1", "D2"]


def test_half_a_character_just_written_waits(desk: Desk) -> None:
    desk.write("deals.csv", (HEADER + "D1,new,a,\nD2,new,ä").encode()[:-1])
    desk.extract()
    assert sorted(desk.newest()) == ["D1"]
    desk.write("deals.csv", HEADER + "D1,new,a,\nD2,new,ä,\n")
    desk.extract()
    assert desk.newest()["D2"]["name"] == "ä"


# Volume against the last published run.


def publish(desk: Desk, run: str, at: str) -> None:
    with open_state(desk.home) as state:
        state.execute("insert into publications values (?, ?, ?, '1', 0)", (run, at, at))


def test_a_collapsed_volume_refuses_until_it_is_accepted(desk: Desk) -> None:
    def deals(rows: int) -> None:
        desk.write("deals.csv", HEADER + "".join(f"D{n},new,,\n" for n in range(rows)))

    deals(10)
    desk.extract()  # run-1
    publish(desk, "run-1", "2026-01-01T00:00:00+00:00")
    deals(2)
    for _ in range(2):
        result = check(desk.extract(), "deals_volume")
        assert result.refuses, "also when the file did not change since"
        assert "2 rows where the last published run had 10" in result.detail
    accepted = check(desk.extract(accept_volume=True), "deals_volume")  # run-4
    assert (accepted.severity, accepted.status) == ("warning", "failed")
    publish(desk, "run-4", "2026-01-02T00:00:00+00:00")
    assert check(desk.extract(), "deals_volume").status == "passed"
    deals(5)
    assert check(desk.extract(), "deals_volume").status == "passed"


def test_a_run_that_was_not_published_is_no_measure(desk: Desk) -> None:
    desk.extract()
    desk.write("deals.csv", HEADER)
    assert not check(desk.extract(), "deals_volume").refuses


def test_exactly_half_is_no_collapse_and_a_vanished_file_is(desk: Desk) -> None:
    desk.write("accounts.csv", "account_id\nA1\nA2\n")
    desk.extract()
    publish(desk, "run-1", "2026-01-01T00:00:00+00:00")
    desk.write("accounts.csv", "account_id\nA1\n")
    assert not check(desk.extract(), "accounts_volume").refuses
    (desk.folder / "accounts.csv").unlink()
    assert check(desk.extract(), "accounts_volume").refuses


def test_volumes_of_runs_that_nobody_compares_with_are_forgotten(desk: Desk) -> None:
    desk.extract()
    publish(desk, "run-1", "2026-01-01T00:00:00+00:00")
    for _ in range(5):
        desk.extract()
    with open_state(desk.home) as state:
        runs = state.execute("select distinct run_id from entity_volumes order by 1").fetchall()
    assert [row["run_id"] for row in runs] == ["run-1", "run-6"]
