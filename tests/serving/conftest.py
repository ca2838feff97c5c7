"""A warehouse of a small company, built once, and homes that publish it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jalur.settings import Settings
from tests.marts.random_company import AS_OF, make_company
from tests.marts.warehouse import build_warehouse

PUBLISHED_AS_OF = AS_OF.replace(tzinfo=UTC)
HOSTILE = "</script><script>alert(1)</script>\u2028<img src=x onerror=alert(1)>"


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse file of a company one of whose stages has a hostile name."""
    home = tmp_path_factory.mktemp("serving")
    entities = make_company(11, deals=60).entities
    entities["stages"][0]["stage_name"] = HOSTILE
    build_warehouse(home, entities, AS_OF)
    return home / "warehouse.duckdb"


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of a new user: one stage, three deals without a date."""
    home = tmp_path_factory.mktemp("empty")
    stages = [{"stage_id": "new", "stage_name": "New", "position": 1, "kind": "open"}]
    deals = [{"deal_id": str(number), "stage_id": "new"} for number in range(3)]
    build_warehouse(home, {"stages": stages, "deals": deals}, datetime(2026, 6, 30))
    return home / "warehouse.duckdb"


@pytest.fixture
def settings(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return _settings(warehouse, tmp_path, monkeypatch)


@pytest.fixture
def empty_settings(
    empty_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    return _settings(empty_warehouse, tmp_path, monkeypatch)


def _settings(warehouse: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("JALUR_HOME", str(home))
    settings = Settings()
    settings.paths.create()
    shutil.copy(warehouse, settings.paths.warehouse)
    return settings
