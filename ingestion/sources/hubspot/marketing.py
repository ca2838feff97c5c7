"""What marketing has: few, read whole once a day, and landed where it is not landed as it is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingestion.api.client import ApiClient, SourceError
from ingestion.api.groups import ids_of
from ingestion.api.landed import differing, ids_present
from ingestion.api.stream import Bookmark, Page, Stream
from ingestion.api.sweep import vanished
from ingestion.sources.hubspot.object_calls import REST, after_of
from jalur.paths import Home

NOT_FOUND = 404
CAMPAIGN_BUDGETS = Stream("campaign_budgets", key=("campaignGuid",))
CAMPAIGN_PROPERTIES = (
    "hs_name", "hs_start_date", "hs_end_date", "hs_campaign_status", "hs_currency_code", "hs_utm",
    "hs_owner", "hs_budget_items_sum_amount", "hs_spend_items_sum_amount",
)  # fmt: skip


class Marketing:
    """Reads lists of the marketing hub; `version` is the date in the paths of the API."""

    def __init__(
        self,
        client: ApiClient,
        home: Home,
        version: str,
        most_deletions: float,
        own_properties: tuple[str, ...] = (),
    ) -> None:
        self._client, self._home, self._version = client, home, version
        self._most_deletions = most_deletions
        # Each once: a property may be one that is read anyway.
        self._campaign_properties = tuple(dict.fromkeys((*CAMPAIGN_PROPERTIES, *own_properties)))

    def read_campaigns(self, bookmark: Bookmark) -> Iterator[Page]:
        """The campaigns, and what each that changed was to cost and did cost."""
        if self._was_read_today(bookmark):
            return
        path = f"marketing/campaigns/{self._version}"
        params = {"properties": ",".join(self._campaign_properties), "limit": 100}
        for page in self._whole("campaigns", path, params):
            # Before the campaigns: one that is landed is taken for read.
            for campaign in ids_of(page.records)[0]:
                yield from self._budget(f"{path}/{campaign}/budget/totals", campaign, bookmark)
            yield page

    def _budget(self, path: str, campaign: str, bookmark: Bookmark) -> Iterator[Page]:
        try:
            answer = self._client.get(path)
        except SourceError as error:
            if error.status == NOT_FOUND:
                return
            raise
        # The answer does not name its campaign.
        record = {"campaignGuid": campaign, **answer.body}
        yield Page([record], bookmark, path, answer.moment, stream=CAMPAIGN_BUDGETS)

    def _whole(self, table: str, path: str, params: dict[str, Any]) -> Iterator[Page]:
        """All that a list has: what is not landed as it is, and what is landed and not listed."""
        listed: dict[str, Any] = {}
        broken: list[Any] = []
        after = None
        while True:
            answer = self._client.get(path, params | ({"after": after} if after else {}))
            for record in answer.body["results"]:
                ids, _ = ids_of([record])
                if ids:
                    listed[ids[0]] = record
                else:
                    broken.append(record)
            after = after_of(answer)
            if after is None:
                break
        source = self._client.source
        known = ids_present(self._home, source, table)
        gone = vanished(source, table, known, listed.keys(), self._most_deletions)
        new = differing(self._home, source, table, listed)
        mark = {"since": answer.moment.isoformat()}
        yield Page([*new, *broken], mark, path, answer.moment, gone=gone)

    def _was_read_today(self, bookmark: Bookmark) -> bool:
        if "since" not in bookmark or self._client.began is None:
            return False
        return self._client.began - datetime.fromisoformat(bookmark["since"]) < REST
