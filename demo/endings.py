"""Deals that leave the ordinary way: merged into another, deleted, moved to another pipeline."""

from dataclasses import dataclass

import numpy as np

from demo import world
from demo.clock import END
from demo.columns import DAY, HOUR, NEVER, Bools, Ints, length, stack, stream, take
from demo.deals import Deals
from demo.movement import FIRST_STAGE, KIND

OPEN_END = END - 1


@dataclass(frozen=True)
class Fates:
    """How every deal ends, by its position.

    `ended_at` is the merger or deletion (`NEVER`: none), `winner` the deal it was merged into
    (-1: none), `closed_at` the entry into the first stage of the current closed run (`NEVER`
    while open), `stage` the current stage, `lives_until` the last moment at which the deal can
    still change: its close, its end or the last day.
    """

    ended_at: Ints
    winner: Ints
    closed_at: Ints
    stage: Ints
    lives_until: Ints


def switch_pipelines(seed: int, deals: Deals) -> Deals:
    """A few renewals were first filed as new business, and moved after a day or two."""
    rng = stream(seed, "switches")
    stays = deals.stays
    first = np.flatnonzero(np.append(True, stays["deal"][1:] != stays["deal"][:-1]))
    next_entered = np.append(stays["entered_at"][1:], END)
    lasting = next_entered[first] - stays["entered_at"][first] > 4 * DAY
    is_renewal = stays["stage"][first] == FIRST_STAGE[world.RENEWAL.pipeline_id]
    same_deal = np.append(stays["deal"][1:] == stays["deal"][:-1], False)
    candidates = first[lasting & is_renewal & same_deal[first]]
    chosen = rng.choice(candidates, world.PIPELINE_SWITCHES, replace=False)
    misfiled = take(stays, chosen)
    misfiled["stage"] = np.full(len(chosen), FIRST_STAGE[world.NEW_BUSINESS.pipeline_id])
    entered_at = stays["entered_at"].copy()
    entered_at[chosen] += rng.integers(2 * HOUR, 3 * DAY, len(chosen))
    both = stack([misfiled, stays | {"entered_at": entered_at}])
    # The added stays stand first, so that a stable sort puts each before its deal's others.
    return Deals(deals.columns, take(both, np.argsort(both["deal"], kind="stable")))


def end_deals(seed: int, deals: Deals) -> tuple[Deals, Fates]:
    """Merge and delete a few deals; their stays stop there."""
    rng = stream(seed, "endings")
    count = length(deals.columns)
    created_at = deals.columns["created_at"]
    closed_at, _ = _closes(deals)
    open_until = np.where(closed_at == NEVER, END, closed_at)
    winner = np.full(count, -1)
    ended_at = np.full(count, NEVER)

    has_history = deals.columns["legacy_stage"] < 0
    loser, into, merged_at = _mergers(rng, deals, open_until, has_history)
    winner[loser], ended_at[loser] = into, merged_at

    taken = np.zeros(count, dtype=np.bool_)
    taken[loser] = taken[into] = True
    deletable = np.flatnonzero(has_history & ~taken & (created_at < END - 40 * DAY))
    deleted = rng.choice(deletable, world.DELETED_DEALS, replace=False)
    # Most are deleted while open; a few, duplicates found late, after they were closed.
    room = open_until[deleted] - created_at[deleted]
    when = created_at[deleted] + (room * rng.uniform(0.05, 0.9, len(deleted))).astype(np.int64)
    late = (rng.random(len(deleted)) < 0.12) & (open_until[deleted] < END - 20 * DAY)
    ended_at[deleted] = np.where(late, open_until[deleted] + 9 * DAY, when)

    limit = np.where(ended_at == NEVER, END, ended_at)
    deals = Deals(
        deals.columns,
        take(deals.stays, deals.stays["entered_at"] <= limit[deals.stays["deal"]]),
    )
    closed_at, stage = _closes(deals)
    lives_until = np.minimum(np.where(closed_at == NEVER, OPEN_END, closed_at), limit)
    return deals, Fates(ended_at, winner, closed_at, stage, np.minimum(lives_until, OPEN_END))


def _closes(deals: Deals) -> tuple[Ints, Ints]:
    """`closed_at` (`NEVER` while open) and the current stage of every deal."""
    deal, stage = deals.stays["deal"], deals.stays["stage"]
    closed = KIND[stage] != "open"
    same_deal = np.append(False, deal[1:] == deal[:-1])
    run_begins = closed & ~(same_deal & np.append(False, closed[:-1]))
    closed_at = deals.columns["legacy_closed_at"].copy()
    # Of several rows of one deal the last one wins, and rows are in order of time.
    closed_at[deal[run_begins]] = deals.stays["entered_at"][run_begins]
    current = deals.columns["legacy_stage"].copy()
    current[deal] = stage
    return np.where(KIND[current] == "open", NEVER, closed_at), current


def _mergers(
    rng: np.random.Generator, deals: Deals, open_until: Ints, has_history: Bools
) -> tuple[Ints, Ints, Ints]:
    """Losers, winners and moments: two deals of an account, opened within 45 days, both open."""
    columns = deals.columns
    created_at = columns["created_at"]
    order = np.lexsort((created_at, columns["account"], columns["pipeline"]))
    earlier, later = order[:-1], order[1:]
    merged_at = created_at[later] + rng.integers(1 * DAY, 21 * DAY, len(later))
    fits = (
        (columns["account"][earlier] == columns["account"][later])
        & (columns["pipeline"][earlier] == columns["pipeline"][later])
        & (created_at[later] - created_at[earlier] < 45 * DAY)
        & (merged_at < open_until[earlier])
        & (merged_at < open_until[later])
        & (merged_at < END)
        & has_history[earlier]
        & has_history[later]
    )
    pairs = rng.permutation(np.flatnonzero(fits))
    pairs = np.sort(pairs[: world.MERGED_DEALS])
    # A deal that is merged itself wins nothing: its neighbour in a chain is left out.
    alone = ~np.isin(earlier[pairs], later[pairs])
    pairs = pairs[alone]
    return later[pairs], earlier[pairs], merged_at[pairs]
