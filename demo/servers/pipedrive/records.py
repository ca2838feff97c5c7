"""What a new record of each kind looks like, in the words of the second version of the API."""

from typing import Any

Record = dict[str, Any]

NEW: dict[str, Record] = {
    "deals": {
        "title": "Deal", "creator_user_id": 1, "owner_id": 1, "value": 0, "person_id": None,
        "org_id": None, "stage_id": 1, "pipeline_id": 1, "currency": "USD", "archive_time": None,
        "stage_change_time": None, "status": "open", "is_archived": False, "probability": None,
        "lost_reason": None, "visible_to": 3, "close_time": None, "won_time": None,
        "lost_time": None, "expected_close_date": None, "label_ids": [],
        "origin": "ManuallyCreated", "origin_id": None, "channel": None, "channel_id": None,
        "source_lead_id": None, "acv": None, "arr": None, "mrr": None, "custom_fields": {},
    },
    "persons": {
        "name": "Person", "first_name": "Person", "last_name": None, "owner_id": 1, "org_id": None,
        "emails": [], "phones": [], "visible_to": 3, "label_ids": [], "custom_fields": {},
    },
    "organizations": {
        "name": "Organization", "owner_id": 1, "address": None, "visible_to": 3, "label_ids": [],
        "website": None, "industry": None, "annual_revenue": None, "employee_count": None,
        "custom_fields": {},
    },
    "products": {
        "name": "Product", "code": None, "unit": None, "tax": 0, "is_linkable": True,
        "visible_to": 3, "owner_id": 1, "description": None, "category": None, "prices": [],
        "custom_fields": {},
    },
    "activities": {
        "subject": "Activity", "type": "call", "owner_id": 1, "creator_user_id": 1, "deal_id": None,
        "lead_id": None, "person_id": None, "org_id": None, "due_date": None, "due_time": None,
        "duration": None, "busy": False, "done": False, "marked_as_done_time": None, "note": None,
        "priority": None, "outcome": None,
    },
    "pipelines": {"name": "Pipeline", "order_nr": 1, "is_deal_probability_enabled": True},
    "stages": {
        "name": "Stage", "order_nr": 1, "deal_probability": 100, "pipeline_id": 1,
        "is_deal_rot_enabled": False, "days_to_rotten": None,
    },
    "users": {
        "name": "User", "email": "user@company.example", "active_flag": True, "is_admin": 0,
        "role_id": 1, "default_currency": "USD", "timezone_name": "Etc/UTC",
    },
}  # fmt: skip

# Keys of the change log, where they are not those of the record; it is of the first version.
LOGGED = {"owner_id": "user_id"}
# In this order within one edit: who reopens a deal into another stage never enters the old one.
FIRST_TO_LOG = ("pipeline_id", "stage_id")


def new_record(kind: str, record_id: int, now: str, values: Record) -> Record:
    """A record as it is created; raises ValueError for a field that its kind has not."""
    unknown = values.keys() - NEW[kind].keys() - {"add_time", "update_time"}
    if unknown:
        raise ValueError(f"{kind} have no field {', '.join(sorted(unknown))}")
    times = {"add_time": now, "update_time": now}
    return {"id": record_id} | NEW[kind] | times | {"is_deleted": False} | values


def with_consequences(deal: Record, values: Record, now: str) -> Record:
    """What else an edit of a deal sets: the times of its stage and of its end."""
    found = dict(values)
    if values.get("stage_id", deal["stage_id"]) != deal["stage_id"]:
        found["stage_change_time"] = now
    status = values.get("status", deal["status"])
    if status != deal["status"]:
        found["won_time"] = now if status == "won" else None
        found["lost_time"] = now if status == "lost" else None
        found["close_time"] = None if status == "open" else now
    return found
