"""All deals of the three years in one numbering, before any is merged or deleted."""

import numpy as np

from demo.columns import length, stack, take
from demo.company import Accounts, Sellers
from demo.deals import Deals
from demo.new_business import legacy_deals, new_business
from demo.renewals import first_contracts, first_of_account, renewals_due, signed_contracts

# Contracts run a year, so that three years see each renewed four times at most.
WAVES = 4


def open_deals(seed: int, accounts: Accounts, sellers: Sellers) -> Deals:
    """All deals of three years, in order of creation, before any is merged or deleted."""
    parts = [legacy_deals(seed, accounts, sellers), new_business(seed, accounts, sellers)]
    contracts = stack([first_contracts(seed, accounts), signed_contracts(parts[1])])
    # One contract per account: its first; later wins extend it.
    contracts = first_of_account(contracts)
    for wave in range(1, WAVES + 1):
        renewals = renewals_due(seed, wave, contracts, accounts, sellers)
        if renewals is None:
            break
        parts.append(renewals)
        contracts = signed_contracts(renewals)
    return _in_order(parts)


def _in_order(parts: list[Deals]) -> Deals:
    """All parts as one, deals numbered by creation."""
    columns = stack([part.columns for part in parts])
    first = np.cumsum([0, *(length(part.columns) for part in parts)])
    stays = stack([
        part.stays | {"deal": part.stays["deal"] + offset}
        for part, offset in zip(parts, first[:-1], strict=True)
    ])  # fmt: skip
    order = np.argsort(columns["created_at"], kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    stays["deal"] = number[stays["deal"]]
    by_deal = np.argsort(stays["deal"], kind="stable")
    return Deals(take(columns, order), take(stays, by_deal))
