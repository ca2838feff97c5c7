"""New business, and the renewals that follow what was won: deals with every stay in a stage."""

from dataclasses import dataclass

import numpy as np

from demo import world
from demo.clock import END, START, draw_moments, intensity_of_demand, slowed_clock, working_clock
from demo.columns import (
    DAY,
    NEVER,
    Columns,
    Floats,
    Ints,
    choose,
    length,
    stack,
    stream,
    take,
)
from demo.company import Accounts, Sellers
from demo.movement import KIND, Movers, walk

SOURCE_OF_RENEWALS = -1
NO_SOURCE = -2
PLANTED_TEAM = next(
    number for number, team in enumerate(world.TEAMS) if team.name == world.BOTTLENECK.segment
)


@dataclass(frozen=True)
class Deals:
    """Deals as columns of numbers, and their stays: `deal` (position), `stage`, `entered_at`.

    Columns: pipeline, account, seller, product, source (positions), amount (initial, in the
    deal's currency), created_at, legacy (no stays; closed_at and stage in `legacy_closed_at`,
    `legacy_stage`).
    """

    columns: Columns
    stays: Columns


def open_deals(seed: int, accounts: Accounts, sellers: Sellers) -> Deals:
    """All deals of three years, in order of creation, before any is merged or deleted."""
    parts = [_legacy(seed, accounts, sellers), _new_business(seed, accounts, sellers)]
    first_contracts = _first_contracts(seed, accounts)
    contracts = stack([first_contracts, _contracts(parts[1])])
    # One contract per account: its first; later wins extend it.
    contracts = _first_of_account(contracts)
    for wave in range(1, 5):
        renewals = _renewals(seed, wave, contracts, accounts, sellers)
        if renewals is None:
            break
        parts.append(renewals)
        contracts = _contracts(renewals)
    return _in_order(parts)


def _amounts(
    rng: np.random.Generator, accounts: Accounts, account: Ints, product: Ints, spread: float
) -> Floats:
    """Amounts in each account's own currency, rounded as people round them."""
    price = np.array([row[3] for row in world.PRODUCTS])[product]
    factor = np.array([band[5] for band in world.SIZES])[accounts.size[account]]
    dollars = price * factor * np.exp(rng.normal(0, spread, len(account)))
    currency = accounts.currency[account]
    rates = np.array([1.0, *(world.EXCHANGE_RATES[c][0] for c in world.CURRENCIES[1:])])[currency]
    unit = np.where(currency == world.CURRENCIES.index("IDR"), 1_000_000, 50)
    return np.maximum(np.round(dollars / rates / unit), 1) * unit


def _deal_columns(
    rng: np.random.Generator, accounts: Accounts, sellers: Sellers, account: Ints, created_at: Ints
) -> Columns:
    product = choose(rng, [row[4] for row in world.PRODUCTS], len(account))
    count = len(account)
    return {
        "pipeline": np.zeros(count, dtype=np.int64),
        "account": account,
        "seller": sellers.draw(rng, accounts.team[account], created_at),
        "product": product,
        "source": np.full(count, NO_SOURCE),
        "amount": _amounts(rng, accounts, account, product, 0.45),
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


def _run(
    rng: np.random.Generator, pipeline: world.Pipeline, columns: Columns, movers: Movers
) -> Deals:
    stays = walk(rng, pipeline, movers, working_clock(), slowed_clock())
    pipelines = np.full(length(columns), world.PIPELINES.index(pipeline))
    return Deals(columns | {"pipeline": pipelines, "quality": movers.quality}, stays)


def _new_business(seed: int, accounts: Accounts, sellers: Sellers) -> Deals:
    rng = stream(seed, "new business")
    created_at = draw_moments(rng, intensity_of_demand(), world.NEW_BUSINESS_DEALS)
    account = choose(rng, list(accounts.appeal), len(created_at))
    columns = _deal_columns(rng, accounts, sellers, account, created_at)
    columns["source"] = choose(rng, [row.share for row in world.LEAD_SOURCES], len(account))
    movers = _movers(rng, accounts, sellers, columns)
    return _run(rng, world.NEW_BUSINESS, columns, movers)


def _legacy(seed: int, accounts: Accounts, sellers: Sellers) -> Deals:
    """Closed deals of the year before, imported without their history."""
    rng = stream(seed, "legacy")
    count = world.LEGACY_DEALS
    created_at = np.sort(START - rng.integers(130 * DAY, 300 * DAY, count))
    account = choose(rng, list(accounts.appeal), count)
    columns = _deal_columns(rng, accounts, sellers, account, np.full(count, START))
    columns["created_at"] = created_at
    columns["legacy_closed_at"] = created_at + rng.integers(20 * DAY, 120 * DAY, count)
    lost = world.NEW_BUSINESS.open_stages + 1
    columns["legacy_stage"] = np.where(rng.random(count) < 0.35, lost - 1, lost)
    nothing = np.zeros(0, dtype=np.int64)
    return Deals(columns, {"deal": nothing, "stage": nothing, "entered_at": nothing})


def _first_contracts(seed: int, accounts: Accounts) -> Columns:
    """Customers from before the first day: their contracts end over the first year."""
    rng = stream(seed, "first customers")
    account = rng.permutation(len(accounts.team))[: world.FIRST_CUSTOMERS]
    # Contracts signed up to a year before the first renewal can open.
    signed_at = START - rng.integers(0, 290 * DAY, len(account))
    product = choose(rng, [row[4] for row in world.PRODUCTS], len(account))
    amount = _amounts(rng, accounts, account, product, 0.4)
    return {"account": account, "signed_at": signed_at, "product": product, "amount": amount}


def _contracts(deals: Deals) -> Columns:
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


def _first_of_account(contracts: Columns) -> Columns:
    order = np.lexsort((contracts["signed_at"], contracts["account"]))
    ordered = take(contracts, order)
    is_first = np.append(True, ordered["account"][1:] != ordered["account"][:-1])
    return take(ordered, is_first)


def _renewals(
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
    columns = _deal_columns(rng, accounts, sellers, contracts["account"], created_at)
    columns["product"] = contracts["product"]
    raised = contracts["amount"] * np.exp(rng.normal(0.04, 0.08, len(created_at)))
    unit = np.where(
        accounts.currency[contracts["account"]] == world.CURRENCIES.index("IDR"), 1_000_000, 50
    )
    columns["amount"] = np.maximum(np.round(raised / unit), 1) * unit
    columns["source"] = np.full(len(created_at), SOURCE_OF_RENEWALS)
    return _run(rng, world.RENEWAL, columns, _movers(rng, accounts, sellers, columns))


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
