"""Calls and mails as tasks, meetings and demos as events."""

import functools
from datetime import datetime, timedelta
from typing import Any

from demo.servers.salesforce.company_export import Book, Row, label, whole
from demo.servers.salesforce.moments import wire

TASKS = {"call": "Call", "email": "Email"}


def add_activities(book: Book) -> None:
    """Put the activities around kept deals and leads on the timeline."""
    for row in book.rows("activities"):
        if row["deal_id"] in book.deals or row["lead_id"] in book.leads:
            book.timeline.add(row["occurred_at"], 8, functools.partial(_insert, book, row))


def _insert(book: Book, row: Row) -> None:
    opportunity = book.id(row["deal_id"])
    at = datetime.fromisoformat(row["occurred_at"])
    owner = book.user(row["rep_id"])
    kind, minutes = row["kind"], whole(row["duration_minutes"])
    values: dict[str, Any] = {
        "WhoId": book.id(f"{row['lead_id']} contact") or book.id(row["lead_id"]),
        "WhatId": opportunity,
        "AccountId": opportunity and book.store.get("Opportunity", opportunity)["AccountId"],
        "OwnerId": owner,
        "Subject": label(kind),
        "Type": label(kind),
        "ActivityDate": row["occurred_at"][:10],
        "Outcome__c": label(row["outcome"]),
        "Objection__c": row["objection"] or None,
    }
    if kind in TASKS:
        values |= {"Status": "Completed", "Priority": "Normal", "IsClosed": True,
                   "TaskSubtype": TASKS[kind], "CompletedDateTime": wire(at),
                   "CallDurationInSeconds": minutes and minutes * 60}  # fmt: skip
        book.store.insert("Task", values, owner)
        return
    end = at + timedelta(minutes=minutes or 0)
    values |= {"ActivityDateTime": wire(at), "StartDateTime": wire(at), "EndDateTime": wire(end),
               "DurationInMinutes": minutes or 0, "EventSubtype": "Event"}  # fmt: skip
    book.store.insert("Event", values, owner)
