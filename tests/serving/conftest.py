"""Homes with a small warehouse, ready to publish."""

import shutil
from pathlib import Path

import pytest

from jalur.settings import Settings
from tests.serving.company import add_company
from tests.serving.marts import Marts


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home without a warehouse yet."""
    monkeypatch.setenv("JALUR_HOME", str(tmp_path))
    settings = Settings()
    settings.paths.create()
    return settings


@pytest.fixture(scope="session")
def company_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of a small company, made once."""
    path = tmp_path_factory.mktemp("company") / "warehouse.duckdb"
    with Marts(path) as marts:
        add_company(marts)
    return path


@pytest.fixture
def company(settings: Settings, company_warehouse: Path) -> Settings:
    """A home with a copy of that warehouse."""
    shutil.copy(company_warehouse, settings.paths.warehouse)
    return settings


@pytest.fixture
def plain_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the drawing out, which takes the longest and is tested elsewhere."""
    monkeypatch.setattr("serving.report.render", write_plain_report)


def write_plain_report(database: Path, target: Path, currency: str, timezone: str) -> None:
    target.write_text(f"{database} {currency} {timezone}", encoding="utf-8")
