"""After a deal is won: orders, repeat purchases, and what customers and employees answer."""

import numpy as np

from demo import world
from demo.clock import END, START, working_clock
from demo.columns import (
    DAY,
    NEVER,
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
from demo.company import Accounts, Sellers
from demo.deals import Deals
from demo.endings import Fates
from demo.movement import KIND

CUSTOMER_COMMENTS = (
    "Setup was quick.", "Support answers fast.", "Pricing is hard to follow.",
    "The contract took too long.", "We would like more integrations.", "Good partner so far.",
)  # fmt: skip
EMPLOYEE_COMMENTS = ("Good team.", "Too many tools.", "Targets are fair.", "Clear priorities.")


def orders(seed: int, deals: Deals, fates: Fates, accounts: Accounts, amount: Texts,
           deal_ids: Texts) -> Columns:  # fmt: skip
    """One order soon after every won deal, and smaller repeat purchases of some customers."""
    rng = stream(seed, "orders")
    alive = fates.ended_at == NEVER
    won = np.flatnonzero((KIND[fates.stage] == "won") & alive)
    signed_at = fates.closed_at[won]
    first_at = working_clock().finish(signed_at, rng.gamma(1.5, 2.0 * DAY, len(won)))
    value = amount[won].astype(np.float64)
    again = repeat_rows(rng.poisson(0.55, len(won)))
    again_at = signed_at[again] + (rng.gamma(2.0, 95.0, len(again)) + 20).astype(np.int64) * DAY
    account = deals.columns["account"][won]
    unit = np.where(accounts.currency[account] == world.CURRENCIES.index("IDR"), 100_000, 10)
    smaller = value[again] * np.exp(rng.normal(-1.8, 0.5, len(again)))
    smaller = np.maximum(np.round(smaller / unit[again]), 1) * unit[again]
    rows = stack([
        {"deal": won, "at": first_at, "amount": value, "repeat": np.zeros(len(won), np.bool_)},
        {"deal": won[again], "at": again_at, "amount": smaller,
         "repeat": np.ones(len(again), np.bool_)},
    ])  # fmt: skip
    happened = np.flatnonzero(rows["at"] < END)
    happened = happened[np.argsort(rows["at"][happened], kind="stable")]
    rows = {name: values[happened] for name, values in rows.items()}
    account = deals.columns["account"][rows["deal"]]
    return {
        "order_id": identifiers("O-%05d", len(happened)),
        "account_id": accounts.account_id[account],
        "ordered_at": rows["at"],
        "amount": texts([f"{value:.2f}" for value in rows["amount"]]),
        "currency": texts(world.CURRENCIES)[accounts.currency[account]],
        "deal_id": where_not(rows["repeat"], deal_ids[rows["deal"]]),
    }


def survey_responses(seed: int, deals: Deals, fates: Fates, sellers: Sellers, accounts: Accounts,
                     rep_ids: Texts) -> Columns:  # fmt: skip
    """A third of customers answer a month after they bought; sellers once a quarter."""
    rng = stream(seed, "surveys")
    won = np.flatnonzero((KIND[fates.stage] == "won") & (fates.ended_at == NEVER))
    won = won[rng.random(len(won)) < 0.34]
    answered_at = fates.closed_at[won] + rng.integers(20 * DAY, 45 * DAY, len(won))
    won, answered_at = won[answered_at < END], answered_at[answered_at < END]
    mean = 8.0 + 0.8 * deals.columns["quality"][won]
    customers: Columns = {
        "answered_at": answered_at,
        "score": np.clip(np.round(rng.normal(mean, 1.9)), 0, 10).astype(np.int64),
        "survey": texts(["customer_nps"] * len(won)),
        "audience": texts(["customer"] * len(won)),
        "account_id": accounts.account_id[deals.columns["account"][won]],
        "rep_id": texts([None] * len(won)),
        "comment": texts(CUSTOMER_COMMENTS)[rng.integers(0, len(CUSTOMER_COMMENTS), len(won))],
    }
    quarters = np.arange(START + 75 * DAY, END, 91 * DAY)
    seller = np.tile(np.arange(len(sellers.team)), len(quarters))
    asked_at = np.repeat(quarters, len(sellers.team)) + rng.integers(0, 9 * DAY, len(seller))
    there = (sellers.hired_at[seller] < asked_at) & (sellers.left_at[seller] > asked_at)
    there &= (asked_at < END) & (rng.random(len(seller)) < 0.85)
    seller, asked_at = seller[there], asked_at[there]
    mood = 7.6 + rng.normal(0, 0.8, len(sellers.team))[seller]
    employees: Columns = {
        "answered_at": asked_at,
        "score": np.clip(np.round(rng.normal(mood, 1.3)), 0, 10).astype(np.int64),
        "survey": texts(["employee_nps"] * len(seller)),
        "audience": texts(["employee"] * len(seller)),
        "account_id": texts([None] * len(seller)),
        "rep_id": rep_ids[seller],
        "comment": texts(EMPLOYEE_COMMENTS)[rng.integers(0, len(EMPLOYEE_COMMENTS), len(seller))],
    }
    rows = stack([customers, employees])
    rows["comment"] = where_not(rng.random(length(rows)) > 0.25, rows["comment"])
    order = np.argsort(rows["answered_at"], kind="stable")
    return {
        "response_id": identifiers("SR-%05d", len(order)),
        **{name: values[order] for name, values in rows.items()},
    }
