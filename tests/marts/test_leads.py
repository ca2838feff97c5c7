"""Leads' stays, changes and cohorts against the leads in plain Python."""

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.marts.lead_reference import LeadVisit, deleted_at, lead_visits_of
from tests.marts.random_company import Company
from tests.marts.reference import month_of


def test_visits_equal_the_reference(marts: duckdb.DuckDBPyConnection, company: Company) -> None:
    found = marts.sql(
        "select lead_id, visit_number, lower(replace(status, '_', ' ')), canonical_status,"
        " entered_at, exited_at, exit_kind, is_reentry, is_inferred_history, is_left_truncated"
        " from fct_lead_status_visits order by 1, 2"
    ).fetchall()
    expected = [
        (
            lead_id,
            number,
            stay.status.lower().replace("_", " "),
            stay.step,
            stay.entered_at,
            stay.exited_at,
            stay.exit_kind,
            stay.is_reentry,
            stay.is_inferred,
            stay.is_left_truncated,
        )
        for lead_id, stays in sorted(lead_visits_of(company).items())
        for number, stay in enumerate(stays, start=1)
    ]
    assert found == expected
    assert {row[6] for row in found} == {
        "advanced", "regressed", "converted", "disqualified", "recycled", "reopened", "lateral",
        "deleted", "open",
    }  # fmt: skip
    assert {row[9] for row in found} == {True, False}


def test_transitions_equal_the_reference(
    marts: duckdb.DuckDBPyConnection, company: Company
) -> None:
    found = Counter(
        marts.sql(
            "select lead_id, to_canonical_status, transitioned_at, direction"
            " from fct_lead_status_transitions"
        ).fetchall()
    )
    assert found == Counter(
        (stay.lead_id, stay.step, stay.entered_at, stay.direction)
        for stays in lead_visits_of(company).values()
        for stay in stays
    )


def test_one_word_of_the_data_is_in_no_vocabulary(marts: duckdb.DuckDBPyConnection) -> None:
    unmapped = marts.sql(
        "select distinct status from fct_lead_status_visits where canonical_status = 'unmapped'"
    ).fetchall()
    assert unmapped == [("Warm-ish",)]


Steps = dict[str, date | None]
Deal = tuple[date, date | None, Decimal | None]


def _deals_by_lead(
    marts: duckdb.DuckDBPyConnection, company: Company
) -> tuple[dict[str, list[Deal]], dict[str, list[Deal]]]:
    """Per lead its deals (created, won, amount), and those of them that are credited to it."""
    leads = {lead["lead_id"]: lead for lead in company.entities["leads"]}
    deals: dict[str, list[Deal]] = defaultdict(list)
    credited: dict[str, list[Deal]] = defaultdict(list)
    for deal_id, lead_id, created, won, amount in marts.sql(
        "select deal_id, lead_id, created_date, won_date, amount_reporting"
        " from fct_deals where status != 'deleted'"
    ).fetchall():
        claims = [
            (deleted_at(lead) is not None, False, lead["converted_at"], key)
            for key, lead in leads.items()
            if lead.get("converted_deal_id") == deal_id
            and lead["converted_at"] <= "2025-12-31 23:59:59.999999"
            and key != lead_id
        ]
        if lead_id in leads:
            claims.append((deleted_at(leads[lead_id]) is not None, True, "", lead_id))
        for *_, key in claims:
            deals[key].append((created, won, amount))
        if claims:
            # Living before deleted, named by the deal before naming it, earlier before later.
            first = min(claims, key=lambda claim: (claim[0], not claim[1], claim[2], claim[3]))
            credited[first[3]].append((created, won, amount))
    return deals, credited


def _steps(stays: list[LeadVisit], deals: list[Deal]) -> Steps:
    won = min((won for _, won, _ in deals if won), default=None)
    deal = min([created for created, _, _ in deals] + ([won] if won else []), default=None)
    steps: Steps = {"deal": deal, "won": won}
    for step in ("mql", "sql"):
        dates = [stay.entered_at.date() for stay in stays if stay.reaches(step)]
        steps[step] = min(dates + ([deal] if deal else []), default=None)
    return steps


def test_cohorts_equal_a_recount(marts: duckdb.DuckDBPyConnection, company: Company) -> None:
    visits = lead_visits_of(company)
    deals, credited = _deals_by_lead(marts, company)
    cohorts: dict[tuple[Any, ...], list[tuple[str, Steps]]] = defaultdict(list)
    for lead in company.entities["leads"]:
        if deleted_at(lead) is None:
            month = month_of(datetime.fromisoformat(lead["created_at"]))
            member = lead["lead_id"], _steps(visits[lead["lead_id"]], deals[lead["lead_id"]])
            cohorts["all", "all", month].append(member)
            cohorts["lead_source", lead["source"] or "unknown", month].append(member)
            cohorts["rep", lead["rep_id"] or "unknown", month].append(member)
    rows = marts.sql(
        "select segment_type, segment, created_month, months_since, cohort_leads, mql_leads,"
        " sql_leads, deal_leads, won_leads, cohort_deals, won_deals, won_amount_reporting,"
        " mql_rate, sql_rate, deal_rate, conversion_rate, is_mature from rpt_lead_cohorts"
        " where segment_type in ('all', 'lead_source', 'rep')"
    ).fetchall()
    assert {tuple(row[:3]) for row in rows} == set(cohorts)
    for row in rows:
        cell, (since, size, *counted), (begun, wins, amount) = row[:3], row[3:9], row[9:12]
        *rates, is_mature = row[12:]
        members = cohorts[tuple(cell)]
        end = cell[2].year * 12 + cell[2].month + since
        reached = {
            step: [at for _, steps in members if (at := steps[step]) is not None]
            for step in ("mql", "sql", "deal", "won")
        }
        counts = [sum(at.year * 12 + at.month <= end for at in dates) for dates in reached.values()]
        # As-of is the end of the year, so every month of the year is over.
        assert is_mature
        assert size == len(members)
        assert counted == counts
        assert rates == pytest.approx([count / size for count in counts], rel=1e-12)
        mine = [each for key, _ in members for each in credited[key]]
        won_by_then = [each for each in mine if each[1] and _month(each[1]) <= end]
        assert begun == sum(_month(min(each[0], each[1] or each[0])) <= end for each in mine)
        assert wins == len(won_by_then)
        assert amount == sum(each[2] for each in won_by_then if each[2] is not None)


def _month(day: date) -> int:
    return day.year * 12 + day.month


def test_segments_of_leads_know_members_that_nobody_lists(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    kinds = marts.sql(
        "select segment_type, list(distinct segment order by segment) from rpt_lead_cohorts"
        " group by 1 order by 1"
    ).fetchall()
    assert kinds == [
        ("all", ["all"]),
        ("lead_source", ["event", "unknown", "web"]),
        ("region", ["north", "unknown"]),
        ("rep", ["r0", "r1", "unknown", "unlisted"]),
        ("size_band", ["1-49", "1000+", "50-249", "unknown"]),
        ("team", ["team 0", "team 1", "unknown"]),
    ]
    (named,) = marts.sql(
        "select count(*) from dim_campaigns where campaign_id = 'unlisted' and is_inferred_member"
    ).fetchall()
    assert named == (1,)
