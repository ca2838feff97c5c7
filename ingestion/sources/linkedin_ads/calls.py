"""The calls to LinkedIn's API, in the syntax of Rest.li 2.0."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from ingestion.api.client import Answer, ApiClient, SourceError

PAGE = 500
# Two of them are no metrics: of these a call may ask for twenty.
FIELDS = (
    "pivotValues",
    "dateRange",
    "impressions",
    "clicks",
    "costInLocalCurrency",
    "landingPageClicks",
    "externalWebsiteConversions",
    "oneClickLeads",
)
ACCOUNTS, ANALYTICS = "rest/adAccounts", "rest/adAnalytics"
# An answer has no more, and nothing tells that there was.
MOST_RESULTS = 15_000


def campaigns_path(account: str) -> str:
    """Where the campaigns of an account are searched."""
    return f"{ACCOUNTS}/{quote(account, safe='')}/adCampaigns"


def search(client: ApiClient, path: str) -> Iterator[Answer]:
    """All that a search finds, page by page, each from the cursor that the one before gave."""
    token = ""
    while True:
        cursor = f"&pageToken={quote(token, safe='')}" if token else ""
        answer = client.get(f"{path}?q=search&pageSize={PAGE}{cursor}")
        yield answer
        metadata = answer.body.get("metadata")
        following = metadata.get("nextPageToken") if isinstance(metadata, dict) else None
        if not following:
            return
        if following == token:
            raise SourceError(f"{client.source}: /{path}: a page leads to itself")
        token = str(following)


def results(client: ApiClient, account: str, first: date, last: date) -> tuple[list[Any], Answer]:
    """What an account's campaigns did on some days, both included, and the last answer.

    Where an answer may have been cut off, each half of the days is asked for by itself.
    """
    answer = client.get(
        f"{ANALYTICS}?q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY"
        f"&dateRange=(start:{_day(first)},end:{_day(last)})"
        f"&accounts=List({quote(f'urn:li:sponsoredAccount:{account}', safe='')})"
        f"&fields={','.join(FIELDS)}"
    )
    found = list(answer.body["elements"])
    if len(found) < MOST_RESULTS:
        return found, answer
    if first == last:
        raise SourceError(
            f"{client.source}: account {account} has {MOST_RESULTS:,} or more campaigns on"
            f" {first}, which is where LinkedIn cuts an answer off"
        )
    middle = first + (last - first) // 2
    earlier, _ = results(client, account, first, middle)
    later, answer = results(client, account, date.fromordinal(middle.toordinal() + 1), last)
    return earlier + later, answer


def _day(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"
