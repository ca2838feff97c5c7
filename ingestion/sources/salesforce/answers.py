"""What Salesforce answers: JSON, CSV or an error, and how to tell the broken ones."""

import csv
import io
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from requests import Response
from simple_salesforce.exceptions import SalesforceError

from ingestion.api.client import LimitReached, SourceError, parsed

SOURCE = "salesforce"
CSV = "text/csv"
LIMIT_EXCEEDED = "REQUEST_LIMIT_EXCEEDED"


class Refused(SourceError):
    """Salesforce will not do what it was asked, however often: an error code says why."""

    def __init__(self, what: str, status: int, code: str, message: str) -> None:
        super().__init__(f"{what}: HTTP {status} {code}: {message[:300]}")
        self.status, self.code = status, code


@dataclass(frozen=True)
class CsvPage:
    """Rows of a bulk result as objects of texts, and the locator of the next page, if any."""

    rows: list[dict[str, str]]
    locator: str | None
    moment: datetime


def csv_page(response: Response, what: str) -> CsvPage:
    """The rows of a page of a bulk result."""
    if not _is_csv(response):
        raise SourceError(f"{what}: the answer is no CSV")
    header, *rows = _csv_rows(response)
    locator = response.headers.get("Sforce-Locator", "null")
    return CsvPage(
        [dict(zip(header, row, strict=True)) for row in rows],
        None if locator in ("null", "") else locator,
        moment_of(response, what),
    )


def is_daily_limit(response: Response) -> bool:
    """The calls of these 24 hours are used up, which no pause of minutes mends."""
    return response.status_code == 403 and _first_error(parsed(response))[0] == LIMIT_EXCEEDED


def is_broken(response: Response) -> bool:
    """A success that is no answer: a web page, half an answer, an error in disguise."""
    if not response.ok or response.status_code == 204:
        return False
    if _is_csv(response):
        rows = _csv_rows(response)
        return str(len(rows) - 1) != response.headers.get("Sforce-NumberOfRecords")
    return not isinstance(parsed(response), dict)


def _is_csv(response: Response) -> bool:
    return response.headers.get("Content-Type", "").startswith(CSV)


def _csv_rows(response: Response) -> list[list[str]]:
    """All lines of an answer, read once; whole lines only, of as many values as the first."""
    kept = vars(response)
    if "csv_rows" not in kept:
        text = io.StringIO(response.content.decode("utf-8", "replace"), newline="")
        # Set here: another reader may have set it to less.
        csv.field_size_limit(sys.maxsize)
        rows = list(csv.reader(text))
        kept["csv_rows"] = [row for row in rows if len(row) == len(rows[0])]
    rows_read: list[list[str]] = kept["csv_rows"]
    return rows_read


def moment_of(response: Response, what: str) -> datetime:
    """The org's own clock when it answered."""
    try:
        return parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError):
        raise SourceError(f"{what}: the answer does not say its time (Date)") from None


def told(what: str, error: SalesforceError) -> SourceError:
    """A refusal in Salesforce's own words."""
    code, message = _first_error(error.content)
    if error.status == 403 and code == LIMIT_EXCEEDED:
        return LimitReached(
            f"{what}: the quota of calls is used up ({message[:100]});"
            " the next run goes on where this one ended"
        )
    return Refused(what, error.status, code, message)


def _first_error(body: Any) -> tuple[str, str]:
    """Code and message of an error; they come in a list, also where there is one."""
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "no error code", ""
    return str(first.get("errorCode", "no error code")), str(first.get("message", ""))
