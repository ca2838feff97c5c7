"""Email campaigns as emails with what became of them, and the one form with what came by it."""

import uuid
from collections import Counter
from pathlib import Path

from demo.servers.hubspot.clock import from_text
from demo.servers.hubspot.company_campaigns import NAMESPACE
from demo.servers.hubspot.export_rows import number, rows, text_id
from demo.servers.hubspot.marketing_store import Asset, Submission
from demo.servers.hubspot.store import Store

FORM = str(uuid.uuid5(NAMESPACE, "form"))
COUNTED = {"email_open": "open", "email_click": "click"}


def add_emails(store: Store, export: Path, end: int) -> None:
    """Each email campaign's one email; it was opened and clicked as the touchpoints say."""
    counters: dict[str, Counter[str]] = {}
    for row in rows(export, "touchpoints"):
        if row["kind"] in COUNTED and row["campaign_id"] and from_text(row["occurred_at"]) <= end:
            counters.setdefault(row["campaign_id"], Counter())[COUNTED[row["kind"]]] += 1
    for row in rows(export, "campaigns"):
        at = from_text(row["started_on"])
        if row["channel"] == "email" and at <= end:
            asset = Asset(str(number(row["campaign_id"]) * 100), row["name"], at, at)
            asset.details["subject"] = row["name"]
            asset.counters = dict(counters.get(row["campaign_id"], {}))
            store.marketing.emails.append(asset)


def add_form(store: Store, export: Path, end: int) -> None:
    """The form, with the submissions of the contacts that are in the portal."""
    form = Asset(FORM, "Contact us", 0, 0, {"formType": "hubspot"})
    store.marketing.forms.append(form)
    for row in rows(export, "touchpoints"):
        at = from_text(row["occurred_at"])
        contact = store.get("contacts", text_id(row["lead_id"])) if row["lead_id"] else None
        if row["kind"] != "form_submit" or at > end or contact is None:
            continue
        known = contact.properties
        email = known.get("email") or known.get("hs_additional_emails", "")
        new = Submission(
            str(uuid.uuid5(NAMESPACE, row["touchpoint_id"])),
            FORM,
            at,
            {"email": email, "firstname": known.get("firstname", "")},
            "https://www.example.com/contact",
        )
        store.marketing.submissions.append(new)
