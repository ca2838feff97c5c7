"""Each expectation counts the bad rows exactly, passes the good ones, and survives chunks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import ENTITIES
from ingestion.expectations import check_names, validate
from jalur.checks import CheckResult
from jalur.settings import Settings
from tests.marts.warehouse import land

AS_OF = datetime(2026, 6, 30, tzinfo=UTC)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("JALUR_SOURCES", "JALUR_FILES_PATH", "JALUR_AS_OF"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JALUR_HOME", str(tmp_path / "home"))
    result = Settings()
    result.paths.create()
    return result


def _validate(settings: Settings, rows: Rows, chunk_rows: int = 100_000) -> dict[str, CheckResult]:
    land(settings.paths.root, rows)
    results = validate(settings, "files", AS_OF, chunk_rows=chunk_rows)
    return {result.check_name: result for result in results}


GOOD: dict[str, list[dict[str, Any]]] = {
    "stages": [
        {"stage_id": "new", "stage_name": "New", "position": 1, "kind": "open",
         "default_probability": "0.2"},
    ],
    "accounts": [{"account_id": "A1"}],
    "deals": [
        {"deal_id": "D1", "stage_id": "new", "account_id": "A1", "amount": "5", "currency": "usd",
         "created_at": "2026-01-31T09:00:00+07:00", "closed_at": "2026-02-01"},
        {"deal_id": "D2", "stage_id": "new"},
    ],
    "survey_responses": [
        {"response_id": "S1", "answered_at": "2026-01-01", "score": "10"},
    ],
}  # fmt: skip


def test_good_rows_pass(settings: Settings) -> None:
    results = _validate(settings, GOOD)
    assert {result.status for result in results.values()} == {"passed"}
    assert set(results) == {name for _, name, _ in check_names()}


BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("raw_deals_created_at_is_readable", "deals", {"created_at": "31/02/2026"}),
    ("raw_deals_created_at_is_in_range", "deals", {"created_at": "1969-12-31"}),
    ("raw_deals_expected_close_date_is_in_range", "deals", {"expected_close_date": "2040-01-01"}),
    ("raw_deals_account_id_resolves", "deals", {"account_id": "nobody"}),
    ("raw_deals_stage_id_resolves", "deals", {"stage_id": "nowhere"}),
    ("raw_deals_amount_is_not_negative", "deals", {"amount": "-1"}),
    ("raw_deals_currency_is_known_currency", "deals", {"currency": "XYZ"}),
    (
        "raw_deals_closed_at_is_not_before",
        "deals",
        {"created_at": "2026-02-02", "closed_at": "2026-02-01"},
    ),
    ("raw_stages_default_probability_is_share", "stages", {"default_probability": "20"}),
    ("raw_survey_responses_score_is_score", "survey_responses", {"score": "11"}),
]


@pytest.mark.parametrize(("check_name", "entity", "change"), BAD, ids=[case[0] for case in BAD])
def test_bad_rows_are_counted(
    settings: Settings, check_name: str, entity: str, change: dict[str, Any]
) -> None:
    key = ENTITIES[entity].key[-1]
    bad = [{**GOOD[entity][0], **change, key: f"bad{number}"} for number in range(3)]
    if entity == "deals" and "stage_id" in change:
        bad = [{**row, "stage_id": "nowhere"} for row in bad]
    rows = {**GOOD, entity: [*GOOD[entity], *bad]}
    # Chunks of two rows: counts add up over their borders.
    result = _validate(settings, rows, chunk_rows=2)[check_name]
    assert (result.status, result.failing_rows, result.severity) == ("failed", 3, "warning")
    assert result.detail.startswith("3 ")


def test_a_version_landed_twice_is_critical(settings: Settings) -> None:
    twice = {**GOOD, "accounts": [{"account_id": "A1"}, {"account_id": "A1"}]}
    result = _validate(settings, twice)["raw_accounts_record_id_is_unique_per_version"]
    assert result.refuses
    assert result.failing_rows == 2


def test_chunks_change_no_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = [
        {"deal_id": f"D{number}", "stage_id": "new", "amount": str(number % 5 - 2)}
        for number in range(50)
    ]
    counts = set()
    for size in (1, 7, 50, 100_000):
        monkeypatch.setenv("JALUR_HOME", str(tmp_path / str(size)))
        settings = Settings()
        settings.paths.create()
        results = _validate(settings, {**GOOD, "deals": deals}, chunk_rows=size)
        counts.add(results["raw_deals_amount_is_not_negative"].failing_rows)
    assert counts == {20}


def test_a_batch_is_validated_once(settings: Settings) -> None:
    _validate(settings, GOOD)
    again = validate(settings, "files", AS_OF)
    assert {result.status for result in again} == {"skipped"}


def test_a_refused_batch_is_judged_again(settings: Settings) -> None:
    twice = {**GOOD, "accounts": [{"account_id": "A1"}, {"account_id": "A1"}]}
    _validate(settings, twice)
    assert any(result.refuses for result in validate(settings, "files", AS_OF))
