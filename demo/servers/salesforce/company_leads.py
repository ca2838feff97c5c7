"""Leads with their statuses, conversions, duplicates; and what campaigns they are members of."""

import functools
from datetime import datetime, timedelta
from typing import Any

from demo.servers.salesforce.company_export import Book, Row, label, whole

DUPLICATE_EVERY = 150
# Kinds of touchpoints that are an answer, not only something seen.
RESPONSES = ("form_submit", "content_download", "webinar_attended", "event_visit")


def add_leads(book: Book) -> None:
    """Put the life of every kept lead on the timeline."""
    for count, row in enumerate(book.leads.values(), 1):
        book.timeline.add(row["created_at"], 1, functools.partial(_insert, book, row))
        if row["converted_at"]:
            book.timeline.add(row["converted_at"], 6, functools.partial(_convert, book, row))
        if count % DUPLICATE_EVERY == 0:
            _add_duplicate(book, row)
    for change in book.rows("lead_status_history"):
        lead = book.leads.get(change["lead_id"])
        if lead is not None and change["changed_at"] > lead["created_at"]:
            book.timeline.add(change["changed_at"], 5, functools.partial(_set_status, book, change))


def _values(book: Book, row: Row) -> dict[str, Any]:
    first, _, last = row["email"].partition("@")[0].partition(".")
    return {
        "FirstName": first.capitalize(),
        "LastName": last.capitalize() or "Unknown",
        "Name": f"{first.capitalize()} {last.capitalize()}".strip() or "Unknown",
        "Company": row["company"] or "Unknown",
        "Email": row["email"] or None,
        "Title": row["job_title"] or None,
        "Industry": row["industry"] or None,
        "NumberOfEmployees": whole(row["employee_count"]),
        "Country": row["country"] or None,
        "LeadSource": label(row["source"]),
        "Status": "New",
        "OwnerId": book.user(row["rep_id"]),
    }


def _insert(book: Book, row: Row) -> None:
    book.ids[row["lead_id"]] = book.store.insert("Lead", _values(book, row))


def _set_status(book: Book, change: Row) -> None:
    if change["status"] != "converted":  # a conversion sets it itself
        status = {"Status": label(change["status"])}
        book.store.update("Lead", book.ids[change["lead_id"]], status)


def _convert(book: Book, row: Row) -> None:
    """What converting a lead does: a contact, and the lead pointing at all that came of it."""
    opportunity = book.id(row["converted_deal_id"])
    account = opportunity and book.store.get("Opportunity", opportunity)["AccountId"]
    lead = book.store.get("Lead", book.ids[row["lead_id"]])
    copied = ("FirstName", "LastName", "Name", "Email", "Title", "LeadSource", "OwnerId")
    contact = {name: lead[name] for name in copied} | {"AccountId": account}
    book.ids[f"{row['lead_id']} contact"] = book.store.insert("Contact", contact)
    book.store.update("Lead", lead["Id"], {
        "Status": "Converted", "IsConverted": True, "ConvertedDate": row["converted_at"][:10],
        "ConvertedAccountId": account, "ConvertedOpportunityId": opportunity,
        "ConvertedContactId": book.ids[f"{row['lead_id']} contact"],
    }, lead["OwnerId"])  # fmt: skip


def _add_duplicate(book: Book, row: Row) -> None:
    key = f"{row['lead_id']} twice"

    def insert() -> None:
        book.ids[key] = book.store.insert("Lead", _values(book, row))

    made = datetime.fromisoformat(row["created_at"]) + timedelta(hours=1)
    book.timeline.add(f"{made:%Y-%m-%dT%H:%M:%SZ}", 1, insert)
    merged = made + timedelta(hours=5)
    book.timeline.add(
        f"{merged:%Y-%m-%dT%H:%M:%SZ}",
        7,
        lambda: book.store.merge("Lead", book.ids[row["lead_id"]], book.ids[key]),
    )


def add_members(book: Book) -> None:
    """Members of campaigns: a lead from its first touch on, responded from its first answer on."""
    first: dict[tuple[str, str], str] = {}
    answered: dict[tuple[str, str], str] = {}
    for row in book.rows("touchpoints"):
        pair = (row["campaign_id"], row["lead_id"])
        if not row["campaign_id"] or row["lead_id"] not in book.leads:
            continue
        at = max(row["occurred_at"], book.leads[row["lead_id"]]["created_at"])
        first[pair] = min(first.get(pair, at), at)
        if row["kind"] in RESPONSES:
            answered[pair] = min(answered.get(pair, at), at)
    for pair, at in first.items():
        book.timeline.add(at, 2, functools.partial(_insert_member, book, pair))
    for pair, at in answered.items():
        book.timeline.add(at, 3, functools.partial(_respond, book, pair, at[:10]))


def _insert_member(book: Book, pair: tuple[str, str]) -> None:
    campaign, lead = (book.id(each) for each in pair)
    if campaign and lead:
        values = {"CampaignId": campaign, "LeadId": lead, "Status": "Sent"}
        book.ids["/".join(pair)] = book.store.insert("CampaignMember", values)


def _respond(book: Book, pair: tuple[str, str], day: str) -> None:
    member = book.id("/".join(pair))
    if member is not None:
        values = {"Status": "Responded", "HasResponded": True, "FirstRespondedDate": day}
        book.store.update("CampaignMember", member, values)
