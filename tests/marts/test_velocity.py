"""Velocity against a recount in plain Python; its decomposition against all orders of change."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from tests.marts.random_company import Company
from tests.marts.velocity_reference import Book, Factors, contributions

MONTHS = pd.date_range("2025-01-01", "2025-12-01", freq="MS")
KEY = ["pipeline_id", "segment_type", "segment", "velocity_month"]
CHANGES = [
    "change_from_open_deals",
    "change_from_win_rate",
    "change_from_average_amount",
    "change_from_cycle_days",
]


@pytest.fixture(scope="module")
def velocity(marts: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    rows = marts.sql("select * from rpt_sales_velocity").df()
    return rows.set_index(KEY)


@pytest.fixture(scope="module")
def recounted(marts: duckdb.DuckDBPyConnection, company: Company) -> dict[object, Factors]:
    book = Book(marts, company)
    assert {deal["currency"] for deal in book.deals} == {"USD", "EUR"}
    ends = {month: (month + pd.offsets.MonthEnd()).date() for month in MONTHS}
    return {
        (*key, month): factors
        for month, end in ends.items()
        for key, factors in book.factors(end).items()
    }


def _same(found: float, expected: float | None) -> bool:
    if expected is None:
        return bool(pd.isna(found))
    return found == pytest.approx(expected, rel=1e-6)


def test_factors_equal_a_recount(velocity: pd.DataFrame, recounted: dict[object, Factors]) -> None:
    assert set(recounted) <= set(velocity.index)
    for row in velocity.reset_index().to_dict("records"):
        key = tuple(row[name] for name in KEY)
        # Nothing open and nothing closed lately: a month without deals, between months with some.
        expected = recounted.get(key, Factors(0, None, None, None))
        assert row["open_deals"] == expected.open_deals, key
        assert _same(row["win_rate"], expected.win_rate), key
        assert _same(row["average_amount"], expected.average_amount), key
        assert _same(row["cycle_days"], expected.cycle_days), key


def test_velocity_is_the_product_of_its_factors(velocity: pd.DataFrame) -> None:
    product = velocity["open_deals"] * velocity["win_rate"] * velocity["average_amount"]
    expected = product / velocity["cycle_days"].where(velocity["cycle_days"] > 0)
    assert expected.notna().any()
    pd.testing.assert_series_equal(velocity["velocity_per_day"], expected, check_names=False)


def test_contributions_are_those_of_all_orders_and_sum_to_the_change(
    velocity: pd.DataFrame, recounted: dict[object, Factors]
) -> None:
    explained = 0
    for row in velocity.reset_index().to_dict("records"):
        *series, month = (row[name] for name in KEY)
        before, after = (
            recounted.get((*series, each), Factors(0, None, None, None)).product()
            for each in (month - pd.DateOffset(months=1), month)
        )
        found = [row[name] for name in CHANGES]
        if before is None or after is None:
            assert all(pd.isna(value) for value in found), (series, month)
            assert pd.isna(row["main_driver"])
            continue
        scale = max(abs(value) for value in (*found, 1.0))
        assert found == pytest.approx(contributions(before, after), rel=1e-5, abs=1e-6 * scale)
        assert sum(found) == pytest.approx(row["velocity_change_per_day"], abs=1e-11 * scale)
        explained += 1
    assert explained > 100


def test_months_have_no_gap_and_end_at_as_of(velocity: pd.DataFrame) -> None:
    rows = velocity.reset_index()
    for _, months in rows.groupby(KEY[:3])["velocity_month"]:
        assert len(months) == 13 - months.min().month
    assert rows["measured_date"].max().date() == date(2025, 12, 31)
    assert rows["is_complete"].all()
