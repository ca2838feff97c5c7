"""Contracts of a year, and the renewals that come due before they end."""

import numpy as np

from demo import world
from demo.clock import END, START, working_clock
from demo.columns import DAY, Columns, choose, length, stream, take
from demo.company import Accounts, Sellers
from demo.deals import Deals, as_priced, draw_amounts, draw_deals, run_deals
from demo.movement import KIND


def first_contracts(seed: int, accounts: Accounts) -> Columns:
    """Customers from before the CRM, or won beside it while it was new: a year of contracts."""
    rng = stream(seed, "first customers")
    account = rng.permutation(len(accounts.team))[: world.FIRST_CUSTOMERS]
    signed_at = START + rng.integers(-290 * DAY, 75 * DAY, len(account))
    product = choose(rng, [row[4] for row in world.PRODUCTS], len(account))
    amount = draw_amounts(rng, accounts, account, product, 0.4)
    return {"account": account, "signed_at": signed_at, "product": product, "amount": amount}


def signed_contracts(deals: Deals) -> Columns:
    """What was won and still is at the end: contracts of a year."""
    deal, stage = deals.stays["deal"], deals.stays["stage"]
    is_last = np.append(deal[1:] != deal[:-1], True)
    won = is_last & (KIND[stage] == "won")
    columns = take(deals.columns, deal[won])
    return {
        "account": columns["account"],
        "signed_at": deals.stays["entered_at"][won],
        "product": columns["product"],
        "amount": columns["amount"],
    }


def first_of_account(contracts: Columns) -> Columns:
    """The earliest contract of each account."""
    order = np.lexsort((contracts["signed_at"], contracts["account"]))
    ordered = take(contracts, order)
    is_first = np.append(True, ordered["account"][1:] != ordered["account"][:-1])
    return take(ordered, is_first)


def renewals_due(
    seed: int, wave: int, contracts: Columns, accounts: Accounts, sellers: Sellers
) -> Deals | None:
    """A renewal per contract, opened about 80 days before its end, a year after it was signed."""
    rng = stream(seed, f"renewals {wave}")
    lead_time = rng.normal(80, 8, length(contracts)) * DAY
    planned = contracts["signed_at"] + 365 * DAY - lead_time.astype(np.int64)
    created_at = working_clock().finish(planned, np.full(len(planned), 600.0))
    due = (created_at >= START) & (created_at < END)
    if not due.any():
        return None
    contracts, created_at = take(contracts, due), created_at[due]
    columns = draw_deals(rng, accounts, sellers, contracts["account"], created_at)
    columns["product"] = contracts["product"]
    raised = contracts["amount"] * np.exp(rng.normal(0.04, 0.08, len(created_at)))
    columns["amount"] = as_priced(raised, accounts.currency[contracts["account"]])
    return run_deals(rng, world.RENEWAL, accounts, sellers, columns)
