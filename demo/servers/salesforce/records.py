"""The records of the org, made and changed, with the history that Salesforce writes of it.

Values are kept as they go over the wire. Every operation happens at the moment of the store's
clock, which stands still until a test or the filler moves it.
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from demo.servers.salesforce.errors import ApiError, not_found
from demo.servers.salesforce.history import (
    FIELD_HISTORY,
    TRACKED,
    Record,
    field_history,
    stage_history,
)
from demo.servers.salesforce.ids import Ids, long_id
from demo.servers.salesforce.moments import Clock
from demo.servers.salesforce.objects import BY_PREFIX, OBJECTS, SObject
from demo.servers.salesforce.stages import Stage, complete, stage_of

# The moment of the first operation unless a test says another.
FIRST_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
# A record of each object that nothing was said of.
_BLANK: dict[str, Record] = {
    sobject.name: {
        field.name: False if field.type == "boolean" else None for field in sobject.fields.values()
    }
    for sobject in OBJECTS.values()
}


class Records:
    """Objects by name, each with its records by id, in the order of their creation."""

    def __init__(self, now: datetime = FIRST_MOMENT) -> None:
        self.clock = Clock(now)
        self.lock = threading.RLock()
        self.records: dict[str, dict[str, Record]] = {name: {} for name in OBJECTS}
        self.names: dict[str, str] = {}
        self.stages: dict[str, Stage] = {}
        # The stages of a sales process: the API gives them by record type alone.
        self.process_stages: dict[str, list[str]] = {}
        self._ids = Ids()
        self.org_id = self.insert("Organization", {"Name": "Demo org", "IsSandbox": False})
        # Someone must have made the first records.
        self.user_id = self.insert("User", {"Name": "Integration", "Username": "integration"})

    def get(self, sobject: str, record_id: str) -> Record:
        """The record, also from the recycle bin; an ApiError 404 if there is none."""
        record = self.records[sobject].get(long_id(record_id))
        if record is None:
            raise not_found()
        return record

    def insert(self, sobject: str, values: Mapping[str, Any], by: str | None = None) -> str:
        """Create a record and its first history; the id."""
        with self.lock:
            record = self._blank(sobject, by) | dict(values)
            self._complete(sobject, record, values)
            self._keep(sobject, record)
            self._write_history(sobject, {}, record, by)
            return str(record["Id"])

    def update(
        self, sobject: str, record_id: str, values: Mapping[str, Any], by: str | None = None
    ) -> None:
        """Change fields of a record; history is written for what truly changes."""
        with self.lock:
            record = self._live(sobject, record_id)
            before = dict(record)
            record.update(values)
            self._complete(sobject, record, values)
            if sobject == "Opportunity" and before["StageName"] != record["StageName"]:
                record["LastStageChangeDate"] = self.clock.wire
            self._touch(sobject, record, by or self.user_id)
            self._name(sobject, record)
            self._write_history(sobject, before, record, by)

    def touch(self, sobject: str, record_id: str) -> None:
        """What an automated process does: only SystemModstamp moves."""
        with self.lock:
            self._touch(sobject, self._live(sobject, record_id))

    def add_stage(self, values: Mapping[str, Any]) -> str:
        """A stage that opportunities may take."""
        record_id = self.insert("OpportunityStage", values)
        stage = stage_of(self.get("OpportunityStage", record_id))
        self.stages[stage.name] = stage
        return record_id

    def find(self, record_id: str) -> tuple[SObject, Record] | None:
        """Whatever record an id points at."""
        sobject = BY_PREFIX.get(record_id[:3])
        record = self.records[sobject.name].get(long_id(record_id)) if sobject else None
        return (sobject, record) if sobject and record else None

    def _live(self, sobject: str, record_id: str) -> Record:
        record = self.get(sobject, record_id)
        if record.get("IsDeleted"):
            raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
        return record

    def _blank(self, sobject: str, by: str | None) -> Record:
        now, user = self.clock.wire, by or getattr(self, "user_id", None)
        record = dict(_BLANK[sobject])
        for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
            if name in record:
                record[name] = now
        for name in ("CreatedById", "LastModifiedById"):
            if name in record:
                record[name] = user
        record["Id"] = self._ids.next(sobject)
        return record

    def _complete(self, sobject: str, record: Record, changed: Mapping[str, Any]) -> None:
        unknown = set(changed) - set(OBJECTS[sobject].fields)
        if unknown:
            raise ValueError(f"{sobject} has no {', '.join(sorted(unknown))}")
        if sobject == "Opportunity":
            complete(record, self.stages.get(record["StageName"]), changed)

    def _keep(self, sobject: str, record: Record) -> None:
        self.records[sobject][record["Id"]] = record
        self._name(sobject, record)

    def _name(self, sobject: str, record: Record) -> None:
        if OBJECTS[sobject].has("Name") and record["Name"]:
            self.names[record["Id"]] = record["Name"]

    def _touch(self, sobject: str, record: Record, by: str | None = None) -> None:
        fields = OBJECTS[sobject].fields
        if "SystemModstamp" in fields:
            record["SystemModstamp"] = self.clock.wire
        if by and "LastModifiedDate" in fields:
            record["LastModifiedDate"] = self.clock.wire
            record["LastModifiedById"] = by

    def _write_history(self, sobject: str, before: Record, after: Record, by: str | None) -> None:
        if sobject == "Opportunity":
            row = stage_history(before, after)
            if row is not None:
                self.insert("OpportunityHistory", row, by)
        if sobject in TRACKED:
            for row in field_history(sobject, before, after, self.names):
                self.insert(FIELD_HISTORY[sobject], row, by)
