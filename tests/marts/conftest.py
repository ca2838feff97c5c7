"""One warehouse, built by dbt from the random company, for all tests of this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.marts.random_company import AS_OF, Company, make_company
from tests.marts.random_leads import add_leads
from tests.marts.warehouse import build_warehouse


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
