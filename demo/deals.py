"""Deals as numbers: what they are worth, how good they are, how they move."""

from dataclasses import dataclass

import numpy as np

from demo import world
from demo.clock import slowed_clock, working_clock
from demo.columns import NEVER, Columns, Floats, Ints, choose, length
from demo.company import Accounts, Sellers
from demo.movement import Movers, walk

NO_SOURCE = -1
PLANTED_TEAM = next(
    number for number, team in enumerate(world.TEAMS) if team.name == world.BOTTLENECK.segment
)


@dataclass(frozen=True)
class Deals:
    """Deals as columns of numbers, and their stays: `deal` (position), `stage`, `entered_at`.

    Columns: pipeline, account, seller, product, source (positions; source -1: none), amount
    (initial, in the account's currency), created_at, quality (log odds against loss), and of
    legacy deals, which have no stays, `legacy_closed_at` and `legacy_stage` (-1: no legacy deal).
    """

    columns: Columns
    stays: Columns


def draw_amounts(
    rng: np.random.Generator, accounts: Accounts, account: Ints, product: Ints, spread: float
) -> Floats:
    """Amounts in each account's own currency."""
    price = np.array([row[3] for row in world.PRODUCTS])[product]
    factor = np.array([band[5] for band in world.SIZES])[accounts.size[account]]
    dollars = price * factor * np.exp(rng.normal(0, spread, len(account)))
    currency = accounts.currency[account]
    rates = np.array([1.0, *(world.EXCHANGE_RATES[c][0] for c in world.CURRENCIES[1:])])[currency]
    return as_priced(dollars / rates, currency)


def as_priced(amount: Floats, currency: Ints) -> Floats:
    """Rounded as people round prices in that currency, and never nothing."""
    unit = np.where(currency == world.CURRENCIES.index("IDR"), 1_000_000.0, 50.0)
    return np.asarray(np.maximum(np.round(amount / unit), 1) * unit, dtype=np.float64)


def draw_deals(
    rng: np.random.Generator, accounts: Accounts, sellers: Sellers, account: Ints, created_at: Ints
) -> Columns:
    """Deals at the moment of their creation, of no source yet."""
    product = choose(rng, [row[4] for row in world.PRODUCTS], len(account))
    count = len(account)
    return {
        "pipeline": np.zeros(count, dtype=np.int64),
        "account": account,
        "seller": sellers.draw(rng, accounts.team[account], created_at),
        "product": product,
        "source": np.full(count, NO_SOURCE),
        "amount": draw_amounts(rng, accounts, account, product, 0.45),
        "created_at": created_at,
        "legacy_closed_at": np.full(count, NEVER),
        "legacy_stage": np.full(count, -1),
        "quality": np.zeros(count),
    }


def _movers(
    rng: np.random.Generator, accounts: Accounts, sellers: Sellers, columns: Columns
) -> Movers:
    """Pace and quality of deals by their account's size, their source, their seller and chance."""
    size = accounts.size[columns["account"]]
    source = np.maximum(columns["source"], 0)
    has_source = columns["source"] >= 0
    band = np.array([[row[3], row[4]] for row in world.SIZES])[size]
    by_source = np.array([[row.quality, row.pace] for row in world.LEAD_SOURCES])[source]
    count = len(size)
    pace = band[:, 1] * np.where(has_source, by_source[:, 1], 1.0)
    quality = band[:, 0] + np.where(has_source, by_source[:, 0], 0.0)
    quality = quality + sellers.skill[columns["seller"]]
    return Movers(
        columns["created_at"],
        pace * np.exp(rng.normal(0, world.DEAL_PACE, count)),
        quality + rng.normal(0, world.DEAL_QUALITY, count),
        accounts.team[columns["account"]] == PLANTED_TEAM,
    )


def run_deals(
    rng: np.random.Generator,
    pipeline: world.Pipeline,
    accounts: Accounts,
    sellers: Sellers,
    columns: Columns,
) -> Deals:
    """Let the deals live in a pipeline until the last day."""
    movers = _movers(rng, accounts, sellers, columns)
    stays = walk(rng, pipeline, movers, working_clock(), slowed_clock())
    pipelines = np.full(length(columns), world.PIPELINES.index(pipeline))
    return Deals(columns | {"pipeline": pipelines, "quality": movers.quality}, stays)
