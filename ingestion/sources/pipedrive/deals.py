"""Deals: those that changed, each with its whole change log, and those that were deleted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.api.client import SourceError
from ingestion.api.groups import groups_of, ids_of
from ingestion.api.landed import deletions, ids_present, present_since
from ingestion.api.rows import read_moment
from ingestion.api.stream import Bookmark, Page, Stream, value_at
from ingestion.sources.pipedrive.client import SOURCE, PipedriveClient
from ingestion.sources.pipedrive.lists import LIMIT, ListedType, Lists
from jalur.paths import Home

# A change log costs as much as two pages of deals: short pages lose little where the tokens end.
DEALS_PER_PAGE = 100
LOGS_PER_PAGE = 20
# How long a deleted deal can be restored, with a margin: 30 days.
BIN = timedelta(days=40)
NOT_THERE = (403, 404, 410)
DEALS = ListedType(
    "deals",
    ("api/v2/deals", "api/v2/deals/archived"),
    limit=DEALS_PER_PAGE,
    bin={"status": "deleted"},
)
# The deal stands beside its log, because where it began is told by the deal alone.
CHANGELOGS = Stream("deal_changelogs", ("deal.id",), updated_at="deal.update_time")
DEAL_PRODUCTS = Stream("deal_products", ("deal_id",))


class Deals:
    """Reads deals in all their lists, and what comes with each of them."""

    def __init__(self, client: PipedriveClient, home: Home, most_deletions: float) -> None:
        self._client, self._home = client, home
        self._lists = Lists(client, home, DEALS, most_deletions)
        self.stream = Stream(
            DEALS.name,
            ("id",),
            self.read,
            updated_at="update_time",
            deleted="is_deleted",
        )
        self._with_products: set[str] | None = None

    def read(self, bookmark: Bookmark) -> Iterator[Page]:
        """The pages of deals; the bookmark waits until all that belongs to them has come."""
        for read in (self._lists.read, self._deleted):
            for page in read(bookmark):
                yield replace(page, bookmark=bookmark, gone=[])
                yield from self._change_logs(page, bookmark)
                yield from self._products(page, bookmark)
                yield replace(page, records=[], bookmark=page.bookmark)
                bookmark = page.bookmark

    def _deleted(self, bookmark: Bookmark) -> Iterator[Page]:
        """Deals that were deleted since, and those that were and are not any more.

        Their list is short (30 days), and read whole: whether a deletion is an update is not said.
        """
        known = deletions(self._home, SOURCE, DEALS.name)
        present = present_since(self._home, SOURCE, DEALS.name)
        restored, now = set(known), datetime.max.replace(tzinfo=UTC)
        for path in DEALS.paths:
            for page in self._client.pages(path, DEALS.bin | {"limit": LIMIT}):
                restored.difference_update(ids_of(page.records)[0])
                now = page.moment
                new = [record for record in page.records if _is_later(record, known)]
                # A deal that came back kept its old time, and may have it still.
                again = [record for record in new if not _is_later(record, present)]
                first = [record for record in new if _is_later(record, present)]
                for group in groups_of(first, DEALS_PER_PAGE):
                    yield Page(group, bookmark, path, page.moment)
                for group in groups_of(again, DEALS_PER_PAGE):
                    yield Page(group, bookmark, path, page.moment, came_back=True)
        # What is in the recycling bin no more for its age cannot be restored.
        recent = {each for each in restored if now - known[each] < BIN}
        for found in self._lists.by_ids(recent):
            back = [deal for deal in found.records if value_at(deal, "is_deleted") is not True]
            yield Page(back, bookmark, DEALS.paths[0], found.moment, came_back=True)

    def _change_logs(self, page: Page, bookmark: Bookmark) -> Iterator[Page]:
        """The whole log of each deal: entries have no id that a part could be found by."""
        deals = [deal for deal in page.records if ids_of([deal])[0]]
        for group in groups_of(deals, LOGS_PER_PAGE):
            records: list[Any] = []
            moment: datetime = page.moment
            for deal in group:
                log = self._log_of(deal)
                if log is not None:
                    records.append({"deal": deal, "changes": log[0]})
                    moment = log[1]
            yield Page(
                records,
                bookmark,
                "api/v1/deals/{id}/changelog",
                moment,
                came_back=page.came_back,
                stream=CHANGELOGS,
            )

    def _log_of(self, deal: Any) -> tuple[list[Any], datetime] | None:
        """The log and the clock; None of a deal that is no more, whose log is not told either."""
        try:
            pages = list(
                self._client.pages(f"api/v1/deals/{deal['id']}/changelog", {"limit": LIMIT})
            )
        except SourceError as refused:
            is_gone = refused.status == 404 or value_at(deal, "is_deleted") is True
            if is_gone and refused.status in NOT_THERE:
                return None
            raise
        return [entry for page in pages for entry in page.records], pages[-1].moment

    def _products(self, page: Page, bookmark: Bookmark) -> Iterator[Page]:
        """What each deal is about now; of a deal with nothing any more, its end."""
        if self._with_products is None:
            self._with_products = ids_present(self._home, SOURCE, DEAL_PRODUCTS.name)
        present = (d for d in page.records if value_at(d, "is_deleted") is not True)
        for group in groups_of(ids_of(present)[0], DEALS_PER_PAGE):
            path = "api/v2/deals/products"
            params = {"deal_ids": ",".join(group), "limit": LIMIT}
            found: dict[str, dict[str, Any]] = {}
            for answer in self._client.pages(path, params):
                for item in answer.records:
                    deal = str(value_at(item, "deal_id"))
                    of_deal = found.setdefault(deal, {"deal_id": deal, "products": []})
                    of_deal["products"].append(item)
                moment = answer.moment
            gone = sorted(self._with_products.intersection(group) - found.keys())
            records = list(found.values())
            yield Page(records, bookmark, path, moment, gone=gone, stream=DEAL_PRODUCTS)


def _is_later(deal: Any, landed: dict[str, datetime]) -> bool:
    """Whether a deal is none of these, or was updated since; one that cannot be read is, too."""
    ids, broken = ids_of([deal])
    if broken or ids[0] not in landed:
        return True
    moment = read_moment(value_at(deal, "update_time"))
    return moment is None or moment > landed[ids[0]]
