"""Which companies and contacts a deal belongs to: the source keeps them apart from its objects."""

from collections.abc import Iterator, Sequence
from typing import Any

from ingestion.api.client import ApiClient
from ingestion.api.groups import groups_of
from ingestion.api.landed import ids_present
from ingestion.api.stream import Bookmark, Page, Stream, value_at
from jalur.paths import Home

BATCH = 1000


class Associations:
    """Reads what deals are associated with, for the pages that bring the deals."""

    def __init__(self, client: ApiClient, home: Home, version: str, to: str) -> None:
        self.stream = Stream(f"deal_{to}", key=("from.id",))
        self._client, self._home = client, home
        self._path = f"crm/associations/{version}/deals/{to}/batch/read"
        self._landed: set[str] | None = None

    def of(self, deals: Sequence[str], bookmark: Bookmark) -> Iterator[Page]:
        """What these deals are associated with now; of a deal with nothing any more, its end."""
        if self._landed is None:
            self._landed = ids_present(self._home, self._client.source, self.stream.name)
        for group in groups_of(deals, BATCH):
            inputs: list[dict[str, Any]] = [{"id": each} for each in group]
            found: dict[str, dict[str, Any]] = {}
            broken: list[Any] = []
            while inputs:
                answer = self._client.post(self._path, {"inputs": inputs})
                inputs = []
                for result in answer.body["results"]:
                    deal, to = value_at(result, "from.id"), value_at(result, "to")
                    if not isinstance(deal, str) or not isinstance(to, list):
                        broken.append(result)
                        continue
                    if not to:
                        continue
                    found.setdefault(deal, {"from": result["from"], "to": []})["to"] += to
                    after = value_at(result, "paging.next.after")
                    if after is not None:
                        inputs.append({"id": deal, "after": after})
            gone = sorted(self._landed.intersection(group) - found.keys())
            yield Page(
                [*found.values(), *broken],
                bookmark,
                self._path,
                answer.moment,
                gone=gone,
                stream=self.stream,
            )
