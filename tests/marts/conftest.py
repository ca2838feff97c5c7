"""Warehouses that dbt builds once for all tests of this folder: random and hand-made companies."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.marts import awkward_company
from tests.marts.random_company import AS_OF, Company, make_company
from tests.marts.random_leads import add_leads
from tests.marts.warehouse import EXTRACTED_AT, build_warehouse, land
from tests.warehouse import build


@pytest.fixture(scope="session")
def company() -> Company:
    seed = int(os.environ.get("SEED", "7"))
    made = make_company(seed)
    add_leads(seed, made.entities)
    return made


@pytest.fixture(scope="session")
def marts(
    company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse with `marts` as its schema."""
    home: Path = tmp_path_factory.mktemp("marts")
    # dbt's own unit tests run here, once: they need a warehouse to learn types from.
    build_warehouse(home, company.entities, AS_OF, unit_tests=True)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        yield connection


class Awkward:
    """The warehouse of the hand-made company, and how many rows each data test found."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, failures: dict[str, int]) -> None:
        self.connection = connection
        self.failures = failures

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query on the marts gives."""
        return self.connection.sql(query).fetchall()


@pytest.fixture(scope="session")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awkward]:
    home: Path = tmp_path_factory.mktemp("awkward")
    land(home, awkward_company.rows())
    renamed_at = EXTRACTED_AT + timedelta(days=1)
    land(home, awkward_company.renamed_stages(), extracted_at=renamed_at, run_id="renamed")
    failures = build(home, awkward_company.AS_OF)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        yield Awkward(connection, failures)
