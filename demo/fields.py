"""Fields whose past is kept: amount, expected close date, owner, forecast category."""

from dataclasses import dataclass

import numpy as np

from demo import world
from demo.clock import END, Clock
from demo.columns import DAY, HOUR, Columns, Floats, Ints, Texts, length, stream, texts
from demo.company import Sellers
from demo.deals import Deals
from demo.endings import Fates
from demo.movement import STAGES

CATEGORIES = texts([stage.forecast_category for stage in STAGES])


@dataclass(frozen=True)
class Change:
    """Values that one field takes: of which deals, when, and as the text of the CRM."""

    field: str
    deal: Ints
    changed_at: Ints
    value: Texts


@dataclass(frozen=True)
class Fields:
    """The table `deal_field_history`, and every deal's last value of each field."""

    table: Columns
    last_value: dict[str, Texts]
    last_changed_at: Ints


def keep_fields(
    seed: int, deals: Deals, fates: Fates, sellers: Sellers, deal_ids: Texts, rep_ids: Texts,
    clock: Clock,
) -> Fields:  # fmt: skip
    """Changes of all four fields from creation to the end of each deal's life."""
    rng = stream(seed, "fields")
    changes = [
        *_amounts(rng, deals, fates, clock),
        *_close_dates(rng, deals, fates),
        *_owners(rng, deals, fates, sellers, rep_ids),
        _categories(deals),
    ]
    fields = np.concatenate([np.full(len(c.deal), n) for n, c in enumerate(changes)])
    deal = np.concatenate([change.deal for change in changes])
    changed_at = np.concatenate([change.changed_at for change in changes])
    value = np.concatenate([change.value for change in changes])
    names = texts([change.field for change in changes])[fields]
    name_order = np.unique(names.astype(str), return_inverse=True)[1]

    # A stable sort; of two values in one moment the later one stays.
    order = np.lexsort((changed_at, name_order, deal))
    deal, changed_at, value = deal[order], changed_at[order], value[order]
    names, name_order = names[order], name_order[order]
    same_field = (deal[1:] == deal[:-1]) & (name_order[1:] == name_order[:-1])
    same_key = same_field & (changed_at[1:] == changed_at[:-1])
    kept = np.append(~same_key, True)
    is_last = np.append(~same_field, True)

    last_value: dict[str, Texts] = {}
    last_changed_at = deals.columns["created_at"].copy()
    np.maximum.at(last_changed_at, deal, changed_at)
    for name in ("amount", "expected_close_date", "rep_id", "forecast_category"):
        rows = is_last & (names == name)
        last = texts([None] * length(deals.columns))
        last[deal[rows]] = value[rows]
        last_value[name] = last
    by_time = np.flatnonzero(kept)
    by_time = by_time[np.lexsort((deal[by_time], changed_at[by_time]))]
    table: Columns = {
        "deal_id": deal_ids[deal[by_time]],
        "field": names[by_time],
        "value": value[by_time],
        "changed_at": changed_at[by_time],
    }
    return Fields(table, last_value, last_changed_at)


def _with_history(deals: Deals) -> Ints:
    return np.flatnonzero(deals.columns["legacy_stage"] < 0)


def money(values: Floats) -> Texts:
    """Amounts as the CRM prints them."""
    return texts([f"{value:.2f}" for value in values])


def _amounts(rng: np.random.Generator, deals: Deals, fates: Fates, clock: Clock) -> list[Change]:
    """The first amount, and for some deals one or two revisions as the offer takes shape."""
    deal = _with_history(deals)
    created_at = deals.columns["created_at"]
    amount = deals.columns["amount"]
    changes = [Change("amount", deal, created_at[deal], money(amount[deal]))]
    since = created_at
    for share in (world.AMOUNT_REVISED, world.AMOUNT_REVISED / 3):
        deal = deal[rng.random(len(deal)) < share]
        changed_at = clock.between(rng, since[deal], fates.lives_until[deal])
        since = since.copy()
        since[deal] = changed_at
        amount = amount.copy()
        unit = np.where(amount[deal] > 5_000_000, 100_000, 50)
        revised = amount[deal] * np.exp(rng.normal(-0.04, 0.2, len(deal)))
        amount[deal] = np.maximum(np.round(revised / unit), 1) * unit
        changes.append(Change("amount", deal, changed_at, money(amount[deal])))
    return changes


def _close_dates(rng: np.random.Generator, deals: Deals, fates: Fates) -> list[Change]:
    """A first guess, pushed as often as the date comes near and the deal is still open."""
    deal = _with_history(deals)
    created_at = deals.columns["created_at"]
    guess = np.maximum(rng.gamma(6.0, 70 / 6.0, len(deal)), 14) * DAY
    expected = created_at.copy()
    expected[deal] = created_at[deal] + guess.astype(np.int64)
    # Many people expect everything at the end of the quarter.
    rounds = deal[rng.random(len(deal)) < 0.3]
    expected[rounds] = _quarter_end(expected[rounds])
    changes = [_close_date_change(deal, created_at[deal], expected[deal])]
    for _ in range(12):
        hour = rng.integers(8, 17, len(deal)) * HOUR
        notice = (expected[deal] // DAY - rng.integers(0, 5, len(deal))) * DAY + hour
        due = (notice < fates.lives_until[deal]) & (notice > created_at[deal] + DAY)
        due &= (notice < END) & (rng.random(len(deal)) < world.CLOSE_DATE_PUSHED)
        deal, notice = deal[due], notice[due]
        expected = expected.copy()
        expected[deal] += (rng.gamma(4.0, 9.0, len(deal)) + 7).astype(np.int64) * DAY
        changes.append(_close_date_change(deal, notice, expected[deal]))
    return changes


def _quarter_end(moments: Ints) -> Ints:
    month = moments.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    next_quarter = ((month // 3 + 1) * 3).astype("datetime64[M]").astype("datetime64[s]")
    return next_quarter.astype(np.int64) - DAY


def _close_date_change(deal: Ints, changed_at: Ints, expected: Ints) -> Change:
    days = expected.astype("datetime64[s]").astype("datetime64[D]").astype(str)
    return Change("expected_close_date", deal, changed_at, days.astype(np.object_))


def _owners(
    rng: np.random.Generator, deals: Deals, fates: Fates, sellers: Sellers, rep_ids: Texts
) -> list[Change]:
    """The first owner; a colleague of the team takes over when one leaves, and now and then."""
    deal = _with_history(deals)
    seller, created_at = deals.columns["seller"], deals.columns["created_at"]
    changes = [Change("rep_id", deal, created_at[deal], rep_ids[seller[deal]])]
    left_at = sellers.left_at[seller[deal]]
    orphaned = left_at < fates.lives_until[deal]
    handed = ~orphaned & (rng.random(len(deal)) < world.HANDED_OVER)
    room = fates.lives_until[deal] - created_at[deal]
    when = created_at[deal] + (room * rng.uniform(0.2, 0.8, len(deal))).astype(np.int64)
    when = np.where(orphaned, left_at + 9 * HOUR, when)
    moved = (orphaned | handed) & (when < fates.lives_until[deal])
    deal, when = deal[moved], when[moved]
    colleague = sellers.draw(rng, sellers.team[seller[deal]], when)
    changed = (colleague != seller[deal]) & (colleague >= 0)
    changes.append(Change("rep_id", deal[changed], when[changed], rep_ids[colleague[changed]]))
    return changes


def _categories(deals: Deals) -> Change:
    """The forecast category follows the stage."""
    deal, category = deals.stays["deal"], CATEGORIES[deals.stays["stage"]]
    changes = np.append(True, (deal[1:] != deal[:-1]) | (category[1:] != category[:-1]))
    return Change(
        "forecast_category", deal[changes], deals.stays["entered_at"][changes], category[changes]
    )
