"""`jalur init` and the small commands."""

import tomllib

from tests.cli.conftest import Desk


def test_init_drafts_and_never_overwrites(desk: Desk) -> None:
    desk.write(
        "Opportunities.csv", "Opportunity ID,Stage,Amount,Created\n1,Closed Won,5,2026-01-01\n"
    )
    result = desk.jalur("init", "export")
    assert result.returncode == 0, result.stderr
    mapping = tomllib.loads((desk.root / "mapping.toml").read_text())
    assert mapping["deals"]["columns"]["deal_id"] == "Opportunity ID"
    assert mapping["stages"]["rows"][0]["kind"] == "won"
    assert desk.jalur("init", "export").returncode == 2
    assert desk.jalur("init", "export", "--force").returncode == 0


def test_init_of_an_empty_folder_is_an_error(desk: Desk) -> None:
    (desk.root / "export").mkdir()
    result = desk.jalur("init", "export")
    assert result.returncode == 2
    assert "no CSV files" in result.stderr


def test_health_before_the_first_run(desk: Desk) -> None:
    result = desk.jalur("health")
    assert result.returncode == 1
    assert "jalur run" in result.stderr
