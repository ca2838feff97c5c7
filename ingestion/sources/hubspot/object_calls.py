"""The calls that read objects: lists, searches within a window, and batches by id."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from ingestion.api.client import Answer, ApiClient
from ingestion.api.groups import ids_of
from jalur.errors import ConfigurationError

LIST_LIMIT, SEARCH_LIMIT = 100, 200
# Objects in one batch read: fewer where their history comes along.
BATCH, BATCH_WITH_HISTORY = 100, 50
# Changes that the index of the search learns of late.
LOOKBACK = timedelta(minutes=10)
# How long what seldom changes is not asked for: a little less than a day, as no sync begins at the
# same second every day.
REST = timedelta(hours=20)


@dataclass(frozen=True)
class ObjectType:
    """One type of object, the properties that are read, and those whose history is.

    One that `rests` is asked for once a day while the portal has none of it, and one that `is_slow`
    once a day in any case: every call counts. `own` are properties that a setting names.
    """

    name: str
    properties: tuple[str, ...]
    history: tuple[str, ...] = ()
    modified: str = "hs_lastmodifieddate"
    rests: bool = False
    is_slow: bool = False
    own: tuple[str, ...] = ()

    @property
    def batch(self) -> int:
        return BATCH_WITH_HISTORY if self.history else BATCH


class ObjectCalls:
    """Calls about one type of object; `version` is the date in the paths of the API."""

    def __init__(self, client: ApiClient, version: str, kind: ObjectType) -> None:
        self._client, self._kind = client, kind
        self.path = f"crm/objects/{version}/{kind.name}"
        self._definitions = f"crm/properties/{version}/{kind.name}"

    @cached_property
    def properties(self) -> list[str]:
        """Ours and whatever the company has defined for itself; asked for with the first batch.

        Raises `ConfigurationError` where a setting names one that is not there.
        """
        answer = self._client.get(self._definitions)
        defined = {p["name"]: p.get("hubspotDefined", False) for p in answer.body["results"]}
        for name in self._kind.own:
            if name not in defined:
                raise ConfigurationError(
                    f"JALUR_HUBSPOT_FIELDS: {self._kind.name} of HubSpot have no property '{name}'"
                )
        by_company = (name for name, is_standard in defined.items() if not is_standard)
        return list(dict.fromkeys([*self._kind.properties, *self._kind.own, *by_company]))

    def list_all(self, *, archived: bool) -> tuple[dict[str, Any], datetime]:
        """The objects that a list names, by id, and HubSpot's clock at the end of it."""
        found: dict[str, Any] = {}
        after = None
        while True:
            answer = self.page_of_list(after, archived=archived)
            records = answer.body["results"]
            found |= {str(record["id"]): record for record in records if ids_of([record])[0]}
            after = after_of(answer)
            if after is None:
                return found, answer.moment

    def page_of_list(self, after: str | None, *, archived: bool) -> Answer:
        """One page of the list, after the cursor of the page before."""
        params: dict[str, Any] = {"limit": LIST_LIMIT, "archived": str(archived).lower()}
        # Without a list of properties the source sends its own choice.
        params["properties"] = "hs_object_id"
        return self._client.get(self.path, params | ({"after": after} if after else {}))

    def page_of_search(self, since: datetime, until: datetime, last_id: str) -> Answer:
        """The first objects by id, after one, that changed in a window."""
        return self._client.post(
            f"{self.path}/search",
            {
                "filterGroups": [
                    {
                        "filters": [
                            {
                                "propertyName": self._kind.modified,
                                "operator": "BETWEEN",
                                "value": _milliseconds(since),
                                "highValue": _milliseconds(until),
                            },
                            {"propertyName": "hs_object_id", "operator": "GT", "value": last_id},
                        ]
                    }
                ],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": ["hs_object_id"],
                "limit": SEARCH_LIMIT,
            },
        )

    def read_batch(self, ids: Iterable[str], *, archived: bool) -> Answer:
        """The objects with these ids, with their properties and histories."""
        body: dict[str, Any] = {
            "inputs": [{"id": each} for each in ids],
            "properties": self.properties,
        }
        if self._kind.history:
            body["propertiesWithHistory"] = list(self._kind.history)
        path = f"{self.path}/batch/read" + ("?archived=true" if archived else "")
        return self._client.post(path, body)


def after_of(answer: Answer) -> str | None:
    """The cursor of the next page; None on the last."""
    after = answer.body.get("paging", {}).get("next", {}).get("after")
    return None if after is None else str(after)


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.astimezone(UTC).timestamp() * 1000))
