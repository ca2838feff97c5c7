"""Lists of Mailchimp, whose pages are told by how many records to skip."""

from typing import Any

from ingestion.api.client import Answer, ApiClient, SourceError
from ingestion.api.stream import value_at

# As many as Mailchimp gives at once.
PAGE = 1000
# How often to begin anew, where the list changed while its pages were read.
ATTEMPTS = 3


def read_list(
    client: ApiClient, name: str, params: dict[str, Any], page: int = PAGE
) -> tuple[list[Any], Answer]:
    """The whole of a list, and the last answer.

    Where records vanish meanwhile those after them move up and one is skipped: so the list is read
    again until it has as many records as it says.
    """
    for _ in range(ATTEMPTS):
        found: list[Any] = []
        totals = set()
        while True:
            answer = client.get(
                f"3.0/{name}",
                params
                | {
                    "count": page,
                    "offset": len(found),
                    "exclude_fields": f"_links,{name}._links,{name}.settings.reply_to",
                },
            )
            records, total = answer.body.get(name), answer.body["total_items"]
            if not isinstance(records, list):
                raise SourceError(f"{client.source}: the list of {name} is not in the answer")
            totals.add(total)
            found += records
            if not records or len(found) >= total:
                break
        ids = {value_at(each, "id") for each in found}
        if len(totals) == 1 and len(ids) == len(found) == total:
            return found, answer
    raise SourceError(f"{client.source}: the list of {name} changed while its pages were read")
