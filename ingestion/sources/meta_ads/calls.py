"""The calls to Meta's API: nodes, and edges page by page."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.api.client import Answer, ApiClient, SourceError
from ingestion.api.stream import value_at

LIMIT = 500
ACCOUNT = "id,account_id,name,currency,timezone_name,account_status"
CAMPAIGN = (
    "id,account_id,name,objective,status,effective_status,start_time,stop_time,created_time,"
    "updated_time,daily_budget,lifetime_budget"
)
INSIGHT = (
    "account_id,account_currency,campaign_id,campaign_name,spend,impressions,clicks,"
    "inline_link_clicks,actions,action_values"
)
# Without a filter Meta leaves out what was archived, and of results those of what was deleted.
LISTED = ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"]
WITH_RESULTS = [*LISTED, "DELETED"]


class MetaCalls:
    """Calls about ad accounts, by their numbers; `version` is the one in the paths of the API."""

    def __init__(self, client: ApiClient, version: str) -> None:
        self._client, self._version = client, version

    def account(self, account: str) -> Answer:
        """The account itself."""
        return self._client.get(self.path(account), {"fields": ACCOUNT})

    def campaigns(self, account: str) -> Iterator[Answer]:
        """Its campaigns, those that were archived, too; deleted ones are not listed."""
        return self._pages(
            self.path(account, "campaigns"),
            {"fields": CAMPAIGN, "filtering": _in("effective_status", LISTED)},
        )

    def insights(self, account: str, first: date, last: date) -> Iterator[Answer]:
        """What its campaigns did on each of some days, both included."""
        return self._pages(
            self.path(account, "insights"),
            {
                "level": "campaign",
                "time_increment": 1,
                "time_range": json.dumps({"since": f"{first}", "until": f"{last}"}),
                "fields": INSIGHT,
                "filtering": _in("campaign.effective_status", WITH_RESULTS),
            },
        )

    def path(self, account: str, edge: str = "") -> str:
        """Where an account, or an edge of it, lies."""
        return f"{self._version}/act_{account}" + (f"/{edge}" if edge else "")

    def _pages(self, path: str, params: dict[str, Any]) -> Iterator[Answer]:
        """By cursor: the address of the next page, which is there as well, has the token in it."""
        after = None
        while True:
            answer = self._client.get(
                path, params | {"limit": LIMIT} | ({"after": after} if after else {})
            )
            yield answer
            if value_at(answer.body, "paging.next") is None:
                return
            following = value_at(answer.body, "paging.cursors.after")
            if not isinstance(following, str) or following == after:
                raise SourceError(f"{self._client.source}: /{path}: the next page has no cursor")
            after = following


def _in(field: str, values: list[str]) -> str:
    return json.dumps([{"field": field, "operator": "IN", "value": values}])
