"""The demo is landed by the code of the `files` source, dirt and all, and only once."""

from pathlib import Path

import duckdb

import demo
from jalur.settings import Settings
from tests.demo.conftest import Tables


def test_the_export_lands_whole_and_only_once(tmp_path: Path, tables: Tables) -> None:
    settings = Settings(home=tmp_path, files_mapping=Path("of another source.toml"))
    extraction = demo.extract(settings, "first")
    landed = {entity.entity: entity.rows_landed for entity in extraction.entities}
    quarantined = {"activities": 1, "touchpoints": 1, "survey_responses": 1}
    for name, table in tables.items():
        # The broken line of activities is no row of the table; the other two are.
        unreadable = quarantined.get(name, 0) if name != "activities" else 0
        assert landed[name] == len(table) - unreadable, name
    assert not [check for check in extraction.checks if check.refuses]

    lost = settings.paths.landed_table("demo", "_quarantine")
    reasons = duckdb.sql(f"select entity, reason from '{lost}/*.parquet'").fetchall()
    assert sorted(reasons) == [
        ("activities", "broken_line"),
        ("survey_responses", "bad_value"),
        ("touchpoints", "missing_value"),
    ]

    again = demo.extract(settings, "second")
    assert sum(entity.rows_landed for entity in again.entities) == 0
