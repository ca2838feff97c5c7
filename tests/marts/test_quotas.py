"""Quotas and what was reached of them against a recount in plain Python."""

from collections import defaultdict
from collections.abc import Hashable
from datetime import date
from typing import Any

import duckdb
import pytest

from tests.marts.random_company import AS_OF, Company
from tests.marts.velocity_reference import Book, outcome_date

Row = dict[Hashable, Any]
TODAY = AS_OF.date()


def _owner(quota: dict[str, Any]) -> tuple[str, str]:
    if quota.get("rep_id"):
        return "rep", quota["rep_id"]
    return ("team", quota["team"]) if quota.get("team") else ("company", "all")


def _expected_quotas(company: Company, book: Book) -> dict[tuple[Any, ...], float | None]:
    """In dollars by period and owner; None where a part has no rate."""
    periods: dict[tuple[date, date], dict[tuple[str, str], list[float | None]]] = {}
    for quota in company.entities["quotas"]:
        start = date.fromisoformat(quota["period_start"])
        end = date.fromisoformat(quota["period_end"])
        owners = periods.setdefault((start, end), defaultdict(list))
        known = quota["currency"] != "GBP"
        on = min(start, TODAY)
        owners[_owner(quota)].append(
            book.in_dollars(quota["amount"], quota["currency"], on) if known else None
        )
    found: dict[tuple[Any, ...], float | None] = {}
    for period, owners in periods.items():
        if ("company", "all") not in owners:
            level = "team" if any(kind == "team" for kind, _ in owners) else "rep"
            owners["company", "all"] = [
                amount
                for owner, amounts in owners.items()
                if owner[0] == level
                for amount in amounts
            ]
        for owner, amounts in owners.items():
            parts = [amount for amount in amounts if amount is not None]
            found[*period, *owner] = sum(parts) if len(parts) == len(amounts) else None
    return found


def _amounts(book: Book, row: Row) -> tuple[list[float], list[float]]:
    """Dollars won, and open and due, of one row's owner and period."""
    won, due = [], []
    for deal in book.deals:
        mine = {
            "company": True,
            "team": deal["team"] == row["owner_id"],
            "rep": deal["rep_id"] == row["owner_id"],
        }
        if not mine[row["owner_level"]]:
            continue
        if deal["status"] == "won" and row["period_start"] <= deal["won_date"] <= row["period_end"]:
            won.append(book.in_dollars(deal["amount"], deal["currency"], outcome_date(deal)))
        expected = deal["expected_close_date"]
        if deal["status"] == "open" and row["period_start"] <= expected <= row["period_end"]:
            due.append(book.in_dollars(deal["amount"], deal["currency"], TODAY))
    return won, due


def test_attainment_equals_a_recount(marts: duckdb.DuckDBPyConnection, company: Company) -> None:
    book = Book(marts, company)
    expected = _expected_quotas(company, book)
    rows = marts.sql("select * from rpt_quota_attainment").df().to_dict("records")
    keys = {
        (row["period_start"].date(), row["period_end"].date(), row["owner_level"], row["owner_id"])
        for row in rows
    }
    assert keys == set(expected)
    covered = 0
    for row in rows:
        start, end = row["period_start"].date(), row["period_end"].date()
        quota = expected[start, end, row["owner_level"], row["owner_id"]]
        won, due = _amounts(book, row)
        assert row["won_deals"] == len(won)
        assert row["won_amount_reporting"] == pytest.approx(sum(won), abs=0.01)
        assert row["open_due_deals"] == len(due)
        assert row["open_due_amount_reporting"] == pytest.approx(sum(due), abs=0.01)
        assert row["is_complete"] == (end <= TODAY)
        assert row["period_days"] == (end - start).days + 1
        assert row["elapsed_days"] == max((min(end, TODAY) - start).days + 1, 0)
        assert row["quotas_without_rate"] == (quota is None)
        if quota is None:
            assert row["quota_amount_reporting"] != row["quota_amount_reporting"]
            assert row["attainment"] != row["attainment"]
            continue
        assert row["quota_amount_reporting"] == pytest.approx(quota, abs=0.01)
        assert row["attainment"] == pytest.approx(sum(won) / quota)
        remaining = max(quota - sum(won), 0)
        assert row["remaining_amount_reporting"] == pytest.approx(remaining, abs=0.02)
        if end > TODAY:
            assert row["coverage_of_quota"] == pytest.approx(sum(due) / quota)
            assert row["coverage_of_remaining"] == pytest.approx(sum(due) / remaining)
            covered += sum(due) > 0
        if row["elapsed_days"]:
            share = row["elapsed_days"] / row["period_days"]
            assert row["pace"] == pytest.approx(sum(won) / quota / share)
    assert covered > 3
