"""What the demo company keeps in files is landed by the code of `files`, and only once."""

import shutil
from pathlib import Path

import duckdb
import pytest

import demo
from demo.source import IN_FILES
from jalur.errors import ConfigurationError
from jalur.settings import Settings
from tests.demo.conftest import Tables
from tests.marts.warehouse import land


def test_the_files_land_whole_and_only_once(tmp_path: Path, export: Path, tables: Tables) -> None:
    shutil.copytree(export.parent, tmp_path / "demo")
    settings = Settings(home=tmp_path, files_mapping=Path("of another source.toml"))
    extraction = demo.extract(settings, "first")
    landed = {entity.entity: entity.rows_landed for entity in extraction.entities}
    quarantined = {"touchpoints": 1, "survey_responses": 1}
    for name, table in tables.items():
        rows = len(table) - quarantined.get(name, 0) if name in IN_FILES else 0
        assert landed[name] == rows, name
    assert not [check for check in extraction.checks if check.refuses]

    lost = settings.paths.landed_table("demo", "_quarantine")
    reasons = duckdb.sql(f"select entity, reason from '{lost}/*.parquet'").fetchall()
    assert sorted(reasons) == [("survey_responses", "bad_value"), ("touchpoints", "missing_value")]

    again = demo.extract(settings, "second")
    assert sum(entity.rows_landed for entity in again.entities) == 0


def test_a_home_of_an_earlier_version_is_refused(tmp_path: Path) -> None:
    land(tmp_path, {"deals": [{"deal_id": "D-1", "stage_id": "won"}]}, source="demo")
    with pytest.raises(ConfigurationError, match="an earlier Jalur"):
        demo.extract(Settings(home=tmp_path), "run")
