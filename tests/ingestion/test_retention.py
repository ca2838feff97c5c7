"""Old versions: only what no question within the limit can ask for may go."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.compaction import compact, plan
from ingestion.retention import may_lose_versions
from ingestion.sources.registry import STREAMS, landed_entities
from jalur.paths import Home
from jalur.state import open_state
from tests.ingestion.logs import at, staged, version, write

LIMIT = 10


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def left(home: Home, table: str, rows: list[dict[str, Any]], source: str = "files") -> list[str]:
    """The hashes that stay of a table after a compaction with the limit on the tenth."""
    write(home, source, table, "1", rows[: len(rows) // 2])
    write(home, source, table, "2", rows[len(rows) // 2 :])
    tables = plan(home, 1024**2, at(LIMIT))
    list(compact(home, tables, at(LIMIT), lambda *_: None))
    return sorted(row[4] for row in staged(home, source, table))


def test_a_version_goes_once_a_newer_one_had_arrived_by_the_limit(home: Home) -> None:
    rows = [
        version("A", 1), version("A", 5), version("A", 10), version("A", 12),
        # The newer one arrived a moment after the limit: as of the limit, day 2 was the newest.
        version("B", 2), version("B", 10.0001),
        # Alone, and older than anything.
        version("C", 1),
        # Came late and was old already: nobody ever saw it as the newest, but it came within the
        # limit.
        version("D", 3), version("D", 11, updated=1),
        # As late, before the limit.
        version("E", 3), version("E", 4, updated=1),
    ]  # fmt: skip
    assert left(home, "accounts", rows) == [
        "A 10 None", "A 12 None", "B 10.0001 None", "B 2 None", "C 1 None", "D 11 1", "D 3 None",
        "E 3 None",
    ]  # fmt: skip


def test_every_as_of_within_the_limit_has_the_same_answer(home: Home) -> None:
    days = range(1, 21)
    rows = [
        version(f"R{n % 7}", day, updated=(n * 5) % 23, load_seq=n)
        for n, day in enumerate([*days, *days, *days])
    ]
    write(home, "files", "leads", "0", rows)
    before = {day: _newest(home, day) for day in range(LIMIT, 22)}
    earlier = _newest(home, 4)
    kept = left(home, "leads", [])
    assert len(kept) < len(rows) - 20
    assert {day: _newest(home, day) for day in range(LIMIT, 22)} == before
    assert _newest(home, 4) != earlier, "beyond the limit nothing is promised"


def _newest(home: Home, day: float) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(
            "select record_id, payload_hash from read_parquet($files) where extracted_at <= $day"
            " qualify row_number() over (partition by record_id order by source_updated_at desc,"
            " extracted_at desc, load_seq desc) = 1 order by all",
            {"files": str(home.landed_table("files", "leads") / "*.parquet"), "day": at(day)},
        ).fetchall()


def test_ties_stay_and_so_does_what_was_ever_deleted(home: Home) -> None:
    rows = [
        version("T", 1), version("T", 5, payload_hash="one"), version("T", 5, payload_hash="two"),
        version("G", 1), version("G", 2, is_deleted=True), version("G", 3), version("G", 4),
    ]  # fmt: skip
    assert left(home, "deals", rows) == [
        "G 1 None", "G 2 None", "G 3 None", "G 4 None", "one", "two",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "table"),
    [
        ("files", "deal_stage_history"),
        ("files", "deal_field_history"),
        ("files", "lead_status_history"),
        ("demo", "deal_stage_history"),
        ("hubspot", "deals"),
        ("hubspot", "contacts"),
        ("hubspot", "pipelines"),
        ("salesforce", "opportunity_history"),
        ("salesforce", "lead_history"),
        ("salesforce", "record_type"),
        ("tryton", "opportunity_revisions"),
        ("jalur", "check_results"),
    ],
)
def test_a_history_is_never_shortened(home: Home, source: str, table: str) -> None:
    assert not may_lose_versions(source, table)
    rows = [version("H", day) for day in range(1, 5)]
    assert len(left(home, table, rows, source)) == 4


def test_only_tables_that_there_are_may_lose_versions() -> None:
    shortened = {s: sum(may_lose_versions(s, t) for t in landed_entities(s)) for s in STREAMS}
    assert {s: count for s, count in shortened.items() if count} == {
        "hubspot": 2, "salesforce": 8, "tryton": 3,
    }  # fmt: skip
    assert sum(may_lose_versions("files", table) for table in landed_entities("files")) == 15


def test_what_was_settled_goes_from_the_quarantine(home: Home) -> None:
    def quarantined(file: str, day: float) -> dict[str, Any]:
        return {
            "entity": "deals", "file": file, "row_number": 1, "field": None, "reason": "bad_value",
            "detail": "", "record_text": f"{file} {day}", "run_id": f"run-{day}",
            "extracted_at": at(day),
        }  # fmt: skip

    rows = [
        quarantined("mended.csv", 1), quarantined("mended.csv", 2),
        # Read again on the eleventh, and still broken.
        quarantined("broken.csv", 3), quarantined("broken.csv", 11),
        quarantined("waiting.csv", 1),
        quarantined("new.csv", 10.1),
    ]  # fmt: skip
    for number, row in enumerate(rows):
        write(home, "files", "_quarantine", str(number), [row])
    with open_state(home) as state:
        state.execute(
            "insert into file_fingerprints values ('files', 'deals', 'mended.csv', '', 1, 0, 'run')"
        )
    tables = plan(home, 1024**2, at(LIMIT))
    (done,) = compact(home, tables, at(LIMIT), lambda *_: None)
    assert done.rows_removed == 3
    assert [row[6] for row in staged(home, "files", "_quarantine")] == [
        "broken.csv 11", "new.csv 10.1", "waiting.csv 1",
    ]  # fmt: skip
    assert '"rows_removed": 3, "superseded_before": "2026-01-10' in home.removals.read_text()
