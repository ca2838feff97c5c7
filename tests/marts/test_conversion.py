"""The three rules of conversion against a count deal by deal; Wilson in its textbook form."""

from collections import Counter
from math import sqrt

import duckdb
import pytest

from tests.marts.random_company import OPEN_STAGES, Company
from tests.marts.reference import Visit, end_of, month_of, visits_of


def _outcome(rule: str, stays: list[Visit], index: int) -> str:
    stay = stays[index]
    after = stays[index + 1] if index + 1 < len(stays) else None
    if rule == "strict" and after is not None:
        if after.direction == "forward" and after.position == stay.position + 1:
            return "converted"
        if after.direction == "won" and stay.position == len(OPEN_STAGES):
            return "converted"
    if rule == "direct" and stay.exit_kind in ("advanced", "won"):
        return "converted"
    return stay.exit_kind if stay.exit_kind in ("lost", "open") else "other"


def _reached(stays: list[Visit], company: Company) -> list[tuple[Visit, str, str]]:
    """(stay that dates the arrival, stage reached, outcome), one per stage."""
    deals = {row["deal_id"]: row for row in company.entities["deals"]}
    arrivals: dict[str, tuple[int, Visit, int]] = {}
    for index, stay in enumerate(stays):
        reached = [(stay.stage_id, stay.position, index + 1)] if stay.kind == "open" else []
        before = stays[index - 1] if index else None
        if before and before.kind == "open" and stay.direction in ("skip", "won"):
            last = stay.position if stay.kind == "open" else len(OPEN_STAGES) + 1
            reached += [
                (f"{stay.pipeline_id}-{OPEN_STAGES[place - 1]}", place, index)
                for place in range(before.position + 1, last)
            ]
        for stage_id, place, following in reached:
            arrivals.setdefault(stage_id, (place, stay, following))
    result = []
    for stage_id, (place, stay, following) in arrivals.items():
        later = [other for other in stays[following:] if other.pipeline_id == stay.pipeline_id]
        last_stay = stays[-1]
        if any(
            other.kind == "won" or (other.kind == "open" and other.position > place)
            for other in later
        ):
            outcome = "converted"
        elif end_of(deals[stay.deal_id])[0] or last_stay.pipeline_id != stay.pipeline_id:
            outcome = "other"
        else:
            outcome = last_stay.kind if last_stay.kind in ("lost", "open") else "other"
        result.append((stay, stage_id, outcome))
    return result


def test_counts_equal_a_count_by_deal(marts: duckdb.DuckDBPyConnection, company: Company) -> None:
    expected: Counter[tuple[object, ...]] = Counter()
    for stays in visits_of(company).values():
        for index, stay in enumerate(stays):
            if stay.kind == "open" and not stay.is_reentry:
                for rule in ("strict", "direct"):
                    outcome = _outcome(rule, stays, index)
                    expected[stay.stage_id, month_of(stay.entered_at), rule, outcome] += 1
        for stay, stage_id, outcome in _reached(stays, company):
            expected[stage_id, month_of(stay.entered_at), "reached", outcome] += 1
    found: Counter[tuple[object, ...]] = Counter()
    for stage_id, month, rule, entered, *counts in marts.sql(
        "select stage_id, entry_month, rule, entered, converted, lost, other, open"
        " from rpt_stage_conversion where segment_type = 'all'"
    ).fetchall():
        assert entered == sum(counts)
        for outcome, count in zip(("converted", "lost", "other", "open"), counts, strict=True):
            if count:
                found[stage_id, month, rule, outcome] = count
    assert found == expected


def test_segments_of_a_kind_add_up_to_all(marts: duckdb.DuckDBPyConnection) -> None:
    totals = marts.sql(
        "select segment_type, sum(entered), sum(converted) from rpt_stage_conversion group by 1"
    ).fetchall()
    assert len(totals) == 7
    assert len({row[1:] for row in totals}) == 1


def test_wilson_interval(marts: duckdb.DuckDBPyConnection) -> None:
    z = 1.959963984540054
    for converted, entered, low, high in marts.sql(
        "select distinct converted, entered, conversion_rate_low, conversion_rate_high"
        " from rpt_stage_conversion"
    ).fetchall():
        rate = converted / entered
        centre = (rate + z**2 / (2 * entered)) / (1 + z**2 / entered)
        half = (
            z / (1 + z**2 / entered) * sqrt(rate * (1 - rate) / entered + z**2 / (4 * entered**2))
        )
        assert low == pytest.approx(max(centre - half, 0), abs=1e-12)
        assert high == pytest.approx(min(centre + half, 1), abs=1e-12)
