"""Where deals begin: new business, and the legacy deals of the year before."""

import numpy as np

from demo import world
from demo.clock import START, draw_moments, intensity_of_demand
from demo.columns import DAY, choose, stream
from demo.company import Accounts, Sellers
from demo.deals import Deals, draw_deals, run_deals


def new_business(seed: int, accounts: Accounts, sellers: Sellers) -> Deals:
    """First sales and expansions, by the seasons and growth of demand."""
    rng = stream(seed, "new business")
    created_at = draw_moments(rng, intensity_of_demand(), world.NEW_BUSINESS_DEALS)
    account = choose(rng, list(accounts.appeal), len(created_at))
    columns = draw_deals(rng, accounts, sellers, account, created_at)
    columns["source"] = choose(rng, [row.share for row in world.LEAD_SOURCES], len(account))
    return run_deals(rng, world.NEW_BUSINESS, accounts, sellers, columns)


def legacy_deals(seed: int, accounts: Accounts, sellers: Sellers) -> Deals:
    """Closed deals of the year before, imported without their history."""
    rng = stream(seed, "legacy")
    count = world.LEGACY_DEALS
    created_at = np.sort(START - rng.integers(130 * DAY, 300 * DAY, count))
    account = choose(rng, list(accounts.appeal), count)
    columns = draw_deals(rng, accounts, sellers, account, np.full(count, START))
    columns["created_at"] = created_at
    columns["legacy_closed_at"] = created_at + rng.integers(20 * DAY, 120 * DAY, count)
    lost = world.NEW_BUSINESS.open_stages + 1
    columns["legacy_stage"] = np.where(rng.random(count) < 0.35, lost - 1, lost)
    nothing = np.zeros(0, dtype=np.int64)
    return Deals(columns, {"deal": nothing, "stage": nothing, "entered_at": nothing})
