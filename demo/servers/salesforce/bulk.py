"""Query jobs of Bulk API 2.0: made, waited for, read page by page, deleted.

A job is worked on when it is asked about: the first question finds it InProgress, and after
`Switches.bulk_polls` of these it is JobComplete. Its result is what the store held when the work
began, however the store changes while its pages are read.
"""

import base64
import binascii
import csv
import io
import json
import time
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.servers.salesforce.errors import ApiError, not_found
from demo.servers.salesforce.ids import Ids, long_id
from demo.servers.salesforce.org import Org, milliseconds, version_of
from demo.servers.salesforce.render import as_row
from demo.servers.salesforce.soql_run import Plan

DELIMITERS = {"COMMA": ",", "TAB": "\t", "PIPE": "|", "SEMICOLON": ";", "CARET": "^",
              "BACKQUOTE": "`"}  # fmt: skip
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
OPERATIONS = ("query", "queryAll")
ENDED = ("JobComplete", "Failed", "Aborted")


@dataclass
class Job:
    """A job: what the API shows of it, and its result as rows of text, the header apart."""

    info: dict[str, Any]
    plan: Plan
    polls: int = 0
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """How far it is."""
        return str(self.info["state"])


@dataclass
class Bulk:
    """Handlers of jobs/query, and the jobs there are."""

    org: Org
    jobs: dict[str, Job] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)

    async def create(self, request: Request) -> Response:
        """POST jobs/query. A query that is no SOQL is refused here, not later."""
        asked = await _json(request)
        operation, query = asked.get("operation"), asked.get("query", "")
        delimiter, ending = asked.get("columnDelimiter", "COMMA"), asked.get("lineEnding", "LF")
        if operation not in OPERATIONS or asked.get("contentType", "CSV") != "CSV":
            raise ApiError(400, "INVALIDJOB", "operation is query or queryAll, contentType is CSV")
        if delimiter not in DELIMITERS or ending not in LINE_ENDINGS:
            raise ApiError(400, "INVALIDJOB", "unknown columnDelimiter or lineEnding")
        plan = Plan(self.org.store, str(query))
        if plan.query.count is not None or plan.query.offset:
            raise ApiError(400, "API_ERROR", "COUNT() and OFFSET are not supported in bulk query")
        now = self.org.store.clock.wire
        job_id = self.ids.next("Job")
        info = {
            "id": job_id,
            "operation": operation,
            "object": plan.sobject.name,
            "createdById": self.org.store.user_id,
            "createdDate": now,
            "systemModstamp": now,
            "state": "UploadComplete",
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(version_of(request)),
            "lineEnding": ending,
            "columnDelimiter": delimiter,
        }
        self.jobs[job_id] = Job(info, plan)
        return JSONResponse(info)

    async def all(self, _request: Request) -> Response:
        """GET jobs/query."""
        found = [job.info for job in self.jobs.values()]
        return JSONResponse({"done": True, "records": found, "nextRecordsUrl": None})

    async def info(self, request: Request) -> Response:
        """GET jobs/query/{id}: this is what moves a job on."""
        job = self._job(request)
        self._work(job)
        return JSONResponse(job.info | {"jobType": "V2Query"})

    async def abort(self, request: Request) -> Response:
        """PATCH jobs/query/{id} with the state Aborted."""
        job = self._job(request)
        if (await _json(request)).get("state") != "Aborted" or job.state in ENDED:
            raise ApiError(400, "INVALIDJOBSTATE", f"a job that is {job.state} cannot be aborted")
        job.info["state"] = "Aborted"
        return JSONResponse(job.info)

    async def delete(self, request: Request) -> Response:
        """DELETE jobs/query/{id}: only of a job that ended."""
        job = self._job(request)
        if job.state not in ENDED:
            raise ApiError(400, "API_ERROR", "The job is not terminated and cannot be deleted")
        del self.jobs[job.info["id"]]
        return Response(status_code=204)

    async def results(self, request: Request) -> Response:
        """GET jobs/query/{id}/results?locator=&maxRecords=: a page, with its own header line."""
        job = self._job(request)
        if job.state != "JobComplete":
            return Response(status_code=204)
        start = _offset(request.query_params.get("locator"), len(job.rows))
        most = request.query_params.get("maxRecords", str(self.org.switches.bulk_page))
        if not most.isdigit() or int(most) < 1:
            raise ApiError(400, "INVALID_PARAMETER", f"maxRecords is no number: {most}")
        stop = start + int(most)
        page = job.rows[start:stop]
        text = io.StringIO()
        writer = csv.writer(
            text,
            delimiter=DELIMITERS[job.info["columnDelimiter"]],
            lineterminator=LINE_ENDINGS[job.info["lineEnding"]],
            quoting=csv.QUOTE_ALL,
        )
        writer.writerows([job.header, *page])
        headers = {
            "Sforce-Locator": _locator(stop) if stop < len(job.rows) else "null",
            "Sforce-NumberOfRecords": str(len(page)),
        }
        return Response(text.getvalue(), media_type="text/csv", headers=headers)

    def _job(self, request: Request) -> Job:
        job = self.jobs.get(long_id(request.path_params["job"]))
        if job is None:
            raise not_found()
        return job

    def _work(self, job: Job) -> None:
        if job.state in ENDED:
            return
        job.info["systemModstamp"] = self.org.store.clock.wire
        if job.state == "UploadComplete":
            job.info["state"] = "InProgress"
            self._run(job)
        job.polls += 1
        if job.state == "InProgress" and job.polls > self.org.switches.bulk_polls:
            job.info["state"] = "JobComplete"

    def _run(self, job: Job) -> None:
        started = time.monotonic()
        failure = self.org.switches.bulk_failure
        if failure is not None:
            job.info |= {"state": "Failed", "errorMessage": failure, "numberRecordsProcessed": 0}
            return
        with self.org.store.lock:
            result = job.plan.run(with_deleted=job.info["operation"] == "queryAll")
            job.header = [".".join(column.path) for column in result.columns]
            job.rows = [as_row(result.columns, record) for record in result.records]
        job.info |= {
            "numberRecordsProcessed": len(job.rows),
            "retries": 0,
            "totalProcessingTime": milliseconds(started),
            "isPkChunkingSupported": True,
        }


async def _json(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(await request.body())
    except ValueError as error:
        raise ApiError(400, "JSON_PARSER_ERROR", str(error)) from error
    if not isinstance(found, dict):
        raise ApiError(400, "JSON_PARSER_ERROR", "an object is expected")
    return found


def _locator(offset: int) -> str:
    return base64.b64encode(str(offset).encode()).decode().rstrip("=")


def _offset(locator: str | None, rows: int) -> int:
    if not locator:
        return 0
    try:
        offset = int(base64.b64decode(locator + "=" * (-len(locator) % 4)))
    except (ValueError, binascii.Error):
        offset = -1
    if not 0 <= offset < rows:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return offset
