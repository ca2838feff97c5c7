"""A disk that is full while landing: told in words, nothing half done, later all there."""

import errno
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from dlt.destinations.impl.filesystem.filesystem import FilesystemLoadJob
from dlt.extract.extractors import Extractor

from jalur.errors import JalurError
from tests.ingestion.api.portal import Desk, differences


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def half_a_file(job: Any) -> None:
    target = Path(job.make_remote_path())
    target.parent.mkdir(parents=True, exist_ok=True)
    content = Path(job._file_path).read_bytes()
    target.write_bytes(content[: len(content) // 2])
    full()


@pytest.mark.parametrize(
    ("writer", "method", "fault"),
    [(Extractor, "_write_item", full), (FilesystemLoadJob, "run", half_a_file)],
    ids=["working folder", "landing zone"],
)
def test_the_next_run_lands_what_did_not_fit(
    real_desk: Desk, monkeypatch: pytest.MonkeyPatch, writer: type, method: str, fault: Any
) -> None:
    desk = real_desk
    for number in range(120):
        desk.store.create("deals", {"dealname": f"Deal {number}", "dealstage": "new"})
    # One attempt per file: the disk does not become empty meanwhile.
    monkeypatch.setenv("LOAD__RAISE_ON_MAX_RETRIES", "1")
    with monkeypatch.context() as patch:
        patch.setattr(writer, method, fault)
        with pytest.raises(JalurError, match=r"landing: cannot be written to: No space left"):
            desk.extract()
    for path in desk.home.landing.rglob("*.parquet"):
        pq.read_metadata(path)
    desk.extract()
    assert differences(desk) == []
    assert len(desk.query("select 1 from {}", "deals")) == 120
