"""HTTP with Pipedrive: lists by cursor, and the two limits of its API."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from requests import Response
from requests.auth import AuthBase

from ingestion.api.client import (
    TOO_MANY_REQUESTS,
    Answer,
    ApiClient,
    LimitReached,
    Patience,
    SourceError,
)
from ingestion.api.stream import value_at

SOURCE = "pipedrive"
TOKENS_LEFT = "x-daily-ratelimit-token-remaining"


@dataclass(frozen=True)
class ListPage:
    """The records of one page, the cursor of the next (None on the last), Pipedrive's clock."""

    records: list[Any]
    cursor: str | None
    moment: datetime


class PipedriveClient(ApiClient):
    """Requests to one company of Pipedrive's, at the address with its own domain."""

    def __init__(self, base_url: str, auth: AuthBase, patience: Patience | None = None) -> None:
        super().__init__(
            SOURCE,
            base_url,
            auth,
            patience=patience,
            is_exhausted=is_daily_limit,
            is_wrong=is_error,
        )

    def page(self, path: str, params: dict[str, Any], cursor: str | None = None) -> ListPage:
        """One page of a list, after the cursor of the page before."""
        answer = self.get(path, params | ({"cursor": cursor} if cursor else {}))
        after = value_at(answer.body, "additional_data.next_cursor")
        if after is not None and after == cursor:
            raise SourceError(f"{SOURCE}: GET /{path}: the list does not end")
        # The first version of the API answers null for a list of nothing.
        return ListPage(answer.body["data"] or [], after and str(after), answer.moment)

    def pages(self, path: str, params: dict[str, Any]) -> Iterator[ListPage]:
        """All pages of a list; there is always one."""
        cursor = None
        while True:
            page = self.page(path, params, cursor)
            yield page
            cursor = page.cursor
            if cursor is None:
                return

    def _ask(self, method: str, path: str, ask: Callable[[], Response]) -> Answer:
        try:
            return super()._ask(method, path, ask)
        except SourceError as refused:
            if refused.status != TOO_MANY_REQUESTS:
                raise
            # The burst limit passes within two seconds: what lasts is the day's, said or not.
            raise LimitReached(
                f"{refused}: asked for minutes, so the day's tokens are used up; the next run goes"
                " on where this one ended"
            ) from None


def is_daily_limit(response: Response) -> bool:
    """A 429 that lasts until midnight, not for two seconds; the header may be missing."""
    left = response.headers.get(TOKENS_LEFT, "")
    return response.status_code == TOO_MANY_REQUESTS and left.strip() == "0"


def is_error(body: object) -> bool:
    """An error that comes as a success: every answer that is read here is a list."""
    if not isinstance(body, dict) or body.get("success") is not True:
        return True
    return not isinstance(body.get("data", ""), list | None)
