"""Completed figures against plain statistics, the Kaplan-Meier median against its definition."""

from collections import defaultdict
from datetime import date, timedelta
from statistics import mean, median

import duckdb
import numpy as np
import pytest

from tests.marts.random_company import AS_OF, Company
from tests.marts.reference import Visit, visits_of


def _cells(company: Company) -> dict[tuple[str, date], list[Visit]]:
    cells: dict[tuple[str, date], list[Visit]] = defaultdict(list)
    for stays in visits_of(company).values():
        for stay in stays:
            if stay.kind == "open":
                quarter = date(stay.entered_at.year, (stay.entered_at.month - 1) // 3 * 3 + 1, 1)
                cells[stay.stage_id, quarter].append(stay)
    return cells


def _is_completed(stay: Visit) -> bool:
    return stay.exit_kind not in ("open", "merged", "deleted")


def _kaplan_meier_quantile(stays: list[Visit], survivors: float) -> float | None:
    """First time by which the product-limit survival is at most that share; None where never."""
    observed = [
        (
            ((stay.exited_at or AS_OF) - stay.entered_at) / timedelta(hours=1),
            _is_completed(stay),
        )
        for stay in stays
    ]
    survival = 1.0
    for time in sorted({hours for hours, _ in observed}):
        at_risk = sum(hours >= time for hours, _ in observed)
        ended = sum(hours == time and completed for hours, completed in observed)
        survival *= 1 - ended / at_risk
        if survival <= survivors + 1e-12:
            return time
    return None


def test_durations_equal_the_reference(marts: duckdb.DuckDBPyConnection, company: Company) -> None:
    rows = marts.sql(
        "select stage_id, entry_quarter, visits, completed, mean_hours_completed,"
        " p50_hours_completed, p90_hours_completed, km_median_hours, km_p90_hours"
        " from rpt_stage_durations"
        " where segment_type = 'all'"
    ).fetchall()
    cells = _cells(company)
    assert {(row[0], row[1]) for row in rows} == set(cells)
    for stage_id, quarter, visits, completed, mean_hours, p50_hours, p90_hours, *quantiles in rows:
        stays = cells[stage_id, quarter]
        hours = [stay.hours for stay in stays if _is_completed(stay) and stay.hours is not None]
        assert (visits, completed) == (len(stays), len(hours))
        expected = (
            (mean(hours), median(hours), float(np.percentile(hours, 90)))
            if hours
            else (None, None, None)
        )
        last = [_kaplan_meier_quantile(stays, share) for share in (0.5, 0.1)]
        for value, reference in zip(
            (mean_hours, p50_hours, p90_hours, *quantiles), (*expected, *last), strict=True
        ):
            assert (value is None) == (reference is None), (stage_id, quarter)
            assert value is None or value == pytest.approx(reference, rel=1e-12)
