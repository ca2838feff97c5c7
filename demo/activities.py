"""What sellers did: calls, emails, meetings and demos on deals and on leads."""

import numpy as np

from demo import names
from demo.clock import END, working_clock
from demo.columns import (
    DAY,
    Columns,
    Texts,
    identifiers,
    length,
    repeat_rows,
    stack,
    stream,
    texts,
    where_not,
)
from demo.deals import Deals
from demo.endings import Fates
from demo.leads import Leads

KINDS = ("call", "email", "meeting", "demo")
SHARE_ON_DEALS = (0.34, 0.36, 0.21, 0.09)
MINUTES = (12, 0, 42, 55)
OUTCOMES = ("completed", "no answer", "rescheduled", "follow-up agreed")
LEAD_CALLS = 7_000


def activities(
    seed: int, deals: Deals, fates: Fates, leads: Leads, deal_ids: Texts, rep_ids: Texts
) -> Columns:
    """More of them the further a deal came; calls on some leads before that."""
    rng = stream(seed, "activities")
    clock = working_clock()
    count = length(deals.columns)
    created_at = deals.columns["created_at"]
    depth = np.bincount(deals.stays["deal"], minlength=count)
    deal = repeat_rows(rng.poisson(0.42 * depth))
    on_deals: Columns = {
        "occurred_at": clock.between(rng, created_at[deal], fates.lives_until[deal]),
        "kind": rng.choice(len(KINDS), len(deal), p=SHARE_ON_DEALS),
        "deal_id": deal_ids[deal],
        "lead_id": texts([None] * len(deal)),
        "rep_id": rep_ids[deals.columns["seller"][deal]],
    }
    # The first call comes soon after the lead does.
    lead = np.sort(rng.choice(len(leads.created_at), LEAD_CALLS, replace=False))
    called_at = clock.finish(leads.created_at[lead], rng.gamma(0.8, 1.0 * DAY, len(lead)) + 300)
    lead, called_at = lead[called_at < END], called_at[called_at < END]
    on_leads: Columns = {
        "occurred_at": called_at,
        "kind": rng.choice(2, len(lead), p=(0.6, 0.4)),
        "deal_id": texts([None] * len(lead)),
        "lead_id": leads.table["lead_id"][lead],
        "rep_id": leads.table["rep_id"][lead],
    }
    rows = stack([on_deals, on_leads])
    rows = {n: v[np.argsort(rows["occurred_at"], kind="stable")] for n, v in rows.items()}
    total, kind = length(rows), rows["kind"]
    minutes = np.maximum(rng.gamma(4.0, 0.25, total) * np.array(MINUTES)[kind], 1)
    outcome = rng.choice(len(OUTCOMES), total, p=(0.55, 0.2, 0.07, 0.18))
    no_objection = rng.random(total) > 0.12
    objection = texts(names.OBJECTIONS)[rng.integers(0, len(names.OBJECTIONS), total)]
    is_email = kind == KINDS.index("email")
    return {
        "activity_id": identifiers("AC-%06d", total),
        "kind": texts(KINDS)[kind],
        "occurred_at": rows["occurred_at"],
        "deal_id": rows["deal_id"],
        "lead_id": rows["lead_id"],
        "rep_id": rows["rep_id"],
        "duration_minutes": where_not(is_email, np.round(minutes).astype(np.int64)),
        "outcome": where_not(is_email, texts(OUTCOMES)[outcome]),
        "objection": where_not(no_objection | is_email, objection),
    }
