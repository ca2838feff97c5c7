"""Reps as owners, accounts as companies, leads as contacts."""

from pathlib import Path

from demo.servers.hubspot.clock import from_text
from demo.servers.hubspot.company_campaigns import campaign_uuid
from demo.servers.hubspot.directory import Owner
from demo.servers.hubspot.export_rows import (
    TEAMS,
    Row,
    filled,
    grouped,
    is_until,
    number,
    rows,
    text_id,
    user_id,
)
from demo.servers.hubspot.record import Change, Record
from demo.servers.hubspot.store import Store

LEAD_STATUS = {
    "new": "NEW", "working": "IN_PROGRESS", "nurturing": "BAD_TIMING",
    "disqualified": "UNQUALIFIED", "converted": "OPEN_DEAL",
}  # fmt: skip


def add_owners(store: Store, reps: dict[str, Row]) -> None:
    """Every rep: histories name reps of other teams, too. Those who left are archived."""
    teams = sorted({row["team"] for row in reps.values() if row["team"]})
    for rep_id, row in reps.items():
        first, _, last = row["name"].partition(" ")
        hired = from_text(row["hired_on"])
        team = row["team"]
        store.directory.add_owner(
            Owner(
                id=number(rep_id),
                email=row["email"],
                first_name=first,
                last_name=last,
                user_id=user_id(rep_id),
                created_at=hired,
                updated_at=hired,
                teams=[(TEAMS + teams.index(team), team)] if team else [],
                archived=row["is_active"] != "true",
            )
        )


def add_companies(store: Store, export: Path, wanted: set[str], end: int) -> None:
    """The accounts of the chosen deals."""
    for row in rows(export, "accounts"):
        if row["account_id"] not in wanted or not is_until(row["created_at"], end):
            continue
        at = from_text(row["created_at"])
        properties = {
            "demo_id": row["account_id"],
            "name": row["name"],
            "industry": row["industry"],
            "country": row["country"],
            "numberofemployees": row["employee_count"],
            "annualrevenue": row["annual_revenue"],
            "hs_parent_company_id": text_id(row["parent_account_id"]),
        }
        record = Record(number(row["account_id"]), {}, at, at)
        store.put("companies", record, filled(properties))


def add_contacts(store: Store, export: Path, leads: list[Row], end: int) -> None:
    """Leads with the history of their status; a second one with the same email has it aside."""
    for name in ("lead_source", "campaign_id"):
        store.define("contacts", name)
    wanted = {row["lead_id"] for row in leads}
    statuses = grouped(export, "lead_status_history", "lead_id", wanted)
    emails: set[str] = set()
    for row in leads:
        at = from_text(row["created_at"])
        record = Record(number(row["lead_id"]), {}, at, at)
        source = f"userId:{user_id(row['rep_id'])}" if row["rep_id"] else None
        for status in statuses.get(row["lead_id"], []):
            moment = from_text(status["changed_at"])
            if moment <= end:
                new = Change(LEAD_STATUS[status["status"]], moment, "CRM_UI", source)
                _write(record, "hs_lead_status", new)
        _write(record, "lifecyclestage", Change("lead", at, "API"))
        if is_until(row["converted_at"], end):
            became = Change("opportunity", from_text(row["converted_at"]), "DEALS")
            _write(record, "lifecyclestage", became)
        is_new = row["email"] not in emails
        emails.add(row["email"])
        store.put("contacts", record, filled(_contact(row, is_new)))


def _contact(row: Row, is_new: bool) -> Row:
    first, _, last = row["email"].partition("@")[0].partition(".")
    return {
        "demo_id": row["lead_id"],
        "email" if is_new else "hs_additional_emails": row["email"],
        "firstname": first.capitalize(),
        "lastname": last.capitalize(),
        "jobtitle": row["job_title"],
        "company": row["company"],
        "industry": row["industry"],
        "country": row["country"],
        "numemployees": row["employee_count"],
        "hubspot_owner_id": text_id(row["rep_id"]),
        "lead_source": row["source"],
        "campaign_id": campaign_uuid(row["campaign_id"]),
    }


def _write(record: Record, name: str, change: Change) -> None:
    if record.write(name, change):
        record.updated_at = max(record.updated_at, change.at)
