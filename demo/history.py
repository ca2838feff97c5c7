"""What the CRM recorded of stages: every entry, some rewritten, some recorded late."""

import numpy as np

from demo import world
from demo.clock import END
from demo.columns import NEVER, Columns, Ints, Texts, stack, stream, take, texts
from demo.deals import Deals
from demo.endings import Fates
from demo.movement import PIPELINE, STAGES

STAGE_IDS = texts([stage.stage_id for stage in STAGES])
PIPELINE_IDS = texts([world.PIPELINES[number].pipeline_id for number in PIPELINE])


def stage_history(
    seed: int, deals: Deals, fates: Fates, deal_ids: Texts, rep_ids: Texts
) -> tuple[Columns, Ints]:
    """The table `deal_stage_history`, and when each deal last changed.

    `sequence` orders the entries of a deal.
    """
    rng = stream(seed, "stage history")
    stays = deals.stays
    deal, entered_at = stays["deal"], stays["entered_at"]
    left_at = np.append(entered_at[1:], END)
    is_last = np.append(deal[1:] != deal[:-1], True)
    left_at = np.where(is_last, fates.lives_until[deal], left_at)
    # The same stage saved again during the stay: a rewrite, no change.
    rewritten = (rng.random(len(deal)) < world.REWRITES) & (left_at - entered_at > 7200)
    again = take(stays, rewritten)
    room = left_at[rewritten] - entered_at[rewritten]
    again["entered_at"] = entered_at[rewritten] + (room * rng.uniform(0.1, 0.9, len(room))).astype(
        np.int64
    )
    by_system = np.concatenate([
        np.zeros(len(deal), dtype=np.bool_), np.ones(len(room), dtype=np.bool_)
    ])  # fmt: skip
    rows = stack([stays, again]) | {"by_system": by_system}
    # Stays precede rewrites, and a stable sort keeps the true order of ties.
    rows = take(rows, np.lexsort((rows["entered_at"], rows["deal"])))
    rows["sequence"] = _sequence(rows["deal"])
    # In order of time as the CRM wrote them, but for the late ones at the end of the file.
    late = rng.random(len(rows["deal"])) < world.LATE_ROWS
    rows = take(rows, np.lexsort((rows["deal"], rows["entered_at"], late)))
    seller = deals.columns["seller"][rows["deal"]]
    table: Columns = {
        "deal_id": deal_ids[rows["deal"]],
        "stage_id": STAGE_IDS[rows["stage"]],
        "entered_at": rows["entered_at"],
        "pipeline_id": PIPELINE_IDS[rows["stage"]],
        "sequence": rows["sequence"],
        "changed_by": np.where(rows["by_system"], texts(["system"]), rep_ids[seller]),
    }
    return table, _last_change(deals, fates, rows)


def _sequence(deal: Ints) -> Ints:
    """1, 2, 3, ... within each deal; rows are in order of deal."""
    begins = np.flatnonzero(np.append(True, deal[1:] != deal[:-1]))
    number = np.arange(len(deal))
    return number - np.repeat(begins, np.diff(np.append(begins, len(deal)))) + 1


def _last_change(deals: Deals, fates: Fates, rows: Columns) -> Ints:
    """When anything of each deal's stage was last recorded, or the deal ended."""
    last = deals.columns["created_at"].copy()
    np.maximum.at(last, rows["deal"], rows["entered_at"])
    for moments in (deals.columns["legacy_closed_at"], fates.ended_at):
        last = np.where(moments == NEVER, last, np.maximum(last, moments))
    return np.asarray(last, dtype=np.int64)
