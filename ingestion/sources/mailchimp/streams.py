"""The streams of Mailchimp: campaigns, and the reports of those that were sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ingestion.api.client import ApiClient
from ingestion.api.stream import Bookmark, Page, Stream
from ingestion.api.whole import Whole, read_whole
from ingestion.sources.mailchimp.lists import PAGE, read_list
from jalur.paths import Home

# Somebody opens a mail of last year: how often all reports are read, beside the recent ones.
ALL_EVERY = timedelta(days=7)


class Mailchimp:
    """Reads an account; reports grow, so those of the last `restated` days are read every time."""

    def __init__(
        self,
        client: ApiClient,
        home: Home,
        restated: timedelta,
        most_deletions: float,
        page: int = PAGE,
    ) -> None:
        self._client, self._home, self._page = client, home, page
        self._restated, self._most_deletions = restated, most_deletions
        self.campaigns = Stream("campaigns", ("id",), self._read_campaigns)
        self.reports = Stream("reports", ("id",), self._read_reports)

    @property
    def streams(self) -> list[Stream]:
        """In this order: what a report refers to is landed before it."""
        return [self.campaigns, self.reports]

    def _read_campaigns(self, _bookmark: Bookmark) -> Iterator[Page]:
        # In the order of their creation: one that is made meanwhile comes last.
        params = {"sort_field": "create_time", "sort_dir": "ASC"}
        found, answer = read_list(self._client, "campaigns", params, self._page)
        pages = [Page(found, {}, "3.0/campaigns", answer.moment)]
        yield from read_whole(
            self._home, self._client.source, self.campaigns, pages, self._most_deletions
        )

    def _read_reports(self, bookmark: Bookmark) -> Iterator[Page]:
        params: dict[str, str] = {}
        if "all_read" in bookmark and not self._is_all_due(bookmark):
            since = datetime.fromisoformat(bookmark["read"]) - self._restated
            params["since_send_time"] = since.isoformat(timespec="seconds")
        found, answer = read_list(self._client, "reports", params, self._page)
        read = answer.moment.astimezone(UTC).isoformat()
        mark = {"read": read, "all_read": bookmark["all_read"] if params else read}
        # What is not listed is not gone: a report stays, whatever becomes of its campaign.
        news = Whole(self._home, self._client.source, self.reports)
        yield news.news(Page(found, mark, "3.0/reports", answer.moment))

    def _is_all_due(self, bookmark: Bookmark) -> bool:
        # By what was read last: a wrong clock here does no harm.
        read = datetime.fromisoformat(bookmark["read"])
        return read - datetime.fromisoformat(bookmark["all_read"]) >= ALL_EVERY
