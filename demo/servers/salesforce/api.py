"""The whole server: routes, and the app that uvicorn serves."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from demo.servers.salesforce.auth import App, Sessions
from demo.servers.salesforce.bulk import Bulk
from demo.servers.salesforce.describe import Describe
from demo.servers.salesforce.errors import not_found
from demo.servers.salesforce.login import Login
from demo.servers.salesforce.org import VERSIONS, Handler, Org, version_of
from demo.servers.salesforce.queries import Queries
from demo.servers.salesforce.rows import Rows
from demo.servers.salesforce.store import Store
from demo.servers.salesforce.switches import Switches

_DATA = "/services/data/v{version}"


class SalesforceServer:
    """An org behind HTTP: `with serve(SalesforceServer(store)) as url: ...`."""

    def __init__(self, store: Store, app: App | None = None) -> None:
        self.store = store
        self.app = app or App()
        self.switches = Switches()
        self.sessions = Sessions(self.app, store.org_id)
        org = Org(store, self.sessions, self.switches)
        self.bulk = Bulk(org)
        routes = [*_doors(Login(self.sessions, store.user_id)), *_resources(org, self.bulk)]
        # Bulk results are always compressed, REST answers if the client likes.
        zipped = Middleware(GZipMiddleware, minimum_size=1000, compresslevel=1)
        missing = {404: _missing}
        self._asgi = Starlette(routes=routes, middleware=[zipped], exception_handlers=missing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Paths may end in a slash: the platform does not mind, clients differ."""
        if scope["type"] == "http" and len(scope["path"]) > 1:
            scope = {**scope, "path": scope["path"].rstrip("/")}
        asgi: ASGIApp = self._asgi
        await asgi(scope, receive, send)


def _doors(login: Login) -> list[Route]:
    return [
        Route("/services/oauth2/token", login.token, methods=["POST"]),
        Route("/services/Soap/u/{version}", login.soap, methods=["POST"]),
        Route("/services/data", _versions),
    ]


def _resources(org: Org, bulk: Bulk) -> list[Route]:
    queries, describe, rows = Queries(org), Describe(org), Rows(org)

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        return Route(_DATA + path, org.guard(handler), methods=[method])

    return [
        route("", _resources_list),
        route("/query", queries.query),
        route("/queryAll", queries.query_all),
        route("/query/{locator}", queries.more),
        route("/queryAll/{locator}", queries.more),
        route("/limits", rows.limits),
        route("/limits/recordCount", rows.counts),
        route("/sobjects", describe.all),
        route("/sobjects/{sobject}/describe", describe.one),
        route("/sobjects/{sobject}/deleted", rows.deleted),
        route("/sobjects/{sobject}/updated", rows.updated),
        route("/sobjects/{sobject}/{id}", rows.one),
        route(
            "/ui-api/object-info/{sobject}/picklist-values/{record_type}/{field}", describe.stages
        ),
        route("/jobs/query", bulk.create, "POST"),
        route("/jobs/query", bulk.all),
        route("/jobs/query/{job}", bulk.info),
        route("/jobs/query/{job}", bulk.abort, "PATCH"),
        route("/jobs/query/{job}", bulk.delete, "DELETE"),
        route("/jobs/query/{job}/results", bulk.results),
    ]


async def _versions(_request: Request) -> Response:
    return JSONResponse(
        [
            {"label": label, "url": f"/services/data/v{version}", "version": version}
            for version, label in VERSIONS.items()
        ]
    )


async def _resources_list(request: Request) -> Response:
    names = ("sobjects", "query", "queryAll", "limits", "jobs", "ui-api")
    base = f"/services/data/v{version_of(request)}"
    return JSONResponse({name: f"{base}/{name}" for name in names})


async def _missing(_request: Request, _error: Exception) -> Response:
    return JSONResponse(not_found().body(), 404)
