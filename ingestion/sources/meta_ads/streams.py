"""The streams of Meta Ads: ad accounts, their campaigns, and what these did day by day."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ingestion.api.client import ApiClient
from ingestion.api.daily import Account, Daily, Days, Results, today_in
from ingestion.api.stream import Bookmark, Page, Stream, value_at
from ingestion.api.whole import read_whole
from ingestion.sources.meta_ads.calls import MetaCalls
from jalur.paths import Home

# Of an account with a hundred campaigns that is six pages; Meta times out where it is much more.
DAYS_PER_CALL = 30
# Within the 37 months that Meta goes back; to be asked for more is an error to it.
DAYS_KEPT = 1110


class MetaAds:
    """Reads the ad accounts named; `version` is the one in the paths of the API."""

    def __init__(
        self,
        client: ApiClient,
        home: Home,
        version: str,
        accounts: Sequence[str],
        days: Days,
        most_deletions: float,
    ) -> None:
        self._calls, self._home, self._source = MetaCalls(client, version), home, client.source
        self._wanted, self._most_deletions = accounts, most_deletions
        self._accounts: list[Account] = []
        self.accounts = Stream("ad_accounts", ("account_id",), self._read_accounts)
        self.campaigns = Stream("campaigns", ("id",), self._read_campaigns)
        self.results = Daily(
            home,
            client.source,
            "campaign_days",
            ("account_id", "campaign_id", "date_start"),
            lambda: self._accounts,
            self._fetch,
            days,
            most_deletions,
        ).stream

    @property
    def streams(self) -> list[Stream]:
        """In this order: an account says in which time zone its days are, and its currency."""
        return [self.accounts, self.campaigns, self.results]

    def _read_accounts(self, _bookmark: Bookmark) -> Iterator[Page]:
        yield from read_whole(
            self._home, self._source, self.accounts, self._account_pages(), self._most_deletions
        )

    def _account_pages(self) -> Iterator[Page]:
        for account in self._wanted:
            answer = self._calls.account(account)
            zone = str(value_at(answer.body, "timezone_name"))
            today = today_in(self._source, zone, answer.moment)
            self._accounts.append(Account(account, today))
            yield Page([answer.body], {}, self._calls.path(account), answer.moment)

    def _read_campaigns(self, _bookmark: Bookmark) -> Iterator[Page]:
        def pages() -> Iterator[Page]:
            for account in self._wanted:
                for answer in self._calls.campaigns(account):
                    path = self._calls.path(account, "campaigns")
                    yield Page(answer.body["data"], {}, path, answer.moment)

        yield from read_whole(
            self._home, self._source, self.campaigns, pages(), self._most_deletions
        )

    def _fetch(self, account: Account, first: date, last: date) -> Results:
        records: list[Any] = []
        for answer in self._calls.insights(account.id, first, last):
            records += answer.body["data"]
        return Results(records, self._calls.path(account.id, "insights"), answer.moment)
