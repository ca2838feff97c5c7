"""Employees, campaigns and parties that come and go, on as much of a server as that needs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.api.client import Answer, SourceError
from ingestion.api.landed import NEWEST
from ingestion.api.stream import Stream
from ingestion.api.sync import sync
from ingestion.sources.tryton.records import Records
from ingestion.sources.tryton.server import Tryton
from ingestion.sources.tryton.times import encoded
from jalur.paths import Home
from tests.ingestion.api.portal import write_parquet
from tests.tryton.stand_in import START


@dataclass
class People(Tryton):
    """A server with employees; `now` is its clock."""

    source: str = "tryton"
    ids: set[int] = field(default_factory=set)
    now: datetime = START

    def call(
        self,
        model: str,
        method: str,
        arguments: dict[str, Any],
        context: dict[str, Any] | None = None,
    ) -> Answer:
        self.now += timedelta(seconds=1)
        if model != "company.employee":
            return Answer([], self.now)
        asked = {i for clause in arguments["domain"] if clause[0] == "id" for i in clause[2]}
        found: list[Any] = sorted(self.ids & asked)
        if method == "search_read":
            found = [{"id": i, "create_date": encoded(START)} for i in found]
        return Answer(found, self.now)


@pytest.fixture(autouse=True)
def quick_landing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.api.sync.land", write_parquet)
    monkeypatch.setattr("ingestion.api.sync.load_pending", lambda *_: None)


def extract(server: People, folder: Path) -> None:
    records = Records(
        server,
        Home(folder),
        "employees",
        "company.employee",
        ["create_date"],
        ids=lambda: sorted(server.ids),
        only_changed=False,
    )
    stream = Stream("employees", ("id",), records.read, updated_at="changed_at")
    sync(Home(folder), "tryton", "run", [stream])


def present(folder: Path) -> set[int]:
    pattern = Home(folder).landed_table("tryton", "employees") / "*.parquet"
    rows = duckdb.execute(
        f"select record_id, is_deleted from read_parquet('{pattern}') {NEWEST}"
    ).fetchall()
    return {int(record_id) for record_id, is_deleted in rows if not is_deleted}


def test_who_was_gone_and_is_back_is_there(tmp_path: Path) -> None:
    server = People(ids={1, 2})
    extract(server, tmp_path)
    server.ids = {1}
    extract(server, tmp_path)
    assert present(tmp_path) == {1}
    server.ids = {1, 2, 3}
    for _ in range(2):
        extract(server, tmp_path)
        assert present(tmp_path) == {1, 2, 3}


def test_many_who_are_gone_at_once_are_out_of_sight(tmp_path: Path) -> None:
    server = People(ids=set(range(1, 101)))
    extract(server, tmp_path)
    server.ids = set(range(1, 71))
    with pytest.raises(SourceError, match="30 of 100 employees are not listed"):
        extract(server, tmp_path)
    assert len(present(tmp_path)) == 100
    server.ids = set(range(1, 91))
    extract(server, tmp_path)
    assert len(present(tmp_path)) == 90
