"""A run with a past as-of gives the marts that a run on that day would have given."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.marts.random_company import Company, Row, make_company
from tests.marts.warehouse import land
from tests.warehouse import assert_same_marts, build, marts

THEN = datetime(2025, 8, 15, 12, 34, 56)


def _happened(row: Row, field: str) -> bool:
    return datetime.fromisoformat(row[field]) <= THEN


def _as_it_was(company: Company) -> dict[str, list[Row]]:
    """The rows that the CRM held then: nothing of them is later, and the deals look back."""
    entities: dict[str, list[Row]] = dict(company.entities)
    entities["fx_rates"] = [row for row in entities["fx_rates"] if _happened(row, "rate_date")]
    for entity, field in (
        ("deal_stage_history", "entered_at"),
        ("deal_field_history", "changed_at"),
    ):
        entities[entity] = [row for row in entities[entity] if _happened(row, field)]
    stages: dict[str, Row] = {}
    for row in entities["deal_stage_history"]:
        stages[row["deal_id"]] = row
    amounts: dict[str, Any] = {}
    for row in sorted(entities["deal_field_history"], key=lambda row: str(row["changed_at"])):
        amounts[row["deal_id"]] = row["value"]
    entities["deals"] = []
    for deal in company.entities["deals"]:
        if not _happened(deal, "created_at"):
            continue
        was = deal | {
            "stage_id": stages[deal["deal_id"]]["stage_id"],
            "pipeline_id": stages[deal["deal_id"]]["pipeline_id"],
            "amount": amounts.get(deal["deal_id"], deal["amount"]),
        }
        for ended_at in ("deleted_at", "merged_at"):
            if ended_at in was and not _happened(was, ended_at):
                for field in ("is_deleted", "deleted_at", "merged_into_deal_id", "merged_at"):
                    was.pop(field, None)
        entities["deals"].append(was)
    return entities


@pytest.fixture(scope="module")
def on_the_day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The marts of a run that knew nothing of the future."""
    home = tmp_path_factory.mktemp("then")
    land(home, _as_it_was(make_company(23)))
    build(home, THEN, data_tests=False)
    found = marts(home)
    assert len(found["fct_deals"]) > 100
    return found


def test_what_happened_later_does_not_count(
    on_the_day: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    land(tmp_path, make_company(23).entities)
    build(tmp_path, THEN, data_tests=False)
    assert_same_marts(marts(tmp_path), on_the_day)


def test_what_arrived_later_does_not_count(
    on_the_day: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    company = make_company(23)
    before, after = (THEN.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in (-1, 1))
    land(tmp_path, _as_it_was(company), extracted_at=before, run_id="then")
    # Learned later, and about the time before: even that does not count.
    late = [row | {"amount": "1", "lead_source": "fair"} for row in company.entities["deals"]]
    history = [
        row | {"entered_at": str(THEN - timedelta(days=1)), "sequence": 99}
        for row in company.entities["deal_stage_history"]
    ]
    land(
        tmp_path,
        company.entities | {"deals": late, "deal_stage_history": history},
        extracted_at=after,
        run_id="later",
    )
    build(tmp_path, THEN, history="landed", data_tests=False)
    assert_same_marts(marts(tmp_path), on_the_day)
