"""The definitions as Dagster loads them, for a home of their own with the `files` source."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest

STAGES = "stage_id,stage_name,position,kind\nnew,New,1,open\nwon,Won,2,won\n"


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home and a folder of two tiny files; the settings point there for this package alone."""
    root = tmp_path_factory.mktemp("definitions")
    folder = root / "export"
    folder.mkdir()
    (folder / "stages.csv").write_text(STAGES)
    (folder / "deals.csv").write_text("deal_id,stage_id,created_at\n1,new,2026-01-01\n")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JALUR_")}
    environment |= {
        "JALUR_HOME": str(root / "home"),
        "JALUR_SOURCES": "files",
        "JALUR_FILES_PATH": str(folder),
        "JALUR_TIMEZONE": "Asia/Jakarta",
    }
    with mock.patch.dict(os.environ, environment, clear=True):
        yield root / "home"


@pytest.fixture(scope="package")
def definitions(home: Path) -> dg.Definitions:
    module = importlib.import_module("dagster_project.definitions")
    loaded = module.defs
    assert isinstance(loaded, dg.Definitions)
    return loaded
