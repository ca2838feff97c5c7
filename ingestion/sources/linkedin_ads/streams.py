"""The streams of LinkedIn Ads: accounts, their campaigns, and what these did day by day."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date
from typing import Any

from ingestion.api.client import ApiClient
from ingestion.api.daily import Account, Daily, Days, Results
from ingestion.api.stream import Bookmark, Page, Stream, value_at
from ingestion.api.whole import read_whole
from ingestion.sources.linkedin_ads.calls import (
    ACCOUNTS,
    ANALYTICS,
    campaigns_path,
    results,
    search,
)
from jalur.errors import ConfigurationError
from jalur.paths import Home

# Of an account with a hundred active campaigns a call then has 3,100 results, of 15,000 at most.
DAYS_PER_CALL = 31
ACCOUNT_URN, CAMPAIGN_URN = "urn:li:sponsoredAccount:", "urn:li:sponsoredCampaign:"


class LinkedInAds:
    """Reads the accounts named, or all that the token may see where none is."""

    def __init__(
        self,
        client: ApiClient,
        home: Home,
        wanted: Sequence[str],
        days: Days,
        most_deletions: float,
    ) -> None:
        self._client, self._home, self._wanted = client, home, wanted
        self._most_deletions = most_deletions
        self._currencies: dict[str, str | None] = {}
        self._today = date.max
        # Without their own times: one that comes back after it seemed gone has its old one.
        self.accounts = Stream("ad_accounts", ("id",), self._read_accounts)
        self.campaigns = Stream("campaigns", ("id",), self._read_campaigns)
        self._results = Daily(
            home,
            client.source,
            "campaign_days",
            ("account", "campaign", "date"),
            self._accounts_today,
            self._fetch,
            days,
            most_deletions,
        )

    @property
    def streams(self) -> list[Stream]:
        """In this order: the accounts tell whose campaigns and results to ask for."""
        return [self.accounts, self.campaigns, self._results.stream]

    def _read_accounts(self, _bookmark: Bookmark) -> Iterator[Page]:
        yield from read_whole(
            self._home, self._client.source, self.accounts, self._account_pages(),
            self._most_deletions,
        )  # fmt: skip

    def _account_pages(self) -> Iterator[Page]:
        for answer in search(self._client, ACCOUNTS):
            records = answer.body["elements"]
            if self._wanted:
                records = [each for each in records if _id(each) in self._wanted]
            for each in filter(_id, records):
                self._currencies[_id(each)] = value_at(each, "currency")
            # LinkedIn's days are those of UTC, whatever the account's.
            self._today = answer.moment.astimezone(UTC).date()
            yield Page(records, {}, ACCOUNTS, answer.moment)
        missing = [each for each in self._wanted if each not in self._currencies]
        if missing:
            raise ConfigurationError(
                f"JALUR_LINKEDIN_ADS_ACCOUNTS: the token may not see {', '.join(missing)}"
            )

    def _read_campaigns(self, _bookmark: Bookmark) -> Iterator[Page]:
        def pages() -> Iterator[Page]:
            for account in sorted(self._currencies):
                path = campaigns_path(account)
                for answer in search(self._client, path):
                    yield Page(answer.body["elements"], {}, path, answer.moment)

        yield from read_whole(
            self._home, self._client.source, self.campaigns, pages(), self._most_deletions
        )

    def _accounts_today(self) -> list[Account]:
        return [Account(each, self._today) for each in sorted(self._currencies)]

    def _fetch(self, account: Account, first: date, last: date) -> Results:
        found, answer = results(self._client, account.id, first, last)
        currency = self._currencies[account.id]
        return Results(
            [enveloped(account.id, currency, each) for each in found], ANALYTICS, answer.moment
        )


def enveloped(account: str, currency: str | None, result: Any) -> dict[str, Any]:
    """A result as it was sent, with what it does not say itself and what tells it apart."""
    values = value_at(result, "pivotValues")
    first = values[0] if isinstance(values, list) and values else None
    campaign = first.removeprefix(CAMPAIGN_URN) if isinstance(first, str) else None
    return {
        "account": account,
        "currency": currency,
        "campaign": campaign,
        "date": _day(value_at(result, "dateRange.start")),
        "result": result,
    }


def _day(parts: Any) -> str | None:
    try:
        return date(parts["year"], parts["month"], parts["day"]).isoformat()
    except (KeyError, TypeError, ValueError):
        return None


def _id(record: Any) -> str:
    found = value_at(record, "id")
    return str(found) if isinstance(found, int | str) else ""
