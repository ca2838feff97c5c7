"""Public data sets that lie beside the repository; without them these tests are skipped."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.extraction import Extraction
from ingestion.sources.files import extract
from jalur.settings import Settings
from tests.warehouse import build

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class World:
    """A data set as landed and built, with what others computed about it."""

    folder: Path
    reference: dict[str, Any]
    extraction: Extraction
    failures: dict[str, int]
    connection: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def row(self, query: str) -> tuple[Any, ...]:
        (only,) = self.rows(query)
        return only


@contextmanager
def world(name: str, home: Path, as_of: datetime) -> Iterator[World]:
    """Land a data set with its example mapping, as a user would, and build the warehouse."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"no {name} in {DATA.relative_to(ROOT.parent)} beside the repository")
    settings = Settings(
        _env_file=None,
        home=home,
        sources=("files",),
        files_path=folder / "raw",
        files_mapping=ROOT / "examples" / f"{name}.toml",
    )
    extraction = extract(settings, "run")
    failures = build(home, as_of)
    reference = json.loads((folder / "reference.json").read_text())
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        yield World(folder / "raw", reference, extraction, failures, connection)
