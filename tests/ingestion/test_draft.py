"""A drafted mapping is a start: it loads, it extracts, and it says what it could not guess."""

import tomllib
from pathlib import Path

import pytest

from ingestion.sources.files.draft import draft_mapping
from ingestion.sources.files.mapping import load_mapping
from jalur.errors import ConfigurationError
from tests.ingestion.desk import DEALS, STAGES, Desk, of

MAVEN = Path(__file__).parents[3] / "shared" / "data" / "maven_crm" / "raw"
EXPORT = """Opportunity ID;Stage;Account;Owner;Value;Created;Close Date;Hobby
1;Negotiation;Ä;ann;10;2026-01-01;;golf
2;Closed Won;B;bob;20;2026-01-02;2026-01-09;chess
3;Closed Lost;B;bob;20;2026-01-02;2026-01-08;
"""


def draft(desk: Desk) -> str:
    text = draft_mapping(desk.folder)
    desk.write("mapping.toml", text)
    load_mapping(desk.folder, None)
    return text


def test_an_export_of_another_tool_is_recognised(desk: Desk) -> None:
    (desk.folder / "deals.csv").unlink()
    (desk.folder / "stages.csv").unlink()
    desk.write("Opportunities.csv", EXPORT.encode("cp1252"))
    mapping = tomllib.loads(draft(desk))
    assert mapping["deals"] == {
        "file": "Opportunities.csv",
        "delimiter": ";",
        "encoding": "cp1252",
        "columns": {
            "deal_id": "Opportunity ID",
            "stage_id": "Stage",
            "name": "Account",
            "account_id": "Account",
            "rep_id": "Owner",
            "amount": "Value",
            "created_at": "Created",
            "closed_at": "Close Date",
        },
    }
    assert [row["kind"] for row in mapping["stages"]["rows"]] == ["open", "won", "lost"]
    assert mapping["deal_stage_history"]["from_columns"] == {
        "Negotiation": "Created",
        "Closed Won": "Close Date",
        "Closed Lost": "Close Date",
    }
    extraction = desk.extract()
    assert of(extraction, "deals").rows_landed == 3
    assert of(extraction, "deal_stage_history").rows_landed == 5
    assert desk.newest()["1"] == {
        "deal_id": "1",
        "stage_id": "Negotiation",
        "name": "Ä",
        "account_id": "Ä",
        "rep_id": "ann",
        "amount": "10",
        "created_at": "2026-01-01",
        "Hobby": "golf",
    }


def test_a_folder_of_our_own_shape_needs_no_mapping(desk: Desk) -> None:
    desk.write("deal_stage_history.csv", "deal_id,stage_id,entered_at\nD1,new,2026-01-01\n")
    text = draft(desk)
    assert "from_columns" not in text
    assert "REQUIRED " not in text
    assert of(desk.extract(), "deals").rows_landed == 2


def test_with_a_history_file_no_history_is_made_up(desk: Desk) -> None:
    (desk.folder / "stages.csv").unlink()
    desk.write("deal_stage_history.csv", "deal_id,stage_id,entered_at\nD1,new,2026-01-01\n")
    assert "from_columns" not in draft(desk)


def test_what_is_required_and_not_found_is_marked(desk: Desk) -> None:
    desk.write("deals.csv", "quux,name\n1,a\n")
    text = draft_mapping(desk.folder)
    assert '# REQUIRED deal_id = "?"' in text
    assert '# REQUIRED stage_id = "?"' in text
    tomllib.loads(text)


@pytest.mark.parametrize("name", ['a "quoted" name', "a\\b", "new\nline", "ü", "a.b", "[x]"])
def test_any_name_is_quoted(desk: Desk, name: str) -> None:
    (desk.folder / "stages.csv").unlink()
    value = name.replace('"', '""')
    desk.write("deals.csv", f'deal_id,stage_id,created_at\n1,"{value}",2026-01-01\n')
    draft(desk)
    assert of(desk.extract(), "deal_stage_history").rows_landed == 1


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xfe", b'"', DEALS.encode("utf-16")])
def test_odd_files_are_drafted_or_refused_in_words(desk: Desk, content: bytes) -> None:
    desk.write("deals.csv", content)
    try:
        tomllib.loads(draft_mapping(desk.folder))
    except ConfigurationError as error:
        refused = str(error)
        assert "deals.csv" in refused or str(desk.folder) in refused


def test_a_folder_without_csv_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stages.txt").write_text(STAGES)
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ConfigurationError, match="no CSV files"):
            draft_mapping(folder)


@pytest.mark.skipif(not MAVEN.is_dir(), reason="the data set does not lie beside the repository")
def test_the_draft_of_a_real_export_lands_it(desk: Desk, tmp_path: Path) -> None:
    mapping = tmp_path / "draft.toml"
    mapping.write_text(draft_mapping(MAVEN))
    extraction = desk.extract(folder=MAVEN, mapping_path=mapping)
    landed = {entity.entity: entity.rows_landed for entity in extraction.entities}
    assert {name: count for name, count in landed.items() if count} == {
        "accounts": 85,
        "reps": 35,
        "products": 7,
        "stages": 4,
        "deals": 8_800,
        "deal_stage_history": 8_300 + 4_238 + 2_473,
    }
