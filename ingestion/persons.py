"""Where persons lie in what a source lands, and what stays of one who is erased."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ingestion.contract import ENTITIES

Kind = str  # "lead" or "contact"
# What a row of a history has of a change.
VALUES = ("OldValue", "NewValue")
NEVER_A_NAME = frozenset({"StageName", "ForecastCategoryName"})


@dataclass(frozen=True)
class About:
    """A landed table with rows about persons; `person` are the fields that may hold their id.

    `keeps` is what stays of a row about an erased one. Where it tells the change of a field, the
    values stay, too, if that field is one of `plain`, which say nothing of who it is.
    """

    table: str
    person: tuple[str, ...]
    keeps: frozenset[str]
    plain: frozenset[str] = frozenset()

    def is_of(self, payload: str, ids: Collection[str]) -> bool:
        """Whether a row is about one of these persons."""
        record = json.loads(payload)
        return any(record.get(name) in ids for name in self.person)

    def emptied(self, payload: str) -> str:
        """A payload without what tells of the person; as it is where nothing does."""
        record = json.loads(payload)
        values = VALUES if record.get("Field") in self.plain else ()
        kept = {name: record[name] for name in record if name in self.keeps or name in values}
        return payload if kept == record else as_payload(kept)


@dataclass(frozen=True)
class PersonTable:
    """The landed table with one record per person; paths into a payload, steps joined by dots.

    `keeps` is what other rows need of an erased one: ids and times, nothing else. `referring` names
    the tables, itself among them, whose rows have its id; `about` those of them that tell more of
    a person than the address; `histories` those that may have the person's name (whose fields are
    `names`) as an old or new value.
    """

    name: str
    keeps: tuple[str, ...]
    addresses: tuple[str, ...]
    referring: frozenset[str]
    about: tuple[About, ...] = ()
    names: tuple[str, ...] = ()
    histories: tuple[str, ...] = ()

    def emptied(self, payload: str) -> str:
        """A payload with nothing in it but what is kept, keys sorted."""
        record = json.loads(payload)
        kept: dict[str, Any] = {}
        for path in self.keeps:
            _copy(record, kept, path.split("."))
        return as_payload(kept)

    def addresses_in(self, payload: str) -> Iterator[str]:
        """The addresses of the person, as they were landed."""
        record = json.loads(payload)
        for path in self.addresses:
            for value in _values_at(record, path.split(".")):
                if isinstance(value, str) and value.strip():
                    yield value

    def names_in(self, payload: str) -> Iterator[str]:
        """The name of the person, as a history may write it."""
        record = json.loads(payload)
        parts = [record.get(name) for name in self.names]
        yield " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())


def without_values(payload: str, names: Collection[str]) -> str:
    """A row of a history without old and new values that are one of these names (lower case)."""
    record = json.loads(payload)
    if record.get("Field") in NEVER_A_NAME:
        return payload
    named = [v for v in VALUES if str(record.get(v) or "").strip().lower() in names]
    if not named:
        return payload
    return as_payload({name: value for name, value in record.items() if name not in named})


def as_payload(record: Any) -> str:
    """A record as the source `files` writes payloads: keys sorted, no blanks."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def payload_hash(payload: str) -> str:
    """The hash of a payload whose keys are sorted."""
    return hashlib.sha256(payload.encode()).hexdigest()


def _values_at(source: Any, steps: list[str]) -> Iterator[Any]:
    """What lies at a path; of a list on the way, that of each of its items."""
    if isinstance(source, list):
        for item in source:
            yield from _values_at(item, steps)
    elif not steps:
        yield source
    elif isinstance(source, dict):
        yield from _values_at(source.get(steps[0]), steps[1:])


def _copy(source: Any, target: dict[str, Any], steps: list[str]) -> None:
    if not isinstance(source, dict) or steps[0] not in source:
        return
    if len(steps) == 1:
        target[steps[0]] = source[steps[0]]
    else:
        _copy(source[steps[0]], target.setdefault(steps[0], {}), steps[1:])


def _leads_of_exports() -> PersonTable:
    leads = ENTITIES["leads"]
    kept = {
        column.name
        for column in leads.columns
        if column.type == "timestamp" or column.name.endswith("_id")
    }
    return PersonTable(
        leads.name,
        tuple(sorted(kept)),
        tuple(column.name for column in leads.columns if column.type == "email"),
        frozenset(name for name, entity in ENTITIES.items() if entity.has_column("lead_id")),
    )


# Sources over an API, each with what it calls its leads and contacts.
_HUBSPOT = PersonTable(
    "contacts",
    (
        "id",
        "createdAt",
        "updatedAt",
        "archived",
        "properties.createdate",
        "properties.lastmodifieddate",
        "properties.hubspot_owner_id",
        "properties.hs_merged_object_ids",
    ),
    ("properties.email",),
    frozenset({"contacts", "deal_contacts"}),
)
_SALESFORCE_TIMES = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
_SALESFORCE_ROW = frozenset({"attributes", "Id", "IsDeleted", "CreatedById", *_SALESFORCE_TIMES})
_SALESFORCE_MEMBER = About(
    "campaign_member",
    ("LeadId", "ContactId"),
    _SALESFORCE_ROW
    | {"CampaignId", "LeadId", "ContactId", "Status", "HasResponded", "FirstRespondedDate"},
)
_SALESFORCE_ACTIVITIES = tuple(
    About(
        table,
        ("WhoId",),
        _SALESFORCE_ROW
        | {
            "WhoId", "WhatId", "AccountId", "OwnerId", "Type", "TaskSubtype", "EventSubtype",
            "ActivityDate", "ActivityDateTime", "CompletedDateTime", "StartDateTime",
            "EndDateTime", "CallDurationInSeconds", "DurationInMinutes", "Status", "Priority",
            "IsClosed", "IsArchived", "Outcome__c", "Objection__c",
        },
    )
    for table in ("task", "event")
)  # fmt: skip
_SALESFORCE_LEAD_HISTORY = About(
    "lead_history",
    ("LeadId",),
    _SALESFORCE_ROW | {"LeadId", "Field", "DataType"},
    frozenset({"Status", "Owner", "LeadSource"}),
)
_SALESFORCE_NAME = ("FirstName", "LastName")
_SALESFORCE_LEAD = PersonTable(
    "lead",
    (
        "Id",
        *_SALESFORCE_TIMES,
        "IsDeleted",
        "MasterRecordId",
        "OwnerId",
        "IsConverted",
        "ConvertedDate",
        "ConvertedOpportunityId",
    ),
    ("Email",),
    frozenset({"lead", "lead_history", "campaign_member", "task", "event"}),
    (_SALESFORCE_LEAD_HISTORY, _SALESFORCE_MEMBER, *_SALESFORCE_ACTIVITIES),
    _SALESFORCE_NAME,
    ("opportunity_field_history",),
)
_SALESFORCE_CONTACT = PersonTable(
    "contact",
    ("Id", *_SALESFORCE_TIMES, "IsDeleted", "MasterRecordId", "OwnerId", "AccountId"),
    ("Email",),
    frozenset({"contact", "campaign_member", "task", "event"}),
    (_SALESFORCE_MEMBER, *_SALESFORCE_ACTIVITIES),
    _SALESFORCE_NAME,
    ("opportunity_field_history",),
)
# Its leads are not read.
_PIPEDRIVE = PersonTable(
    "persons",
    ("id", "add_time", "update_time", "is_deleted", "owner_id", "org_id"),
    ("emails.value",),
    frozenset({"persons", "deals", "deal_changelogs", "activities"}),
)
_PERSONS: dict[str, dict[Kind, PersonTable]] = {
    # Its contacts are what is staged as leads.
    "hubspot": {"lead": _HUBSPOT, "contact": _HUBSPOT},
    "pipedrive": {"contact": _PIPEDRIVE},
    "salesforce": {"lead": _SALESFORCE_LEAD, "contact": _SALESFORCE_CONTACT},
}


def person_tables(source: str) -> dict[Kind, PersonTable]:
    """The tables with persons of a source, by kind; empty where none is declared."""
    return {"lead": _leads_of_exports()} if source == "files" else _PERSONS.get(source, {})
