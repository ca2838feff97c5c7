"""A small company of hand-made deals, one per awkward thing; a deal's id names its case.

The reporting currency is USD. There are rates for EUR until the end of June and none for GBP. In a
pipeline of its own a single deal waits for 200 days.
"""

from datetime import datetime, timedelta
from typing import Any

AS_OF = datetime(2026, 6, 30, 23, 59, 59, 999999)

Row = dict[str, Any]
Case = tuple[str, dict[str, str], dict[str, Any]]

# Stages with the dates on which they were entered, and what else the deal says.
CASES: list[Case] = [
    ("in_dollars", {"new": "2026-04-02", "won": "2026-04-20"}, {"amount": 1_000}),
    ("in_euros", {"new": "2026-04-03", "won": "2026-05-04"}, {"amount": 500, "currency": "EUR"}),
    ("free", {"new": "2026-04-04", "won": "2026-04-21"}, {}),
    ("unrated_win", {"new": "2026-04-05", "won": "2026-05-11"}, {"amount": 7, "currency": "GBP"}),
    ("unrated_loss", {"new": "2026-05-02", "lost": "2026-06-11"}, {"amount": 9, "currency": "GBP"}),
    ("unrated_open", {"new": "2026-05-03"}, {"amount": 8, "currency": "GBP"}),
    ("unrated_nothing", {"new": "2026-05-04"}, {"amount": 0, "currency": "GBP"}),
    ("won_after_all", {"new": "2026-03-02", "lost": "2026-03-12", "won": "2026-04-01"},
     {"amount": 100}),
    ("won_some_day", {}, {"stage_id": "won", "amount": 100, "created_at": "2026-02-02"}),
    ("begun_unseen", {"offer": "2026-05-05", "won": "2026-05-15"},
     {"amount": 100, "created_at": "2026-01-15"}),
    ("owned_by_unknown", {"new": "2026-06-01"},
     {"rep_id": "unknown", "account_id": "unknown", "product_id": "unknown",
      "campaign_id": "unknown"}),
    ("unowned", {"new": "2026-06-02"}, {}),
]  # fmt: skip


def renamed_stages() -> dict[str, list[Row]]:
    """What the source gives later: the first stage has another name."""
    first, *others = rows()["stages"]
    return {"stages": [first | {"stage_name": "First talk"}, *others]}


def rows() -> dict[str, list[Row]]:
    """The entities that a source would give for these deals."""
    stages = [("new", "open", 0.1), ("offer", "open", 50), ("won", "won", 1), ("lost", "lost", 0)]
    entities: dict[str, list[Row]] = {
        "stages": [
            {"pipeline_id": "sales", "stage_id": stage, "stage_name": stage, "kind": kind}
            | {"position": position, "default_probability": probability}
            for position, (stage, kind, probability) in enumerate(stages, start=1)
        ]
        + [
            {"pipeline_id": "lone", "stage_id": "wait", "stage_name": "wait", "kind": "open"}
            | {"position": 1}
        ],
        # Members whose id is the word for having none.
        "reps": [{"rep_id": "unknown", "name": "Una Known", "team": "east", "region": "north"}],
        "accounts": [{"account_id": "unknown", "name": "Unknown Inc.", "employee_count": 10}],
        "products": [{"product_id": "unknown", "name": "The Unknown"}],
        "campaigns": [{"campaign_id": "unknown", "name": "Into the unknown"}],
        "fx_rates": [
            {"rate_date": (datetime(2026, 1, 1) + timedelta(days=7 * week)).date()}
            | {"currency": "EUR", "rate_to_reporting": "1.2"}
            for week in range(26)
        ],
        "leads": [
            {"lead_id": f"lead_of_{deal_id}", "created_at": "2026-03-01", "status": "new"}
            for deal_id, *_ in CASES
        ],
        "deals": [
            {"deal_id": "lone", "pipeline_id": "lone", "stage_id": "wait", "amount": 5}
            | {"created_at": "2025-12-13"}
        ],
        "deal_stage_history": [],
    }
    for deal_id, entered, facts in CASES:
        deal: Row = {"deal_id": deal_id, "pipeline_id": "sales", "lead_id": f"lead_of_{deal_id}"}
        if entered:
            deal |= {"stage_id": list(entered)[-1], "created_at": next(iter(entered.values()))}
        entities["deals"].append(deal | facts)
        entities["deal_stage_history"] += [
            {"deal_id": deal_id, "pipeline_id": "sales", "stage_id": stage, "entered_at": at}
            for stage, at in entered.items()
        ]
    return entities
