"""Forecasts against plain Python, and against a world in which the future has not happened yet."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from tests.marts.forecast_company import known_by, make_forecast_company
from tests.marts.forecast_reference import DAY, MONTHS, Forecaster, period_of
from tests.marts.random_company import AS_OF, Company
from tests.marts.warehouse import build_warehouse

MODELS = "+rpt_revenue_forecast +rpt_forecast_backtest +rpt_forecast_accuracy"
PAST = datetime(2025, 9, 30, 23, 59, 59, 999999)
FORECASTS = (
    "select pipeline_id, period, method, forecast, open_deals, open_amount, earlier_months"
    " from intermediate.int_forecast_points where as_of_date = ?"
    " and pipeline_id != 'empty' order by all"
)


@pytest.fixture(scope="module")
def company() -> Company:
    return make_forecast_company(int(os.environ.get("SEED", "7")))


@pytest.fixture(scope="module")
def forecasts(
    company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    home = tmp_path_factory.mktemp("forecasts")
    build_warehouse(home, company.entities, AS_OF, select=MODELS)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def earlier_forecasts(
    company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of 30 September, built from what was known that day."""
    home = tmp_path_factory.mktemp("earlier_forecasts")
    build_warehouse(home, known_by(company, PAST), PAST, select=MODELS)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("period", MONTHS)
@pytest.mark.parametrize("origin", [date(2025, 12, 31), date(2025, 2, 28)])
def test_every_method_equals_plain_python(
    forecasts: duckdb.DuckDBPyConnection, origin: date, period: str
) -> None:
    forecaster = Forecaster(forecasts)
    for pipeline in ("direct", "partner"):
        found = dict(
            forecasts.execute(
                "select method, forecast from intermediate.int_forecast_points"
                " where as_of_date = ? and period = ? and pipeline_id = ?",
                [origin, period, pipeline],
            ).fetchall()
        )
        assert all(found.values())
        assert found == pytest.approx(forecaster.forecast(origin, period, pipeline), rel=1e-9)


def test_actuals_equal_plain_python(forecasts: duckdb.DuckDBPyConnection) -> None:
    forecaster = Forecaster(forecasts)
    rows = forecasts.execute(
        "select distinct as_of_date, period, pipeline_id, actual from marts.rpt_revenue_forecast"
    ).fetchall()
    assert len(rows) > 100
    for origin, period, pipeline, actual in rows:
        first, last = period_of(origin, period)
        if last > AS_OF.date():
            assert actual is None
        else:
            won = forecaster.won_in(first, last, pipeline).values()
            # Each amount is rounded to four decimals, in one currency by a product of doubles.
            assert float(actual) == pytest.approx(sum(won), rel=1e-9, abs=1e-3)


def test_interval_is_taken_from_the_last_24_ratios(forecasts: duckdb.DuckDBPyConnection) -> None:
    rows = forecasts.execute(
        "select pipeline_id, method, p10, p50, p90 from marts.rpt_revenue_forecast"
        " where is_latest and period = 'this_month' and status = 'ok'"
    ).fetchall()
    assert {row[0] for row in rows} == {"direct", "partner"}
    for pipeline, method, p10, p50, p90 in rows:
        ratios = sorted(
            float(actual) / forecast
            for actual, forecast in forecasts.execute(
                "select actual, p50 from marts.rpt_forecast_backtest where pipeline_id = ?"
                " and method = ? and period = 'this_month' order by as_of_date desc limit 24",
                [pipeline, method],
            ).fetchall()
            if forecast > 0
        )
        assert len(ratios) >= 8

        def at(share: float, ratios: list[float] = ratios) -> float:
            place = min(max(share * (len(ratios) + 1), 1), len(ratios)) - 1
            below = min(int(place), len(ratios) - 2)
            return ratios[below] + (place - below) * (ratios[below + 1] - ratios[below])

        assert (p10, p90) == pytest.approx((p50 * min(at(0.1), 1), p50 * max(at(0.9), 1)))


def _assert_same(now: list[tuple[Any, ...]], then: list[tuple[Any, ...]]) -> None:
    assert len(now) == len(then)
    for row, expected in zip(now, then, strict=True):
        for value, other in zip(row, expected, strict=True):
            # Sums of doubles may come in another order.
            is_close = isinstance(value, float) and value == pytest.approx(other, rel=1e-12)
            assert is_close or value == other, (row, expected)


def test_a_forecast_knows_nothing_of_its_future(
    forecasts: duckdb.DuckDBPyConnection, earlier_forecasts: duckdb.DuckDBPyConnection
) -> None:
    """Without the months after it the forecast of 30 September is the same, to the last figure."""
    day = PAST.date()
    then = earlier_forecasts.execute(FORECASTS, [day]).fetchall()
    assert sum(row[3] is not None for row in then) == 2 * 3 * 4
    _assert_same(forecasts.execute(FORECASTS, [day]).fetchall(), then)


def test_the_published_rows_are_those_of_that_day(
    forecasts: duckdb.DuckDBPyConnection, earlier_forecasts: duckdb.DuckDBPyConnection
) -> None:
    """Intervals, status and default too; only the actuals have come since."""
    published = (
        "select pipeline_id, period, method, status, is_default, p10, p50, p90"
        f" from marts.rpt_revenue_forecast where as_of_date = date '{PAST.date()}'"
        " and pipeline_id != 'empty' order by all"
    )
    then = earlier_forecasts.execute(published).fetchall()
    assert any(row[4] for row in then)
    _assert_same(forecasts.execute(published).fetchall(), then)


def test_a_single_deal_and_none_are_insufficient(forecasts: duckdb.DuckDBPyConnection) -> None:
    rows = forecasts.execute(
        "select pipeline_id, count(*), count(p50), bool_or(status = 'ok'), bool_or(is_default),"
        " max(open_deals) from marts.rpt_revenue_forecast where is_latest"
        " and pipeline_id in ('sole', 'empty') group by all order by all"
    ).fetchall()
    assert rows == [("empty", 12, 0, False, False, 0), ("sole", 12, 0, False, False, 1)]


def test_origins_are_month_ends_at_a_month_end(forecasts: duckdb.DuckDBPyConnection) -> None:
    days = forecasts.execute("select distinct as_of_date from marts.rpt_forecast_backtest")
    origins = [row[0] for row in days.fetchall()]
    assert len(origins) > 12
    assert all((origin + DAY).day == 1 for origin in origins)
