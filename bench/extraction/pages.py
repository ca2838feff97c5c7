"""Pages of JSON as an API sends them, and a stream that gives them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from ingestion.api.stream import Bookmark, Page, Stream

PAGE = 100
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAGES = ("qualification", "discovery", "proposal", "negotiation", "won", "lost")


def make_pages(records: int, seed: int) -> Iterator[bytes]:
    """Bodies with a hundred deals each, of about 700 bytes, with a short history."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    for first in range(0, records, PAGE):
        count = min(PAGE, records - first)
        yield orjson.dumps({"results": [_deal(first + n, rng) for n in range(count)]})


def _deal(number: int, rng: random.Random) -> dict[str, object]:
    changed = NOON + timedelta(seconds=number)
    text = changed.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    stage = rng.choice(STAGES)
    return {
        "id": str(1_000_000 + number),
        "properties": {
            "dealname": f"Deal {number}: {rng.choice(STAGES)}",
            "dealstage": stage,
            "pipeline": "default",
            "amount": f"{rng.randrange(500, 90_000)}.50",
            "deal_currency_code": rng.choice(("USD", "EUR", "GBP")),
            "createdate": text,
            "closedate": None,
            "hubspot_owner_id": str(rng.randrange(40)),
            "hs_lastmodifieddate": text,
        },
        "propertiesWithHistory": {
            "dealstage": [
                {"value": each, "timestamp": text, "sourceType": "CRM_UI", "sourceId": "userId:7"}
                for each in (stage, "qualification")
            ]
        },
        "createdAt": text,
        "updatedAt": text,
        "archived": False,
    }


def stream_of(pages: Iterator[bytes]) -> Stream:
    """A stream that reads these pages; parsing them is part of reading."""

    def read(_bookmark: Bookmark) -> Iterator[Page]:
        for number, body in enumerate(pages):
            yield Page(orjson.loads(body)["results"], {"page": number}, "memory", NOON)

    return Stream("deals", ("id",), read, updated_at="updatedAt", deleted="archived")
