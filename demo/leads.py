"""Leads: those that became deals, and the many more that did not."""

from dataclasses import dataclass

import numpy as np

from demo import names, world
from demo.clock import END, START, draw_moments, intensity_of_demand, working_clock
from demo.columns import (
    DAY,
    HOUR,
    NEVER,
    Bools,
    Columns,
    Ints,
    Texts,
    choose,
    identifiers,
    stream,
    texts,
    where_not,
)
from demo.company import Accounts, Sellers, email_domain
from demo.deals import Deals
from demo.marketing import Campaigns

UNCONVERTED_STATUS = ("new", "working", "nurturing", "disqualified")


@dataclass(frozen=True)
class Leads:
    """Both tables of leads, and what touchpoints need: when, whence, converted or not."""

    table: Columns
    status_history: Columns
    lead_of_deal: Texts
    campaign_of_deal: Texts
    created_at: Ints
    ended_at: Ints
    converted_deal: Ints
    source: Ints
    campaign: Ints


def find_leads(
    seed: int, deals: Deals, accounts: Accounts, sellers: Sellers, campaigns: Campaigns,
    deal_ids: Texts, rep_ids: Texts,
) -> Leads:  # fmt: skip
    """Converted leads lie before their deals; the others come with the same seasons."""
    rng = stream(seed, "leads")
    deal, created_at = _converted(rng, deals)
    more = draw_moments(rng, intensity_of_demand(), world.UNCONVERTED_LEADS)
    created_at = np.concatenate([created_at, more])
    deal = np.concatenate([deal, np.full(len(more), -1)])
    source = np.where(
        deal >= 0,
        deals.columns["source"][deal],
        choose(rng, [row.share * row.lead_share for row in world.LEAD_SOURCES], len(deal)),
    )
    order = np.argsort(created_at, kind="stable")
    created_at, deal, source = created_at[order], deal[order], source[order]
    converted = deal >= 0
    campaign = campaigns.draw(rng, source, created_at)

    lead_id = identifiers("L-%05d", len(deal))
    converted_at = np.where(converted, deals.columns["created_at"][deal], NEVER)
    status, history, last_change = _statuses(rng, created_at, converted_at, lead_id)
    campaign_id = where_not(campaign < 0, campaigns.campaign_id[campaign])
    who = _people(rng, deal, deals, accounts, sellers, created_at)
    count = len(deals.columns["account"])
    lead_of_deal, campaign_of_deal = texts([None] * count), texts([None] * count)
    lead_of_deal[deal[converted]] = lead_id[converted]
    campaign_of_deal[deal[converted]] = campaign_id[converted]
    table: Columns = {
        "lead_id": lead_id,
        "created_at": created_at,
        "status": status,
        "email": who["email"],
        "source": texts([row.name for row in world.LEAD_SOURCES])[source],
        "campaign_id": campaign_id,
        "rep_id": rep_ids[who["seller"]],
        "company": who["company"],
        "job_title": who["job_title"],
        "industry": who["industry"],
        "employee_count": who["employee_count"],
        "country": who["country"],
        "converted_at": converted_at,
        "converted_deal_id": where_not(~converted, deal_ids[deal]),
        "updated_at": last_change,
    }
    ended_at = np.where(converted, converted_at, np.minimum(last_change + 20 * DAY, END - 1))
    return Leads(
        table, history, lead_of_deal, campaign_of_deal, created_at, ended_at, deal, source, campaign
    )


def _converted(rng: np.random.Generator, deals: Deals) -> tuple[Ints, Ints]:
    """The deals that began as a lead, and when the lead came in."""
    source = deals.columns["source"]
    share = np.array([row.lead_share for row in world.LEAD_SOURCES])[np.maximum(source, 0)]
    deal = np.flatnonzero((source >= 0) & (rng.random(len(source)) < share))
    age = (rng.gamma(1.1, 9.0, len(deal)) + 0.1) * DAY
    return deal, deals.columns["created_at"][deal] - age.astype(np.int64)


def _statuses(
    rng: np.random.Generator, created_at: Ints, converted_at: Ints, lead_id: Texts
) -> tuple[Texts, Columns, Ints]:
    """Current status, the table of all statuses, and the last change of each lead."""
    count = len(created_at)
    converted = converted_at != NEVER
    clock = working_clock()
    worked_at = clock.finish(created_at, rng.gamma(0.8, 1.2 * DAY, count) + 300)
    # What became a deal was worked on before.
    worked_at = np.where(converted, np.minimum(worked_at, converted_at - HOUR), worked_at)
    worked_at = np.maximum(worked_at, created_at + 60)
    fate = rng.random(count)
    is_worked = (converted | (fate > 0.22)) & (worked_at < END)
    settled_at = clock.finish(worked_at, rng.gamma(1.5, 6 * DAY, count) + HOUR)
    settled_at = np.where(converted, converted_at, settled_at)
    settles: Bools = converted | (is_worked & (fate > 0.34) & (settled_at < END))
    outcome = np.where(fate > 0.55, 3, 2)
    status = np.where(settles, outcome, np.where(is_worked, 1, 0))
    current = np.where(converted, "converted", texts(UNCONVERTED_STATUS)[status])

    everyone = np.arange(count)
    lead = np.concatenate([everyone, everyone[is_worked], everyone[settles]])
    changed_at = np.concatenate([created_at, worked_at[is_worked], settled_at[settles]])
    statuses = np.concatenate([
        texts(["new"] * count), texts(["working"] * int(is_worked.sum())), current[settles]
    ])  # fmt: skip
    order = np.lexsort((lead, changed_at))
    history: Columns = {
        "lead_id": lead_id[lead[order]],
        "status": statuses[order],
        "changed_at": changed_at[order],
    }
    last = np.where(settles, settled_at, np.where(is_worked, worked_at, created_at))
    return current, history, last


def _people(
    rng: np.random.Generator, deal: Ints, deals: Deals, accounts: Accounts, sellers: Sellers,
    created_at: Ints,
) -> Columns:  # fmt: skip
    """Who the leads are. A third of those that stayed leads are of accounts we know."""
    count = len(deal)
    account = np.where(
        deal >= 0, deals.columns["account"][deal], rng.integers(0, len(accounts.team), count)
    )
    known = (deal >= 0) | (rng.random(count) < 0.33)
    first = texts(names.COMPANY_FIRST)[rng.integers(0, len(names.COMPANY_FIRST), count)]
    second = texts(names.COMPANY_SECOND)[rng.integers(0, len(names.COMPANY_SECOND), count)]
    company = np.where(known, accounts.name[account], first + " & " + second)
    given = texts(names.GIVEN)[rng.integers(0, len(names.GIVEN), count)]
    family = texts(names.FAMILY)[rng.integers(0, len(names.FAMILY), count)]
    email = texts([
        f"{g}.{f}@{email_domain(c)}".lower()
        for g, f, c in zip(given, family, company, strict=True)
    ])  # fmt: skip
    # A lead before the first day is worked by those who were there then.
    seller = sellers.draw(rng, accounts.team[account], np.maximum(created_at, START))
    return {
        "email": email,
        "company": company,
        "job_title": texts(names.JOB_TITLES)[rng.integers(0, len(names.JOB_TITLES), count)],
        "industry": texts(names.INDUSTRIES)[accounts.industry[account]],
        "employee_count": where_not(rng.random(count) < 0.12, accounts.employees[account]),
        "country": accounts.columns["country"][account],
        "seller": seller,
    }
