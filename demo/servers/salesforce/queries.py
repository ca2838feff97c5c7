"""The REST resources of queries: query, queryAll, and the pages that follow."""

import re
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.servers.salesforce.errors import ApiError, malformed
from demo.servers.salesforce.ids import Ids
from demo.servers.salesforce.org import Org, version_of
from demo.servers.salesforce.render import as_json
from demo.servers.salesforce.soql_run import Plan, Result

# So many results stay open for a user; opening one more closes the oldest.
OPEN_CURSORS = 10


@dataclass
class Queries:
    """Handlers, and the results that are being paged through."""

    org: Org
    cursors: dict[str, tuple[Result, int]] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)

    async def query(self, request: Request) -> Response:
        """GET query?q=: without what was deleted or archived."""
        return self._first(request, with_deleted=False)

    async def query_all(self, request: Request) -> Response:
        """GET queryAll?q=: with what was deleted, merged or archived."""
        return self._first(request, with_deleted=True)

    async def more(self, request: Request) -> Response:
        """GET query/{locator}: a later page, of a query or a queryAll."""
        locator, _, offset = request.path_params["locator"].rpartition("-")
        if locator not in self.cursors or not offset.isdigit():
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(version_of(request), locator, int(offset))

    def _first(self, request: Request, with_deleted: bool) -> Response:
        text = request.query_params.get("q", "")
        if not text:
            raise malformed("A query string has to be specified")
        plan = Plan(self.org.store, text)
        result = plan.run(with_deleted)
        if result.count is not None:
            return _count(result, by_field=plan.counted is not None)
        locator = self.ids.next("Locator")
        self.cursors[locator] = (result, self._batch(request))
        while len(self.cursors) > OPEN_CURSORS:
            del self.cursors[next(iter(self.cursors))]
        return self._page(version_of(request), locator, 0)

    def _batch(self, request: Request) -> int:
        """Records of a page: what the header asks for, within the platform's bounds."""
        options = request.headers.get("sforce-query-options", "")
        asked = re.search(r"batchSize\s*=\s*(\d+)", options, re.IGNORECASE)
        switches = self.org.switches
        most = int(asked[1]) if asked else switches.batch_size
        return max(
            min(most, switches.batch_size), min(switches.smallest_batch, switches.batch_size)
        )

    def _page(self, version: str, locator: str, offset: int) -> Response:
        result, batch = self.cursors[locator]
        total = len(result.records)
        page = result.records[offset : offset + batch]
        body: dict[str, object] = {"totalSize": total, "done": offset + batch >= total}
        if not body["done"]:
            body["nextRecordsUrl"] = f"/services/data/v{version}/query/{locator}-{offset + batch}"
        with self.org.store.lock:
            store = self.org.store
            body["records"] = [as_json(store, result, record, version) for record in page]
        return JSONResponse(body)


def _count(result: Result, by_field: bool) -> Response:
    if not by_field:
        return JSONResponse({"totalSize": result.count, "done": True, "records": []})
    record = {"attributes": {"type": "AggregateResult"}, "expr0": result.count}
    return JSONResponse({"totalSize": 1, "done": True, "records": [record]})
