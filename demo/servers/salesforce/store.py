"""The whole store: the records, and their ways out: recycle bin, merge, archive, purge."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from demo.servers.salesforce.errors import ApiError
from demo.servers.salesforce.history import CHILDREN, FIELD_HISTORY, Record
from demo.servers.salesforce.moments import wire
from demo.servers.salesforce.objects import OBJECTS
from demo.servers.salesforce.records import Records

MERGEABLE = ("Account", "Contact", "Lead")
ARCHIVE_DAYS = 365


class Store(Records):
    """Objects by name, each with its records by id, in the order of their creation."""

    def all(self, sobject: str, with_deleted: bool = False) -> list[Record]:
        """The records that a query sees; with those deleted and archived, that a queryAll sees."""
        with self.lock:
            records: Iterable[Record] = self.records[sobject].values()
            if not with_deleted:
                records = (
                    each
                    for each in records
                    if not each.get("IsDeleted") and not each.get("IsArchived")
                )
            return list(records)

    def delete(self, sobject: str, record_id: str, by: str | None = None) -> None:
        """To the recycle bin, with all that depends on it."""
        with self.lock:
            self._set_deleted(sobject, self._live(sobject, record_id), True, by)

    def undelete(self, sobject: str, record_id: str, by: str | None = None) -> None:
        """Back from the recycle bin, with all that depends on it."""
        with self.lock:
            record = self.get(sobject, record_id)
            if not record.get("IsDeleted"):
                raise ApiError(400, "UNDELETE_FAILED", "Entity is not in the recycle bin")
            if OBJECTS[sobject].has("MasterRecordId"):
                record["MasterRecordId"] = None
            self._set_deleted(sobject, record, False, by)

    def hard_delete(self, sobject: str, record_id: str) -> None:
        """Gone for good, with all that depends on it: no query sees it again."""
        with self.lock:
            record = self.get(sobject, record_id)
            for child, children in self._children(sobject, record["Id"]):
                for each in children:
                    del self.records[child][each["Id"]]
            del self.records[sobject][record["Id"]]

    def merge(self, sobject: str, master_id: str, *loser_ids: str, by: str | None = None) -> None:
        """Move what belongs to the losers to the master and delete them, pointing at it."""
        if sobject not in MERGEABLE or not 1 <= len(loser_ids) <= 2:
            raise ApiError(400, "INVALID_OPERATION", "one or two Accounts, Contacts or Leads merge")
        with self.lock:
            master = self._live(sobject, master_id)
            losers = [self._live(sobject, each) for each in loser_ids]
            self._reparent(sobject, {each["Id"] for each in losers}, master["Id"])
            for loser in losers:
                loser["MasterRecordId"] = master["Id"]
                self._set_deleted(sobject, loser, True, by)
            self._touch(sobject, master, by or self.user_id)

    def archive_activities(self) -> int:
        """Archive tasks closed and events over for more than a year; how many."""
        with self.lock:
            limit = (self.clock.now - timedelta(days=ARCHIVE_DAYS)).date().isoformat()
            done = 0
            for record in (*self.records["Task"].values(), *self.records["Event"].values()):
                is_over = record.get("IsClosed", True) and (record["ActivityDate"] or "9") < limit
                if is_over and not record["IsArchived"]:
                    record["IsArchived"] = True
                    done += 1
            return done

    def purge_field_history(self, days: int) -> int:
        """Drop field history older than that, as the platform does in the end; how many rows."""
        limit = wire(self.clock.now - timedelta(days=days))
        with self.lock:
            old = [
                (sobject, record["Id"])
                for sobject in FIELD_HISTORY.values()
                for record in self.records[sobject].values()
                if record["CreatedDate"] < limit
            ]
            for sobject, record_id in old:
                del self.records[sobject][record_id]
            return len(old)

    def _children(self, sobject: str, record_id: str) -> Iterator[tuple[str, list[Record]]]:
        for child in CHILDREN.get(sobject, ()):
            records = self.records[child].values()
            yield child, [each for each in records if each[f"{sobject}Id"] == record_id]

    def _set_deleted(self, sobject: str, record: Record, deleted: bool, by: str | None) -> None:
        if not OBJECTS[sobject].has("IsDeleted"):
            raise ApiError(400, "DELETE_FAILED", f"{sobject} cannot be deleted")
        record["IsDeleted"] = deleted
        self._touch(sobject, record, by or self.user_id)
        for child, children in self._children(sobject, record["Id"]):
            for each in children:
                each["IsDeleted"] = deleted
                self._touch(child, each)

    def _reparent(self, sobject: str, losers: set[str], master_id: str) -> None:
        for other in OBJECTS.values():
            references = [
                field.name
                for field in other.fields.values()
                if sobject in field.refers_to and field.name != "MasterRecordId"
            ]
            # The history of a loser stays its own.
            references = [] if "History" in other.name else references
            for record in self.records[other.name].values() if references else ():
                for name in references:
                    if record[name] in losers:
                        record[name] = master_id
                        self._touch(other.name, record)
