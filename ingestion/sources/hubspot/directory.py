"""Owners and pipelines: few, and read whole every time."""

from collections.abc import Iterator
from typing import Any

from ingestion.api.client import ApiClient
from ingestion.api.stream import Bookmark, Page

LIMIT = 100


def read_owners(client: ApiClient, version: str) -> Iterator[Page]:
    """Everyone who owns or ever owned something."""
    path = f"crm/owners/{version}"
    for archived in ("false", "true"):
        after = None
        while True:
            params: dict[str, Any] = {"limit": LIMIT, "archived": archived}
            answer = client.get(path, params | ({"after": after} if after else {}))
            yield Page(answer.body["results"], {}, path, answer.moment)
            after = answer.body.get("paging", {}).get("next", {}).get("after")
            if after is None:
                break


def read_pipelines(client: ApiClient, version: str, _bookmark: Bookmark) -> Iterator[Page]:
    """The pipelines of deals, each with its stages as they are called now."""
    path = f"crm/pipelines/{version}/deals"
    answer = client.get(path)
    yield Page(answer.body["results"], {}, path, answer.moment)
