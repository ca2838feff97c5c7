"""Reports of Google's Data API: asked for page by page, as long as there are tokens for it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from requests import Response

from ingestion.api.client import (
    TOO_MANY_REQUESTS,
    Answer,
    ApiClient,
    LimitReached,
    SourceError,
    parsed,
)
from ingestion.api.stream import value_at

DIMENSIONS = (
    "date",
    "sessionCampaignId",
    "sessionCampaignName",
    "sessionDefaultChannelGroup",
)
METRICS = (
    "sessions",
    "engagedSessions",
    "keyEvents",
    "advertiserAdCost",
    "advertiserAdClicks",
    "advertiserAdImpressions",
)
# Google gives no more rows at once.
ROWS_PER_CALL = 250_000
TOKENS = ("tokensPerDay", "tokensPerHour", "tokensPerProjectPerHour")
# How often to begin anew, where rows were added while pages were read.
ATTEMPTS = 3


@dataclass
class Shortcomings:
    """How many reports there were, and of how many Google says that something is not in them."""

    reports: int = 0
    other: int = 0
    withheld: int = 0
    sampled: int = 0

    def note(self, metadata: Any) -> None:
        """Count a report by what it says of itself."""
        self.reports += 1
        self.other += value_at(metadata, "dataLossFromOtherRow") is True
        self.withheld += value_at(metadata, "subjectToThresholding") is True
        self.sampled += bool(value_at(metadata, "samplingMetadatas"))


class Reports:
    """Reports by campaign and day; raises `LimitReached` before the last tokens are spent."""

    def __init__(self, client: ApiClient, rows_per_call: int = ROWS_PER_CALL) -> None:
        self._client, self._rows_per_call = client, rows_per_call
        self._is_short: set[str] = set()
        self.shortcomings = Shortcomings()

    def time_zone(self, number: str) -> tuple[str, Answer]:
        """The time zone of a property, which every report tells."""
        answer = self._ask(
            number, {"startDate": "today", "endDate": "today"}, (), METRICS[:1], 0, 1
        )
        found = value_at(answer.body, "metadata.timeZone")
        if not isinstance(found, str):
            raise SourceError(f"{self._client.source}: property {number} has no time zone")
        return found, answer

    def rows(self, number: str, first: date, last: date) -> tuple[list[Any], Answer]:
        """All rows of some days, both included, each an object; and the last answer."""
        period = {"startDate": first.isoformat(), "endDate": last.isoformat()}
        for _ in range(ATTEMPTS):
            found: list[Any] = []
            counts = set()
            while True:
                answer = self._ask(
                    number, period, DIMENSIONS, METRICS, len(found), self._rows_per_call
                )
                metadata, rows = answer.body["metadata"], answer.body.get("rows") or []
                found += [enveloped(number, metadata, each) for each in rows]
                # A number that is zero is left out.
                counts.add(answer.body.get("rowCount") or 0)
                if not rows or len(found) >= max(counts):
                    break
            if counts == {len(found)}:
                self.shortcomings.note(metadata)
                return found, answer
        raise SourceError(
            f"{self._client.source}: the report of property {number} from {first} to {last}"
            " changed while its pages were read"
        )

    def _ask(
        self,
        number: str,
        period: dict[str, str],
        dimensions: tuple[str, ...],
        metrics: tuple[str, ...],
        offset: int,
        limit: int,
    ) -> Answer:
        if number in self._is_short:
            raise LimitReached(
                f"{self._client.source}: property {number} has hardly any tokens left; the next"
                " run goes on where this one ended"
            )
        answer = self._client.post(
            f"v1beta/properties/{number}:runReport",
            {
                "dateRanges": [period],
                "dimensions": [{"name": name} for name in dimensions],
                "metrics": [{"name": name} for name in metrics],
                # Without an order pages would be those of another table each.
                "orderBys": [{"dimension": {"dimensionName": name}} for name in dimensions],
                "offset": str(offset),
                "limit": str(limit),
                "returnPropertyQuota": True,
            },
        )
        if is_short(answer.body.get("propertyQuota")):
            self._is_short.add(number)
        return answer


def enveloped(number: str, metadata: Any, row: Any) -> dict[str, Any]:
    """A row with the names of its values, which Google tells by their places."""
    dimensions = _named(DIMENSIONS, value_at(row, "dimensionValues"))
    metrics = _named(METRICS, value_at(row, "metricValues"))
    if dimensions is None or metrics is None:
        return {"property": number, "row": row}
    return {
        "property": number,
        # What sessions are told apart by, as one text: any of it may be empty.
        "sessions_of": "|".join(str(dimensions[name] or "") for name in DIMENSIONS[1:]),
        "date": _iso(dimensions["date"]),
        "currency": value_at(metadata, "currencyCode"),
        "time_zone": value_at(metadata, "timeZone"),
        "dimensions": dimensions,
        "metrics": metrics,
    }


def _named(names: tuple[str, ...], values: Any) -> dict[str, Any] | None:
    if not isinstance(values, list) or len(values) != len(names):
        return None
    return {name: value_at(value, "value") for name, value in zip(names, values, strict=True)}


def _iso(text: Any) -> str | None:
    """`20260301` as 2026-03-01; None where it is no day."""
    try:
        return date.fromisoformat(text).isoformat()
    except (TypeError, ValueError):
        return None


def is_short(quota: Any) -> bool:
    """Whether another report like this one may be one too many: others need tokens, too."""
    for name in TOKENS:
        status = value_at(quota, name)
        # A number that is zero is left out.
        if isinstance(status, dict) and status.get("remaining", 0) < status.get("consumed", 0):
            return True
    return False


def is_token_limit(response: Response) -> bool:
    """A 429 that lasts for an hour or a day; one of concurrent requests passes at once."""
    if response.status_code != TOO_MANY_REQUESTS:
        return False
    message = value_at(parsed(response), "error.message")
    return isinstance(message, str) and ("per day" in message or "per hour" in message)


def is_error(body: Any) -> bool:
    """An error that comes as a success: a report says that it is one."""
    return (
        not isinstance(body, dict)
        or body.get("kind") != "analyticsData#runReport"
        or not isinstance(body.get("metadata"), dict)
    )
