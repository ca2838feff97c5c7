"""The desk of somebody with a folder of exports: write files, land them, look at what landed."""

import json
from copy import copy
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.extraction import EntityExtraction, Extraction
from ingestion.landing import Batches, schema_of
from ingestion.sources.files import extract
from jalur.checks import CheckResult
from jalur.paths import Home
from jalur.settings import Settings

STAGES = """stage_id,stage_name,position,kind
new,New,1,open
talk,Talk,2,open
won,Won,3,won
lost,Lost,4,lost
"""
DEALS = """deal_id,stage_id,name,amount,created_at
D1,new,One,10,2026-01-01
D2,won,Two,20,2026-01-02
"""
Row = dict[str, Any]


class Desk:
    """One folder and one home."""

    def __init__(self, root: Path) -> None:
        self.folder, self.home = root / "exports", Home(root / "home")
        self.folder.mkdir()
        self._runs = count(1)
        self.write("stages.csv", STAGES)
        self.write("deals.csv", DEALS)

    def at(self, home: Path) -> "Desk":
        """The same folder with another home."""
        other = copy(self)
        other.home = Home(home)
        return other

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def extract(self, **options: Any) -> Extraction:
        settings = Settings(
            _env_file=None, home=self.home.root, sources=("files",), files_path=self.folder
        )
        return extract(settings, f"run-{next(self._runs)}", **options)

    def land(self, entity: str = "deals", **options: Any) -> EntityExtraction:
        """What one extraction counted for one entity."""
        return of(self.extract(**options), entity)

    def landed(self, entity: str = "deals") -> list[Row]:
        """Every landed row in the order of landing, its payload as a dictionary."""
        return [
            {**row, "payload": json.loads(row["payload"])}
            for row in self._rows(entity, "extracted_at, load_seq")
        ]

    def newest(self, entity: str = "deals") -> dict[str, Row]:
        """The payload of the newest version of every record that is not deleted."""
        newest: dict[str, Row] = {}
        for row in self._rows(entity, "source_updated_at, extracted_at, load_seq"):
            newest[row["record_id"]] = row
        return {
            key: json.loads(row["payload"]) for key, row in newest.items() if not row["is_deleted"]
        }

    def quarantined(self) -> list[tuple[str, int, str, str | None]]:
        """File, row, reason and field of every quarantined row, in order."""
        rows = self._rows("_quarantine", "extracted_at, entity, file, row_number")
        return [(row["file"], row["row_number"], row["reason"], row["field"]) for row in rows]

    def quarantined_texts(self) -> list[str]:
        return [row["record_text"] for row in self._rows("_quarantine", "extracted_at, row_number")]

    def count(self, table: str) -> int:
        """How many rows a table has in the landing zone."""
        files = self.home.landed_table("files", table).glob("*.parquet")
        return sum(pq.read_metadata(file).num_rows for file in files)

    def _rows(self, table: str, order: str) -> list[Row]:
        files = self.home.landed_table("files", table) / "*.parquet"
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            found = connection.execute(f"select * from '{files}' order by {order}")
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @property
    def has_landed(self) -> bool:
        return any(self.home.landing.glob("raw_files/*/*.parquet"))


def of(extraction: Extraction, entity: str) -> EntityExtraction:
    return next(found for found in extraction.entities if found.entity == entity)


def check(extraction: Extraction, name: str) -> CheckResult:
    return next(result for result in extraction.checks if result.check_name == name)


_files = count()


def write_parquet(home: Home, source: str, tables: dict[str, Batches]) -> None:
    """Land without dlt."""
    for table, batches in tables.items():
        folder = home.landed_table(source, table)
        folder.mkdir(parents=True, exist_ok=True)
        schema = schema_of(table)
        rows = [pa.Table.from_batches([batch]).cast(schema) for batch in batches()]
        whole = pa.concat_tables(rows) if rows else schema.empty_table()
        pq.write_table(whole, folder / f"{next(_files)}.parquet")
