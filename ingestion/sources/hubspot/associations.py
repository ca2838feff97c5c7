"""What belongs to what: the source keeps the associations of its objects apart from them."""

from collections.abc import Iterator, Sequence
from typing import Any

from ingestion.api.client import ApiClient
from ingestion.api.groups import groups_of
from ingestion.api.landed import ids_present
from ingestion.api.stream import Bookmark, Page, Stream, value_at
from jalur.paths import Home

BATCH = 1000


class Associations:
    """Reads what objects of one type are associated with, for the pages that bring the objects."""

    def __init__(
        self, client: ApiClient, home: Home, version: str, stream: Stream, types: tuple[str, str]
    ) -> None:
        self.stream = stream
        self._client, self._home = client, home
        self._path = "crm/associations/{}/{}/{}/batch/read".format(version, *types)
        self._landed: set[str] | None = None

    def of(self, ids: Sequence[str], bookmark: Bookmark) -> Iterator[Page]:
        """What these are associated with now; of one with nothing any more, its end."""
        if self._landed is None:
            self._landed = ids_present(self._home, self._client.source, self.stream.name)
        for group in groups_of(ids, BATCH):
            inputs: list[dict[str, Any]] = [{"id": each} for each in group]
            found: dict[str, dict[str, Any]] = {}
            broken: list[Any] = []
            while inputs:
                answer = self._client.post(self._path, {"inputs": inputs})
                inputs = []
                for result in answer.body["results"]:
                    start, to = value_at(result, "from.id"), value_at(result, "to")
                    if not isinstance(start, str) or not isinstance(to, list):
                        broken.append(result)
                        continue
                    if not to:
                        continue
                    found.setdefault(start, {"from": result["from"], "to": []})["to"] += to
                    after = value_at(result, "paging.next.after")
                    if after is not None:
                        inputs.append({"id": start, "after": after})
            gone = sorted(self._landed.intersection(group) - found.keys())
            yield Page(
                [*found.values(), *broken],
                bookmark,
                self._path,
                answer.moment,
                gone=gone,
                stream=self.stream,
            )
