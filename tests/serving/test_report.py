"""The report stands alone, hides nothing, and lets no name in the data out of its place."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import serving
from jalur.settings import Settings
from tests.serving.company import AS_OF, RUN_ID, STAGES, add_checks, add_company
from tests.serving.marts import Marts

HOSTILE = "</script><script>alert(1)</script>\u2028<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a company one of whose stages has a hostile name."""
    home = tmp_path_factory.mktemp("report")
    with Marts(home / "warehouse.duckdb") as marts:
        add_company(marts, (HOSTILE, *STAGES[1:]))
    return _page(Settings(home=home))


def _page(settings: Settings) -> str:
    settings.paths.create()
    serving.publish(settings, RUN_ID, AS_OF)
    return settings.paths.report.read_text(encoding="utf-8")


def _own_part(page: str) -> str:
    """The page without the libraries, which mention addresses that they never load."""
    return re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def _charts(page: str) -> list[dict[str, Any]]:
    found = re.findall(r"<script type=\"application/json\"[^>]*>(.*?)</script>", page, re.DOTALL)
    return [json.loads(text) for text in found]


def test_nothing_is_loaded_from_elsewhere(report: str) -> None:
    own = _own_part(report)
    assert not re.search(r"""(src|href)\s*=\s*["'](?!data:,)""", own)
    assert "@import" not in own
    assert "url(" not in own


def test_hostile_names_stay_data(report: str) -> None:
    assert HOSTILE not in report
    assert "<img src=x" not in report
    rows = [row for chart in _charts(report) for row in chart["data"]["values"]]
    assert HOSTILE in {str(value) for row in rows for value in row.values()}


def test_every_picture_says_what_it_shows(report: str) -> None:
    pictures = re.findall(r'class="chart"[^>]*', report)
    assert len(pictures) == 10, "five pictures for each of two pipelines"
    assert all("aria-label=" in picture for picture in pictures)


def test_the_figures_of_pipelines_are_not_mixed(report: str) -> None:
    own = _own_part(report)
    # Per pipeline: 1,000 + 2,000 + 3,000 + 4,000 open, three won and two lost.
    assert own.count("USD 10K") == 2
    assert own.count("60.0%") == 4
    assert "USD 20K" not in own


def test_a_bottleneck_names_the_deals_to_move_first(tmp_path: Path) -> None:
    with Marts(tmp_path / "warehouse.duckdb") as marts:
        add_company(marts)
        marts.add("dim_reps", source="files", rep_id="R-1", rep_name="Ann Lee")
        for place, bottleneck_id, name in ((2, "b1", "Bolt"), (1, "b1", "Acme"), (1, "x", "Cord")):
            marts.add(
                "rpt_bottleneck_deals",
                bottleneck_id=bottleneck_id,
                place=place,
                source="files",
                rep_id="R-1",
                deal_name=name,
                amount_reporting=5000,
                days_in_stage=40,
                usual_days=6.4,
            )
    own = _own_part(_page(Settings(home=tmp_path)))
    items = re.findall(r"<li>(.*?)</li>", own, re.DOTALL)
    texts = [re.sub(r"<.*?>", "", item) for item in items]
    assert texts == [
        "Acme USD 5K, 40 days there, usually 6, Ann Lee",
        "Bolt USD 5K, 40 days there, usually 6, Ann Lee",
    ]


def test_the_work_list_has_the_urgent_deals_of_all_and_ten_of_each_rep(tmp_path: Path) -> None:
    with Marts(tmp_path / "warehouse.duckdb") as marts:
        add_company(marts)
        for rep, urgency in (("Ann", 1000), ("Bob", 1)):
            for number in range(20):
                marts.add(
                    "rpt_deal_health",
                    source="files",
                    rep_id=rep,
                    rep_name=rep,
                    deal_id=f"{rep}-{number}",
                    deal_name=f"{rep}-{number:02}",
                    reasons=None if number == 19 else "no activity for 40 days",
                    priority=float(urgency * number),
                )
    own = _own_part(_page(Settings(home=tmp_path)))
    rows = re.findall(r'<tr data-rep="(\w+)" data-first="(\w+)"( hidden)?><td>([^<]*)', own)
    # The fifteen most urgent are all Ann's; Bob's ten are there to be chosen.
    assert [row[3] for row in rows if row[1] == "yes"] == [f"Ann-{n:02}" for n in range(18, 3, -1)]
    assert [row[3] for row in rows if row[2]] == [f"Bob-{n:02}" for n in range(18, 8, -1)]
    assert re.findall(r"<option>(\w+)</option>", own) == ["Ann", "Bob"]


def test_an_amount_without_a_rate_leaves_no_sum(tmp_path: Path) -> None:
    with Marts(tmp_path / "warehouse.duckdb") as marts:
        add_company(marts)
        marts.add(
            "fct_deals",
            source="files",
            pipeline_id="new",
            deal_id="unrated",
            status="open",
            amount=5,
            currency="GBP",
        )
    own = _own_part(_page(Settings(home=tmp_path)))
    # The other pipeline's is known.
    assert own.count("USD 10K") == 1


def test_immature_cells_are_shown_as_such(report: str) -> None:
    cohorts = [chart for chart in _charts(report) if "months since" in chart["description"]]
    assert len(cohorts) == 2
    for chart in cohorts:
        grey, coloured, words = (layer["transform"][0]["filter"] for layer in chart["layer"])
        assert (grey, coloured, words) == (
            "!datum.is_mature", "datum.is_mature", "datum.is_mature"
        )  # fmt: skip
        immature = [row for row in chart["data"]["values"] if not row["is_mature"]]
        assert [row["conversion_rate"] for row in immature] == [None]


def test_a_check_that_was_not_needed_has_not_passed(report: str) -> None:
    assert "3 of 4 checks passed" in _own_part(report)


def test_days_are_those_of_the_business(company: Settings) -> None:
    late = company.model_copy(update={"timezone": "Asia/Jakarta"})
    as_of = datetime.fromisoformat("2026-06-30T17:30:00+00:00")
    serving.publish(late, RUN_ID, as_of)
    page = company.paths.report.read_text(encoding="utf-8")
    assert "As of <strong>1 July 2026</strong>" in page


def test_without_checks_none_has_passed(tmp_path: Path) -> None:
    with Marts(tmp_path / "warehouse.duckdb") as marts:
        add_checks(marts, "another run")
    assert "No check has run" in _own_part(_page(Settings(home=tmp_path)))


def test_a_new_user_sees_no_holes(tmp_path: Path) -> None:
    with Marts(tmp_path / "warehouse.duckdb") as marts:
        marts.add(
            "dim_pipeline_stages",
            source="files",
            pipeline_id="default",
            pipeline_name="Sales",
            stage_id="new",
            stage_name="New",
            position=1,
            kind="open",
        )
        for number in range(3):
            marts.add(
                "fct_deals",
                source="files",
                pipeline_id="default",
                deal_id=str(number),
                status="open",
            )
    own = _own_part(_page(Settings(home=tmp_path)))
    for hole in ("NaN", "None", "null", "Infinity", "undefined"):
        assert not re.search(rf">\s*[^<]*\b{hole}\b", own), hole
    assert "every stage moves at its usual pace" in own
    assert "Nothing to show yet" in own
