"""Reports as Google's Analytics Data API gives them: pages by offset, tokens of a quota."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from demo.servers.dated import Dated
from demo.servers.faults import Faults, FaultyApp
from demo.servers.ga4.login import Login
from demo.servers.ga4.store import METRICS, Property, Store, Visits

DIMENSIONS = {
    "date": lambda row: row.day.strftime("%Y%m%d"),
    "sessionCampaignId": lambda row: row.campaign_id,
    "sessionCampaignName": lambda row: row.campaign,
    "sessionDefaultChannelGroup": lambda row: row.channel_group,
}
MOST_ROWS, DEFAULT_ROWS = 250_000, 10_000


class ApiError(Exception):
    """Becomes the answer: a status, Google's name of it, and what is wrong."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": status, "message": message, "status": name}}


def any_error(status: int) -> dict[str, Any]:
    """The body of a simulated fault; 429 is the kind that passes at once."""
    if status == 429:
        return ApiError(429, "RESOURCE_EXHAUSTED", "Exhausted concurrent requests quota.").body
    return ApiError(status, "INTERNAL", "Internal error encountered.").body


@dataclass
class Quota:
    """Tokens that are left of a day and of an hour, and what a report costs."""

    day: int = 200_000
    hour: int = 40_000
    cost: int = 4

    def take(self) -> None:
        for left, words in ((self.day, "day"), (self.hour, "hour")):
            if left < self.cost:
                raise ApiError(
                    429,
                    "RESOURCE_EXHAUSTED",
                    f"Exhausted property tokens per {words}. These quota tokens will return later.",
                )
        self.day, self.hour = self.day - self.cost, self.hour - self.cost

    def told(self) -> dict[str, Any]:
        """As Google writes it: a zero is left out."""

        def status(left: int) -> dict[str, int]:
            return {"consumed": self.cost} | ({"remaining": left} if left else {})

        return {"tokensPerDay": status(self.day), "tokensPerHour": status(self.hour)}


class Analytics:
    """A server: `with serve(Analytics(store)) as url:`; all of it can be changed meanwhile."""

    def __init__(self, store: Store, faults: Faults | None = None) -> None:
        self.store, self.quota, self.login = store, Quota(), Login()
        self.reports = 0
        self.faults = faults or Faults()
        self.faults.error_body = any_error
        routes = [
            Route("/token", self._token, methods=["POST"]),
            Route("/v1beta/properties/{name}", self._report, methods=["POST"]),
        ]
        self._app = Dated(FaultyApp(Starlette(routes=routes), self.faults), lambda: self.store.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _token(self, request: Request) -> Response:
        form = {n: values[0] for n, values in parse_qs((await request.body()).decode()).items()}
        status, body = self.login.grant(form, str(request.url))
        return JSONResponse(body, status)

    async def _report(self, request: Request) -> Response:
        try:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme != "Bearer" or token not in self.login.tokens:
                message = "Request had invalid authentication credentials."
                raise ApiError(401, "UNAUTHENTICATED", message)
            name, _, method = request.path_params["name"].partition(":")
            if method != "runReport":
                raise ApiError(404, "NOT_FOUND", "Only runReport is simulated.")
            found = self.store.properties.get(name)
            if found is None:
                message = "User does not have sufficient permissions for this property."
                raise ApiError(403, "PERMISSION_DENIED", message)
            self.quota.take()
            self.reports += 1
            return JSONResponse(self._answer(found, json.loads(await request.body())))
        except ApiError as error:
            return JSONResponse(error.body, error.status)

    def _answer(self, found: Property, asked: dict[str, Any]) -> dict[str, Any]:
        dimensions = [_known(each["name"], DIMENSIONS) for each in asked.get("dimensions", [])]
        metrics = [_known(each["name"], METRICS) for each in asked.get("metrics", [])]
        limit, offset = int(asked.get("limit", DEFAULT_ROWS)), int(asked.get("offset", 0))
        if limit > MOST_ROWS or not metrics:
            raise ApiError(400, "INVALID_ARGUMENT", "The limit or the metrics are not valid.")
        today = self.store.today(found.timezone)
        (period,) = asked["dateRanges"]
        first, last = (_day(period[name], today) for name in ("startDate", "endDate"))
        report, told = found.report(today, first, last)
        rows = _summed(report, dimensions, metrics)
        answer: dict[str, Any] = {
            "dimensionHeaders": [{"name": name} for name in dimensions],
            "metricHeaders": [
                {"name": n, "type": "TYPE_CURRENCY" if n.endswith("Cost") else "TYPE_INTEGER"}
                for n in metrics
            ],
            "metadata": {"currencyCode": found.currency, "timeZone": found.timezone}
            | dict.fromkeys(sorted(told), True),
            "kind": "analyticsData#runReport",
        }
        if rows:
            answer |= {"rows": rows[offset : offset + limit], "rowCount": len(rows)}
        if asked.get("returnPropertyQuota"):
            answer["propertyQuota"] = self.quota.told()
        return answer


def _summed(
    report: dict[Visits, Any], dimensions: list[str], metrics: list[str]
) -> list[dict[str, Any]]:
    sums: dict[tuple[str, ...], list[Any]] = {}
    for visits, values in report.items():
        key = tuple(DIMENSIONS[name](visits) for name in dimensions)
        before = sums.get(key, [0] * len(metrics))
        sums[key] = [old + values[name] for old, name in zip(before, metrics, strict=True)]
    return [
        {
            "dimensionValues": [{"value": value} for value in key],
            "metricValues": [{"value": str(value)} for value in values],
        }
        for key, values in sums.items()
    ]


def _known(name: str, names: Any) -> str:
    if name not in names:
        raise ApiError(400, "INVALID_ARGUMENT", f"Field {name} is not a valid name.")
    return name


def _day(text: str, today: date) -> date:
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        return named[text] if text in named else date.fromisoformat(text)
    except ValueError:
        raise ApiError(400, "INVALID_ARGUMENT", "The date range is not valid.") from None
