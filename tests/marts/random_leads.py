"""Leads for the random company: with every awkward thing a lead can do, in rows of the contract."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.marts.random_company import START, Row

# The source's words; two of them are one word, and one is in no vocabulary.
STATUSES = {
    "New": "new",
    "Attempted to Contact": "working",
    "ATTEMPTED_TO_CONTACT": "working",
    "Connected": "working",
    "Marketing Qualified": "mql",
    "Qualified": "sql",
    "Nurturing": "nurturing",
    "Junk Lead": "disqualified",
    "Closed - Converted": "converted",
    "Warm-ish": "unmapped",
}
FUNNEL = ["new", "working", "mql", "sql", "converted"]
STEPS = [0, 0, 60, 86_400, 700_001, 2_000_003]


def add_leads(seed: int, entities: dict[str, list[Row]], leads: int = 400) -> None:
    """Add leads, their statuses and links from and to the deals that are there already."""
    random = Random(seed)
    rows, history = [], []
    for number in range(leads):
        lead_id = f"l{number:04}"
        created_at = START + timedelta(minutes=random.randrange(360 * 24 * 60))
        entries = _history(random, lead_id, created_at)
        lead: Row = {
            "lead_id": lead_id,
            "created_at": _text(created_at),
            "status": entries[-1]["status"] if entries else random.choice([*STATUSES, None]),
            "source": random.choice(["web", "event", None]),
            "rep_id": random.choice(["r0", "r1", "unlisted", None]),
            "campaign_id": random.choice(["unlisted", None]),
            "employee_count": random.choice([20, 50, 5000, None]),
        }
        if random.random() < 0.08:
            # Some of these are gone only after as-of.
            ended_at = created_at + timedelta(hours=random.randrange(4000))
            lead |= {"is_deleted": "true", "updated_at": _text(ended_at)}
        if random.random() < 0.3:
            lead["converted_at"] = _text(created_at + timedelta(hours=random.randrange(9000)))
            lead["converted_deal_id"] = random.choice(entities["deals"])["deal_id"]
        rows.append(lead)
        history += entries
    for deal in entities["deals"]:
        if random.random() < 0.4:
            deal["lead_id"] = random.choice(rows)["lead_id"]
    entities["leads"] = rows
    entities["lead_status_history"] = history


def _history(random: Random, lead_id: str, created_at: datetime) -> list[Row]:
    """None for some, late for others; rewritten, tied, back and forth for all."""
    if random.random() < 0.15:
        return []
    moment = created_at
    if random.random() < 0.2:
        moment += timedelta(hours=random.choice([1, 24, 25, 2000]))
    status = "New" if random.random() < 0.7 else random.choice(list(STATUSES))
    entries: dict[tuple[str, datetime], Row] = {}
    for _ in range(random.randrange(1, 7)):
        entry: dict[str, Any] = {"lead_id": lead_id, "status": status, "changed_at": _text(moment)}
        entries.setdefault((status, moment), entry)
        moment += timedelta(seconds=random.choice(STEPS))
        status = random.choice([status, *STATUSES])
    return list(entries.values())


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ")
