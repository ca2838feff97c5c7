"""Activities as engagements: calls, emails, and meetings, demos among them."""

from pathlib import Path

from demo.servers.hubspot.clock import from_text, to_text
from demo.servers.hubspot.export_rows import Row, filled, number, rows, text_id
from demo.servers.hubspot.record import Record
from demo.servers.hubspot.store import Store

KINDS = {"call": "calls", "email": "emails", "meeting": "meetings", "demo": "meetings"}


def add_activities(store: Store, export: Path, end: int) -> None:
    """The activities with deals and contacts that are in the portal."""
    for kind in ("calls", "meetings"):
        store.define(kind, "outcome")
        store.define(kind, "objection")
    for row in rows(export, "activities"):
        deal, contact = text_id(row["deal_id"]), text_id(row["lead_id"])
        has_deal = bool(deal) and store.get("deals", deal) is not None
        has_contact = bool(contact) and store.get("contacts", contact) is not None
        at = from_text(row["occurred_at"])
        if at > end or not (has_deal or has_contact):
            continue
        kind = KINDS[row["kind"]]
        record = Record(number(row["activity_id"]), {}, at, at)
        store.put(kind, record, filled(_properties(row, kind, at)))
        if has_deal:
            store.associate(kind, record.id, "deals", int(deal))
        if has_contact:
            store.associate(kind, record.id, "contacts", int(contact))


def _properties(row: Row, kind: str, at: int) -> Row:
    """Durations are milliseconds."""
    milliseconds = round(float(row["duration_minutes"] or 0) * 60_000)
    shared = {
        "demo_id": row["activity_id"],
        "hs_timestamp": to_text(at),
        "hubspot_owner_id": text_id(row["rep_id"]),
    }
    if kind == "emails":
        return shared | {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"}
    shared |= {"outcome": row["outcome"], "objection": row["objection"]}
    if kind == "calls":
        is_missed = row["outcome"] == "no answer"
        return shared | {
            "hs_call_duration": str(milliseconds) if milliseconds else "",
            "hs_call_status": "NO_ANSWER" if is_missed else "COMPLETED",
            "hs_call_direction": "OUTBOUND",
        }
    return shared | {
        "hs_activity_type": row["kind"],
        "hs_meeting_outcome": "RESCHEDULED" if row["outcome"] == "rescheduled" else "COMPLETED",
        "hs_meeting_start_time": to_text(at),
        "hs_meeting_end_time": to_text(at + milliseconds),
    }
