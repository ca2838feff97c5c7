"""The streams of Google Ads: customers, their campaigns, and what these did day by day."""

from collections.abc import Iterator, Sequence
from datetime import date

from ingestion.api.client import Answer, ApiClient
from ingestion.api.daily import Account, Daily, Days, Results, today_in
from ingestion.api.stream import Bookmark, Page, Stream, value_at
from ingestion.api.whole import read_whole
from ingestion.sources.google_ads.answers import rows_of
from jalur.errors import ConfigurationError
from jalur.paths import Home

# One call brings all of it, whatever it is; so few that an answer stays small.
DAYS_PER_CALL = 90
CUSTOMER = (
    "customer.id",
    "customer.descriptive_name",
    "customer.currency_code",
    "customer.time_zone",
    "customer.manager",
)
CAMPAIGN = (
    "customer.id",
    "customer.currency_code",
    "campaign.id",
    "campaign.name",
    "campaign.status",
    "campaign.advertising_channel_type",
    "campaign.start_date_time",
    "campaign.end_date_time",
    "campaign_budget.period",
    "campaign_budget.amount_micros",
    "campaign_budget.total_amount_micros",
)
RESULT = (
    "customer.id",
    "customer.currency_code",
    "campaign.id",
    "segments.date",
    "metrics.cost_micros",
    "metrics.impressions",
    "metrics.clicks",
    "metrics.conversions",
    "metrics.conversions_value",
)


class GoogleAds:
    """Reads the customers named; `version` is the one in the paths of the API."""

    def __init__(
        self,
        client: ApiClient,
        home: Home,
        version: str,
        customers: Sequence[str],
        days: Days,
        most_deletions: float,
    ) -> None:
        self._client, self._home, self._version = client, home, version
        self._customers, self._most_deletions = customers, most_deletions
        self._accounts: list[Account] = []
        self.customers = Stream("customers", ("customer.id",), self._read_customers)
        self.campaigns = Stream("campaigns", ("campaign.id",), self._read_campaigns)
        self.results = Daily(
            home,
            client.source,
            "campaign_days",
            ("customer.id", "campaign.id", "segments.date"),
            lambda: self._accounts,
            self._fetch,
            days,
            most_deletions,
        ).stream

    @property
    def streams(self) -> list[Stream]:
        """In this order: a customer says in which time zone its days are."""
        return [self.customers, self.campaigns, self.results]

    def _read_customers(self, _bookmark: Bookmark) -> Iterator[Page]:
        yield from read_whole(
            self._home, self._client.source, self.customers, self._customer_pages(),
            self._most_deletions,
        )  # fmt: skip

    def _customer_pages(self) -> Iterator[Page]:
        for customer in self._customers:
            answer = self._search(customer, f"SELECT {', '.join(CUSTOMER)} FROM customer")
            rows = rows_of(answer.body)
            for row in rows:
                if value_at(row, "customer.manager") is True:
                    raise ConfigurationError(
                        f"JALUR_GOOGLE_ADS_CUSTOMERS: {customer} is a manager account and has no"
                        " results; name the accounts below it, and it in JALUR_GOOGLE_ADS_MANAGER"
                    )
                zone = str(value_at(row, "customer.timeZone"))
                today = today_in(self._client.source, zone, answer.moment)
                self._accounts.append(Account(customer, today))
            yield Page(rows, {}, self._path(customer), answer.moment)

    def _read_campaigns(self, _bookmark: Bookmark) -> Iterator[Page]:
        query = f"SELECT {', '.join(CAMPAIGN)} FROM campaign"

        def pages() -> Iterator[Page]:
            for customer in self._customers:
                answer = self._search(customer, query)
                yield Page(rows_of(answer.body), {}, self._path(customer), answer.moment)

        yield from read_whole(
            self._home, self._client.source, self.campaigns, pages(), self._most_deletions
        )

    def _fetch(self, account: Account, first: date, last: date) -> Results:
        answer = self._search(
            account.id,
            f"SELECT {', '.join(RESULT)} FROM campaign"
            f" WHERE segments.date BETWEEN '{first}' AND '{last}'",
        )
        return Results(rows_of(answer.body), self._path(account.id), answer.moment)

    def _search(self, customer: str, query: str) -> Answer:
        return self._client.post(self._path(customer), {"query": query})

    def _path(self, customer: str) -> str:
        return f"{self._version}/customers/{customer}/googleAds:searchStream"
