"""What refusals cost over a thousand pages, and that broken records are accounted for one by one.

`python -m bench.extraction.faults` measures these alone; `SEED=` gives other faults. Writes
`<home>/bench/extraction_faults.json`.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import orjson
from rich.console import Console
from rich.table import Table

from bench.extraction.pages import make_pages, stream_of
from demo.servers.faults import Faults
from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.loopback import serve
from ingestion.api.sync import sync
from ingestion.landing import QUARANTINE_TABLE
from jalur.paths import Home
from jalur.settings import load_settings
from tests.ingestion.api.portal import NOON, Desk, differences

RECORDS = 100_000
BROKEN_EVERY = 100
# A list of a hundred and the reading of these: two pages.
COMPANIES = 50_000
SHARE_REFUSED = 0.3
Figures = dict[str, tuple[str, float, str]]


@dataclass(frozen=True)
class Malformed:
    """What was sent, and where it is: every broken record in the quarantine, all others landed."""

    sent: int
    broken: int
    fetched: int
    landed: int
    quarantined: int

    @property
    def unaccounted(self) -> int:
        """Records that are neither, or are where they should not be."""
        return abs(self.sent - self.fetched) + (
            abs(self.broken - self.quarantined) + abs(self.sent - self.broken - self.landed)
        )


@dataclass(frozen=True)
class Refusals:
    """Calls of a first sync: undisturbed, and with refusals that say how long to wait or not."""

    undisturbed: int
    with_retry_after: int
    without_retry_after: int
    refused: int
    lost: int


def break_records(seed: int, folder: Path) -> Malformed:
    """One record in a hundred: not an object, no key, no time, a time that nobody can read."""
    broken = 0

    def spoilt() -> Iterator[bytes]:
        nonlocal broken
        for body in make_pages(RECORDS, seed):
            page = orjson.loads(body)
            for position in range(seed % BROKEN_EVERY, len(page["results"]), BROKEN_EVERY):
                record = page["results"][position]
                bad = (
                    "text",
                    record | {"id": None},
                    {k: v for k, v in record.items() if k != "updatedAt"},
                    record | {"updatedAt": "yesterday"},
                )
                page["results"][position] = bad[broken % len(bad)]
                broken += 1
            yield orjson.dumps(page)

    home = Home(folder)
    (told,) = sync(home, "bench", "run", [stream_of(spoilt())]).entities
    landed, quarantined = _rows(home, "deals"), _rows(home, QUARANTINE_TABLE)
    # What was counted is what lies there.
    assert (told.rows_landed, told.rows_quarantined) == (landed, quarantined)
    return Malformed(RECORDS, broken, told.rows_read, landed, quarantined)


def refuse(seed: int, folder: Path) -> Refusals:
    """A first sync of so many companies, three times."""
    store = Store()
    store.clock.set(NOON)
    for number in range(COMPANIES):
        store.create("companies", {"name": f"Company {number}"})
    unlimited = Limits(burst=None, searches_per_second=None)
    server = HubSpot(store, Faults(seed=seed), unlimited)
    calls, lost = [], 0
    with serve(server) as url:
        for name, share, retry_after in (
            ("quiet", 0.0, None),
            ("told", SHARE_REFUSED, 0.01),
            ("not told", SHARE_REFUSED, None),
        ):
            server.faults.too_many_requests, server.faults.retry_after = share, retry_after
            desk, before = Desk(url, server, Home(folder / name)), server.faults.calls
            desk.extract()
            calls.append(server.faults.calls - before)
            lost += len(differences(desk))
    quiet, told, not_told = calls
    return Refusals(quiet, told, not_told, server.faults.given["too_many_requests"], lost)


def figures(malformed: Malformed, refusals: Refusals) -> Figures:
    """What was found, by what it is: unit, value, bar."""
    pages = f"{refusals.undisturbed:,} pages"
    return {
        f"records of {malformed.sent:,} ({malformed.broken:,} broken) not accounted for": (
            "records", malformed.unaccounted, "0"),
        f"calls for {pages} with 30% refused and Retry-After": (
            "ratio", refusals.with_retry_after / refusals.undisturbed, "<= 1.6"),
        f"calls for {pages} with 30% refused without it": (
            "ratio", refusals.without_retry_after / refusals.undisturbed, "<= 1.6"),
        "records lost by refusals": ("records", refusals.lost, "0"),
    }  # fmt: skip


def show(found: Figures) -> None:
    """Print the figures beside their bars."""
    table = Table("what", "unit", "found", "bar")
    for what, (unit, value, bar) in found.items():
        table.add_row(what, unit, f"{value:,.3g}", bar)
    Console().print(table)


def _rows(home: Home, table: str) -> int:
    files = str(home.landed_table("bench", table) / "*.parquet")
    (row,) = duckdb.execute("select count(*) from read_parquet(?)", [files]).fetchall()
    return int(row[0])


def main() -> None:
    """Measure, print, write."""
    seed = int(os.environ.get("SEED", "1"))
    with TemporaryDirectory() as name:
        malformed = break_records(seed, Path(name) / "malformed")
        refusals = refuse(seed, Path(name) / "refusals")
    show(figures(malformed, refusals))
    path = load_settings().paths.bench / "extraction_faults.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "malformed": asdict(malformed),
        "refusals": asdict(refusals),
    }
    path.write_text(json.dumps(written, indent=2))


if __name__ == "__main__":
    main()
