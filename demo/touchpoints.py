"""The touchpoints of leads: what they saw and did before they became deals, or did not."""

from datetime import timedelta

import numpy as np

from demo import world
from demo.clock import END
from demo.columns import (
    Bools,
    Columns,
    Ints,
    Texts,
    identifiers,
    moment,
    repeat_rows,
    stream,
    texts,
    where_not,
)
from demo.company import Accounts
from demo.deals import Deals
from demo.leads import Leads
from demo.marketing import CONTENT, Campaigns

# Kind of touchpoint, its channel (None: that of the lead's source), whether it shows content.
TOUCHES = (
    ("page_view", "website", True),
    ("ad_click", None, False),
    ("email_open", "email", False),
    ("email_click", "email", True),
    ("form_submit", "website", False),
    ("content_download", "website", True),
    ("webinar_attended", "webinar", False),
    ("event_visit", "event", False),
)
TOUCH_SHARE = (0.26, 0.13, 0.2, 0.12, 0.12, 0.1, 0.04, 0.03)
SURFACE_OF_TOUCH = {"form_submit": "cta", "email_open": "email", "page_view": "landing_page"}


def touchpoints(seed: int, leads: Leads, deals: Deals, accounts: Accounts,
                campaigns: Campaigns, deal_ids: Texts) -> Columns:  # fmt: skip
    """The first touch is the one that brought the lead; converted leads have more of them."""
    rng = stream(seed, "touchpoints")
    converted = leads.converted_deal >= 0
    lead = repeat_rows(1 + rng.poisson(np.where(converted, 1.6, 0.35)))
    is_first = np.append(True, lead[1:] != lead[:-1])
    begin, end = leads.created_at[lead], leads.ended_at[lead]
    room = np.maximum(end - begin, 60)
    at = begin + (rng.random(len(lead)) * room).astype(np.int64)
    at = np.minimum(np.where(is_first, begin, at), END - 1)
    kind = rng.choice(len(TOUCHES), len(lead), p=TOUCH_SHARE)
    kinds = texts([row[0] for row in TOUCHES])[kind]
    own_channel = texts([row.channel or row.name for row in world.LEAD_SOURCES])[leads.source[lead]]
    channels = texts([row[1] for row in TOUCHES])[kind]
    channels = np.where(kinds == "ad_click", own_channel, channels)
    shows = np.array([row[2] for row in TOUCHES])[kind]
    content = texts([f"CT-{n:02d}" for n in range(1, len(CONTENT) + 1)])
    experiment, variant = _variants(rng, leads, lead, at, kinds)
    of_campaign = is_first | (kinds == "ad_click")
    campaign = np.where(of_campaign, leads.campaign[lead], -1)
    order = np.lexsort((lead, at))
    deal = leads.converted_deal[lead]
    account_id = accounts.account_id[deals.columns["account"][deal]]
    columns: Columns = {
        "occurred_at": at,
        "kind": kinds,
        "channel": channels,
        "campaign_id": where_not(campaign < 0, campaigns.campaign_id[campaign]),
        "lead_id": leads.table["lead_id"][lead],
        "account_id": where_not(deal < 0, account_id),
        "deal_id": where_not(deal < 0, deal_ids[deal]),
        "content_id": where_not(~shows, content[rng.integers(0, len(content), len(lead))]),
        "experiment_id": experiment,
        "variant": variant,
    }
    ordered = {name: values[order] for name, values in columns.items()}
    return {"touchpoint_id": identifiers("T-%06d", len(lead)), **ordered}


def _variants(
    rng: np.random.Generator, leads: Leads, lead: Ints, at: Ints, kinds: Texts
) -> tuple[Texts, Texts]:
    """Which variant each lead was shown: one for life, more often B among the converted if B is
    the better one."""
    converted = leads.converted_deal >= 0
    experiment, variant = texts([None] * len(lead)), texts([None] * len(lead))
    for name, _, surface, _, started_on, share, lift in world.EXPERIMENTS:
        running = (at >= moment(started_on)) & (at < moment(started_on + timedelta(days=210)))
        on_surface = np.array([SURFACE_OF_TOUCH.get(kind) == surface for kind in kinds])
        exposed: Bools = running & on_surface
        # By Bayes: conversion of B is (1 + lift) times that of A, and both add up to the mean.
        rate = float(converted[np.unique(lead[exposed])].mean())
        if_converted = share * (1 + lift) / (share * (1 + lift) + 1 - share)
        otherwise = (share - rate * if_converted) / (1 - rate)
        shows_b = rng.random(len(converted)) < np.where(converted, if_converted, otherwise)
        experiment[exposed] = name
        variant[exposed] = np.where(shows_b[lead[exposed]], "B", "A")
    return experiment, variant
