"""The table `deals`: what the CRM shows of each deal today."""

import numpy as np

from demo import names, world
from demo.clock import END
from demo.columns import (
    DAY,
    NEVER,
    Bools,
    Columns,
    Ints,
    Texts,
    length,
    stream,
    texts,
    where_not,
)
from demo.company import Accounts
from demo.deals import Deals
from demo.endings import Fates
from demo.fields import Fields, money
from demo.history import PIPELINE_IDS, STAGE_IDS
from demo.leads import Leads
from demo.movement import KIND, STAGES

PRODUCT_IDS = texts([row[0] for row in world.PRODUCTS])
PRODUCT_NAMES = texts([row[1] for row in world.PRODUCTS])


def deals_table(
    seed: int, deals: Deals, fates: Fates, fields: Fields, leads: Leads, accounts: Accounts,
    stage_changed_at: Ints, deal_ids: Texts, rep_ids: Texts,
) -> Columns:  # fmt: skip
    """One row per deal, consistent with both histories."""
    rng = stream(seed, "deals table")
    columns, stage = deals.columns, fates.stage
    account, product = columns["account"], columns["product"]
    legacy = columns["legacy_stage"] >= 0
    lost = (KIND[stage] == "lost") & (fates.winner < 0)
    product_name = PRODUCT_NAMES[product]
    merged, deleted = fates.winner >= 0, (fates.ended_at != NEVER) & (fates.winner < 0)
    closed_day = fates.closed_at.astype("datetime64[s]").astype("datetime64[D]").astype(str)
    return {
        "deal_id": deal_ids,
        "stage_id": STAGE_IDS[stage],
        "name": texts([
            f"{company}: {item}"
            for company, item in zip(accounts.name[account], product_name, strict=True)
        ]),
        "pipeline_id": PIPELINE_IDS[stage],
        "account_id": accounts.account_id[account],
        "rep_id": np.where(legacy, rep_ids[columns["seller"]], fields.last_value["rep_id"]),
        "amount": np.where(legacy, money(columns["amount"]), fields.last_value["amount"]),
        "currency": texts(world.CURRENCIES)[accounts.currency[account]],
        "created_at": columns["created_at"],
        "expected_close_date": np.where(
            legacy, closed_day, fields.last_value["expected_close_date"]
        ),
        "closed_at": fates.closed_at,
        "forecast_category": np.where(
            legacy,
            texts([s.forecast_category for s in STAGES])[stage],
            fields.last_value["forecast_category"],
        ),
        **_reasons(rng, lost),
        "lead_id": leads.lead_of_deal,
        "lead_source": _lead_sources(deals),
        "campaign_id": leads.campaign_of_deal,
        "product_id": PRODUCT_IDS[product],
        "deal_type": _deal_types(deals, fates),
        **_qualification(rng, deals, fates),
        "is_deleted": np.where(deleted, "true", "false"),
        "deleted_at": np.where(deleted, fates.ended_at, NEVER),
        "merged_into_deal_id": where_not(~merged, deal_ids[fates.winner]),
        "merged_at": np.where(merged, fates.ended_at, NEVER),
        "updated_at": np.maximum(stage_changed_at, fields.last_changed_at),
    }  # fmt: skip


def _lead_sources(deals: Deals) -> Texts:
    source = deals.columns["source"]
    sources = texts([row.name for row in world.LEAD_SOURCES])[np.maximum(source, 0)]
    in_renewal = deals.columns["pipeline"] == world.PIPELINES.index(world.RENEWAL)
    return np.where(in_renewal, "existing_customer", where_not(source < 0, sources))


def _reasons(rng: np.random.Generator, lost: Bools) -> Columns:
    """Why deals were lost; a competitor is known for some others too."""
    count = len(lost)
    share = np.array([0.17, 0.2, 0.24, 0.12, 0.11, 0.08, 0.08])
    reason = rng.choice(len(names.LOSS_REASONS), count, p=share)
    competitor = texts(names.COMPETITORS)[rng.integers(0, len(names.COMPETITORS), count)]
    chose_competitor = lost & (reason == names.LOSS_REASONS.index("Chose a competitor"))
    known = chose_competitor | (rng.random(count) < 0.15)
    return {
        "loss_reason": where_not(~lost, texts(names.LOSS_REASONS)[reason]),
        "competitor": where_not(~known, competitor),
    }


def _deal_types(deals: Deals, fates: Fates) -> Texts:
    """New, until the account has won something: then expansion; renewals are their own type."""
    account, created_at = deals.columns["account"], deals.columns["created_at"]
    won_at = np.where(KIND[fates.stage] == "won", fates.closed_at, END + DAY)
    first_won_at = np.full(account.max() + 1, END + DAY)
    np.minimum.at(first_won_at, account, won_at)
    renewal = deals.columns["pipeline"] == world.PIPELINES.index(world.RENEWAL)
    customer = first_won_at[account] < created_at
    types = np.where(renewal, "renewal", np.where(customer, "expansion", "new"))
    return types.astype(np.object_)


def _qualification(rng: np.random.Generator, deals: Deals, fates: Fates) -> Columns:
    """BANT: the better the deal and the further it came, the more of it is known."""
    count = length(deals.columns)
    depth = np.bincount(deals.stays["deal"], minlength=count)
    odds = -0.9 + 0.45 * np.minimum(depth, 5) + 0.8 * deals.columns["quality"]
    odds = odds + np.where(KIND[fates.stage] == "won", 0.7, 0.0)
    answers: Columns = {}
    for field, known in (("budget", "confirmed"), ("authority", "decision maker"),
                         ("need", "confirmed"), ("timeline", "this quarter")):  # fmt: skip
        draw = rng.random(count)
        confirmed = draw < 1 / (1 + np.exp(-odds))
        answers[field] = np.where(
            confirmed, known, where_not(draw > 0.9, np.full(count, "unconfirmed"))
        )
    return answers
