"""The company itself: stages, sellers in teams, products, and the accounts it sells to."""

import re
from dataclasses import dataclass

import numpy as np

from demo import names, world
from demo.clock import END, START
from demo.columns import (
    DAY,
    NEVER,
    Columns,
    Floats,
    Ints,
    Texts,
    choose,
    choose_allowed,
    identifiers,
    stream,
    texts,
    where_not,
)

COUNTRIES = tuple(dict.fromkeys(name for team in world.TEAMS for name in team.countries))


@dataclass(frozen=True)
class Sellers:
    """Sellers (the first rows of `reps`): team, first and last day as moments, skill (log odds)."""

    team: Ints
    hired_at: Ints
    left_at: Ints
    skill: Floats

    def draw(self, rng: np.random.Generator, team: Ints, moments: Ints) -> Ints:
        """A seller of the team who works there at that moment, for each row."""
        works = (self.hired_at <= moments[:, None]) & (self.left_at > moments[:, None])
        return choose_allowed(rng, works & (self.team == team[:, None]))


@dataclass(frozen=True)
class Accounts:
    """What the other parts of the world need to know of each account."""

    account_id: Texts
    name: Texts
    country: Ints
    industry: Ints
    employees: Ints
    size: Ints
    team: Ints
    currency: Ints
    appeal: Floats
    columns: Columns


def stages_table() -> Columns:
    """The table `stages`, under the names of today."""
    rows = [
        (pipeline.pipeline_id, pipeline.name, s.stage_id, s.name, position, s.kind, s.probability,
         s.canonical)
        for pipeline in world.PIPELINES
        for position, s in enumerate(pipeline.stages, 1)
    ]  # fmt: skip
    fields = ("pipeline_id", "pipeline_name", "stage_id", "stage_name", "position", "kind",
              "default_probability", "canonical_stage")  # fmt: skip
    return {name: np.array(values) for name, values in zip(fields, zip(*rows, strict=True),
                                                           strict=True)}  # fmt: skip


def products_table() -> Columns:
    """The table `products`."""
    return {
        "product_id": texts([row[0] for row in world.PRODUCTS]),
        "name": texts([row[1] for row in world.PRODUCTS]),
        "family": texts([row[2] for row in world.PRODUCTS]),
        "list_price": np.array([row[3] for row in world.PRODUCTS]),
        "currency": texts(["USD"] * len(world.PRODUCTS)),
    }


def hire(seed: int) -> tuple[Sellers, Columns]:
    """The sellers, and the table of all reps: sellers, one manager per team, one head of sales."""
    rng = stream(seed, "reps")
    team = np.repeat(np.arange(len(world.TEAMS)), [t.sellers for t in world.TEAMS])
    count = len(team)
    hired_at = START - rng.integers(60, 2000, count) * DAY
    left_at = np.full(count, END + DAY)
    # One of each team came later and one has left, but for the team of the planted bottleneck: its
    # slowdown must not look like a change of people.
    for number, sales_team in enumerate(world.TEAMS):
        if sales_team.name != world.BOTTLENECK.segment:
            later, gone = rng.permutation(np.flatnonzero(team == number))[:2]
            hired_at[later] = START + rng.integers(60, 800) * DAY
            left_at[gone] = START + rng.integers(300, 950) * DAY
    sellers = Sellers(team, hired_at, left_at, rng.normal(0, world.SELLER_SKILL, count))

    managers = len(world.TEAMS)
    total = count + managers + 1
    rep_id = identifiers("R-%02d", total)
    given = np.array(names.GIVEN)[rng.permutation(len(names.GIVEN))]
    family = np.array(names.FAMILY)[rng.permutation(len(names.FAMILY))]
    team_of = np.concatenate([team, np.arange(managers)])
    manager = np.concatenate([count + team, np.full(managers, total - 1)])
    head = texts([None])
    employed = np.concatenate([left_at > END, np.ones(managers + 1, dtype=np.bool_)])
    hired = np.concatenate([hired_at, START - rng.integers(800, 3000, managers + 1) * DAY])
    table: Columns = {
        "rep_id": rep_id,
        "name": texts([f"{g} {f}" for g, f in zip(given[:total], family[:total], strict=True)]),
        "email": texts([
            f"{g}.{f}@company.example".lower()
            for g, f in zip(given[:total], family[:total], strict=True)
        ]),
        "team": np.concatenate([texts([t.name for t in world.TEAMS])[team_of], head]),
        "manager_id": np.concatenate([rep_id[manager], head]),
        "region": np.concatenate([texts([t.region for t in world.TEAMS])[team_of], head]),
        "is_active": np.where(employed, "true", "false"),
        "hired_on": hired.astype("datetime64[s]").astype("datetime64[D]"),
    }  # fmt: skip
    return sellers, table


def found_accounts(seed: int) -> Accounts:
    """The accounts; `columns` is their table but for `created_at`, known once deals are."""
    rng = stream(seed, "accounts")
    count = world.ACCOUNTS
    team = choose(rng, [t.share for t in world.TEAMS], count)
    country = np.zeros(count, dtype=np.int64)
    for number, sellers in enumerate(world.TEAMS):
        mine = np.flatnonzero(team == number)
        drawn = choose(rng, list(sellers.countries.values()), len(mine))
        country[mine] = np.array([COUNTRIES.index(name) for name in sellers.countries])[drawn]
    size = choose(rng, [band[2] for band in world.SIZES], count)
    low, high = (np.array([band[side] for band in world.SIZES])[size] for side in (0, 1))
    employees = np.exp(rng.uniform(np.log(low), np.log(high))).astype(np.int64)
    industry = rng.integers(0, len(names.INDUSTRIES), count)
    pairs = rng.permutation(len(names.COMPANY_FIRST) * len(names.COMPANY_SECOND))[:count]
    first, second = pairs // len(names.COMPANY_SECOND), pairs % len(names.COMPANY_SECOND)
    name = texts([
        f"{names.COMPANY_FIRST[a]} {names.COMPANY_SECOND[b]}"
        for a, b in zip(first, second, strict=True)
    ])  # fmt: skip
    currency_of = [
        world.CURRENCIES.index(world.CURRENCY_OF_COUNTRY.get(c, "USD")) for c in COUNTRIES
    ]
    account_id = identifiers("A-%04d", count)
    # Parents are large accounts that have no parent themselves: two levels.
    parents = np.flatnonzero(size >= 2)
    has_parent = (rng.random(count) < 0.14) & (size < 2)
    parent = account_id[parents[rng.integers(0, len(parents), count)]]
    revenue = employees * np.exp(rng.normal(np.log(140_000), 0.5, count))
    columns: Columns = {
        "account_id": account_id,
        "name": name,
        "industry": texts(names.INDUSTRIES)[industry],
        "employee_count": employees,
        "annual_revenue": np.round(revenue, -4).astype(np.int64),
        "country": texts(COUNTRIES)[country],
        "parent_account_id": where_not(~has_parent, parent),
        "created_at": np.full(count, NEVER),
    }
    return Accounts(
        account_id, name, country, industry, employees, size, team,
        np.array(currency_of)[country], np.exp(rng.normal(0, 0.7, count)), columns,
    )  # fmt: skip


def email_domain(company: str) -> str:
    """The invented domain of a company's addresses."""
    return re.sub(r"[^a-z]", "", company.lower()) + ".example"
