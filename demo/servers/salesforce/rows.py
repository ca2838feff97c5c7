"""Single records, what was deleted or changed in a span of time, and counts."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.servers.salesforce.describe import object_of
from demo.servers.salesforce.errors import ApiError, invalid_field
from demo.servers.salesforce.moments import moment, wire
from demo.servers.salesforce.objects import OBJECTS
from demo.servers.salesforce.org import Org, version_of
from demo.servers.salesforce.render import attributes, whole

DELETED_DAYS, UPDATED_DAYS = 15, 30


class Rows:
    """Handlers of sobjects/{name}/... and of limits."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.store = org.store

    async def one(self, request: Request) -> Response:
        """GET sobjects/{name}/{id}, with `fields=` only those; what was deleted is not found."""
        sobject, version = object_of(request), version_of(request)
        record = self.store.get(sobject.name, request.path_params["id"])
        if record.get("IsDeleted"):
            raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
        if "fields" not in request.query_params:
            return JSONResponse(whole(sobject, record, version))
        shown: dict[str, Any] = {"attributes": attributes(sobject.name, record["Id"], version)}
        for name in request.query_params["fields"].split(","):
            field = sobject.by_lower.get(name.strip().lower())
            if field is None:
                raise invalid_field(f"No such column '{name}' on entity '{sobject.name}'.")
            shown[field.name] = record[field.name]
        return JSONResponse(shown)

    async def deleted(self, request: Request) -> Response:
        """GET sobjects/{name}/deleted?start=&end=: ids and times, seconds of the span ignored."""
        sobject = object_of(request)
        if not sobject.has("IsDeleted"):
            raise ApiError(400, "INVALID_TYPE_FOR_OPERATION", f"{sobject.name} is not replicated")
        start, end = self._span(request)
        earliest = wire(self.store.clock.now - timedelta(days=DELETED_DAYS))
        key = "SystemModstamp" if sobject.has("SystemModstamp") else "CreatedDate"
        found = [
            {"id": each["Id"], "deletedDate": each[key]}
            for each in self.store.all(sobject.name, with_deleted=True)
            if each["IsDeleted"] and max(start, earliest) <= each[key] < end
        ]
        return JSONResponse(
            {
                "deletedRecords": found,
                "earliestDateAvailable": earliest,
                "latestDateCovered": min(end, self.store.clock.wire),
            }
        )

    async def updated(self, request: Request) -> Response:
        """GET sobjects/{name}/updated?start=&end=: the ids of what was added or changed."""
        sobject = object_of(request)
        start, end = self._span(request)
        earliest = wire(self.store.clock.now - timedelta(days=UPDATED_DAYS))
        key = "SystemModstamp" if sobject.has("SystemModstamp") else "CreatedDate"
        found = [
            each["Id"]
            for each in self.store.all(sobject.name)
            if max(start, earliest) <= each[key] < end
        ]
        return JSONResponse({"ids": found, "latestDateCovered": min(end, self.store.clock.wire)})

    async def limits(self, _request: Request) -> Response:
        """GET limits."""
        switches = self.org.switches
        left = max(switches.request_limit - switches.calls, 0)
        return JSONResponse(
            {
                "DailyApiRequests": {"Max": switches.request_limit, "Remaining": left},
                "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 10_000},
                "DailyBulkV2QueryFileStorageMB": {"Max": 976_562, "Remaining": 976_562},
            }
        )

    async def counts(self, request: Request) -> Response:
        """GET limits/recordCount?sObjects=A,B: without history, unknown names left out."""
        asked = request.query_params.get("sObjects")
        names = asked.split(",") if asked else list(OBJECTS)
        found = [
            {"count": len(self.store.all(name)), "name": name}
            for name in names
            if name in OBJECTS and "History" not in name
        ]
        return JSONResponse({"sObjects": found})

    def _span(self, request: Request) -> tuple[str, str]:
        try:
            start, end = (
                moment(request.query_params.get(name, "")).replace(second=0, microsecond=0)
                for name in ("start", "end")
            )
        except ValueError as error:
            raise ApiError(400, "INVALID_REPLICATION_DATE", str(error)) from error
        self._check(start, end)
        return wire(start), wire(end)

    def _check(self, start: datetime, end: datetime) -> None:
        if end - start <= timedelta(minutes=1):
            raise ApiError(
                400, "INVALID_REPLICATION_DATE", "startDate has to be a minute before endDate"
            )
        if start > self.store.clock.now:
            raise ApiError(400, "INVALID_REPLICATION_DATE", "startDate is in the future")
