"""Pages in memory to landed Parquet, beside what it cannot be quicker than, and peak memory.

`python -m bench.extraction.throughput WHAT RECORDS SEED FOLDER` measures one of them in a process
of its own and prints seconds and peak memory in bytes as JSON.
"""

import hashlib
import io
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

import orjson
import pyarrow as pa
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from bench.extraction.pages import NOON, make_pages, stream_of
from ingestion.api.sync import sync
from ingestion.landing import LANDED
from jalur.paths import Home

ROWS_PER_FILE = 50_000


def ours(pages: Iterator[bytes], folder: Path) -> None:
    """As a source does it."""
    sync(Home(folder), "bench", "run", [stream_of(pages)])


def lower_bound(pages: Iterator[bytes], folder: Path) -> None:
    """Parse, text, hash and time of each record, write: the same libraries, no more."""
    columns: list[list[object]] = [[] for _ in LANDED]
    files = 0

    def write() -> None:
        nonlocal files
        arrays = [pa.array(c, f.type) for c, f in zip(columns, LANDED, strict=True)]
        pq.write_table(pa.table(arrays, schema=LANDED), folder / f"{files}.parquet")
        files += 1
        for column in columns:
            column.clear()

    for body in pages:
        for record in orjson.loads(body)["results"]:
            text = orjson.dumps(record).decode()
            digest = hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()
            values = (record["id"], datetime.fromisoformat(record["updatedAt"]), False, text,
                      digest, NOON, "run", len(columns[0]))  # fmt: skip
            for column, value in zip(columns, values, strict=True):
                column.append(value)
        if len(columns[0]) >= ROWS_PER_FILE:
            write()
    write()


def parse_only(pages: Iterator[bytes], folder: Path) -> None:
    """pyarrow parsing the same records, one a line."""
    lines = io.BytesIO()
    for body in pages:
        for record in orjson.loads(body)["results"]:
            lines.write(orjson.dumps(record) + b"\n")
    lines.seek(0)
    started = perf_counter()
    pa_json.read_json(lines)
    (folder / "seconds").write_text(str(perf_counter() - started))


RUNS = {"ours": ours, "lower bound": lower_bound, "pyarrow": parse_only}


def measure(what: str, records: int, seed: int, folder: Path) -> dict[str, float]:
    """Seconds and peak memory (bytes) of one of `RUNS`, in a process of its own."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "bench.extraction.throughput", what, str(records), str(seed)]
    done = subprocess.run([*command, str(folder)], check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def main(what: str, records: int, seed: int, folder: Path) -> None:
    """Measure it here; the pages of a long run are made as they are read, not held."""
    _import_what_is_used(folder)
    pages = _Timed(make_pages(records, seed))
    started = perf_counter()
    RUNS[what](pages, folder)
    seconds = perf_counter() - started - pages.seconds
    own = folder / "seconds"
    print(
        json.dumps(
            {
                "seconds": float(own.read_text()) if own.exists() else seconds,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )
    )


class _Timed(Iterator[bytes]):
    """Pages, and the seconds that it took to make them: no part of the work."""

    def __init__(self, pages: Iterator[bytes]) -> None:
        self._pages, self.seconds = pages, 0.0

    def __next__(self) -> bytes:
        started = perf_counter()
        try:
            return next(self._pages)
        finally:
            self.seconds += perf_counter() - started


def _import_what_is_used(folder: Path) -> None:
    """dlt is imported where it is used first; that is no part of the work."""
    sync(Home(folder / "warm"), "warm", "run", [stream_of(make_pages(100, 0))])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
