"""Records of a page as rows to land, or to put into the quarantine."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from ingestion.api.stream import Page, Stream, value_at
from ingestion.landing import LANDED, QUARANTINE

# As much of a record as its quarantine row keeps: enough to see what is wrong with it.
LONGEST_TEXT = 1_000_000
RECORD_ID, IS_DELETED, PAYLOAD_HASH = (
    LANDED.get_field_index(name) for name in ("record_id", "is_deleted", "payload_hash")
)


@dataclass
class Rows:
    """Rows to land, in the columns of `LANDED`, and rows of the quarantine."""

    landed: list[tuple[Any, ...]] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    payload_bytes: int = 0

    def __len__(self) -> int:
        return len(self.landed)

    def record_ids(self) -> list[str]:
        """The records of the rows to land."""
        return [row[RECORD_ID] for row in self.landed]

    def leave_out(self, known: Mapping[str, tuple[str, bool]]) -> int:
        """Take out what is landed as it is: by record id its hash, and whether it is deleted.

        Returns how many rows that were.
        """
        before = len(self.landed)
        self.landed = [
            row
            for row in self.landed
            if known.get(row[RECORD_ID]) != (row[PAYLOAD_HASH], row[IS_DELETED])
        ]
        return before - len(self.landed)

    def batch(self) -> pa.RecordBatch:
        """The rows to land."""
        columns = zip(*self.landed, strict=True) if self.landed else [()] * len(LANDED)
        arrays = [pa.array(c, column.type) for c, column in zip(columns, LANDED, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=LANDED)

    def quarantine_batch(self) -> pa.RecordBatch:
        """The rows of the quarantine."""
        return pa.RecordBatch.from_pylist(self.quarantined, schema=QUARANTINE)


class Unreadable(Exception):
    """A record that cannot be landed: the field, the reason code and a sentence for a person."""

    def __init__(self, field: str | None, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.reason, self.detail = field, reason, detail


def add_page(
    rows: Rows,
    stream: Stream,
    page: Page,
    *,
    run_id: str,
    first_position: int,
    last_payloads: Mapping[str, str],
) -> None:
    """Add the records of a page, the first of them at a position in its stream.

    `last_payloads` has, by record id, what was landed last of the records that are gone: their
    deletion carries it on.
    """
    extracted_at = datetime.now(UTC)
    position = first_position
    for record in page.records:
        try:
            record_id = record_id_of(stream, record)
            is_deleted = _is_deleted(stream, record)
            updated_at = page.moment if page.came_back else _updated_at(stream, record, is_deleted)
            text = _as_json(record)
        except Unreadable as problem:
            rows.quarantined.append(
                {
                    "entity": stream.name,
                    "file": page.origin,
                    "row_number": position,
                    "field": problem.field,
                    "reason": problem.reason,
                    "detail": problem.detail,
                    "record_text": _text(record)[:LONGEST_TEXT],
                    "run_id": run_id,
                    "extracted_at": extracted_at,
                }
            )
        else:
            rows.landed.append(
                (record_id, updated_at or page.moment, is_deleted, text.decode(),
                 payload_hash(record), extracted_at, run_id, position)
            )  # fmt: skip
            rows.payload_bytes += len(text)
        position += 1
    for record_id in page.gone:
        payload = last_payloads[record_id]
        digest = payload_hash(orjson.loads(payload))
        rows.landed.append(
            (record_id, page.moment, True, payload, digest, extracted_at, run_id, position)
        )
        rows.payload_bytes += len(payload)
        position += 1


def _is_deleted(stream: Stream, record: Any) -> bool:
    """Whether the record says that it is deleted; in CSV that is a text."""
    if stream.deleted is None:
        return False
    value = value_at(record, stream.deleted)
    return value is True or value == "true"


def payload_hash(record: Any) -> str:
    """The same for records that say the same, in any order of fields; TypeError where no JSON."""
    return hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()


def record_id_of(stream: Stream, record: Any) -> str:
    """The key of a record, its parts joined by a bar; raises `Unreadable` where one is missing."""
    if not isinstance(record, dict):
        raise Unreadable(None, "broken_record", "not a JSON object")
    if len(stream.key) == 1 and type(only := value_at(record, stream.key[0])) is str and only:
        return only
    parts = [value_at(record, path) for path in stream.key]
    for path, part in zip(stream.key, parts, strict=True):
        if not isinstance(part, str | int) or part == "":
            raise Unreadable(path, "missing_value", "the key of the record is missing")
    return "|".join(map(str, parts))


def _updated_at(stream: Stream, record: Any, is_deleted: bool) -> datetime | None:
    path = stream.deleted_at if is_deleted and stream.deleted_at else stream.updated_at
    if path is None:
        return None
    value = value_at(record, path)
    if value in (None, ""):
        raise Unreadable(path, "missing_value", "the time of the record is missing")
    moment = read_moment(value)
    if moment is None:
        raise Unreadable(path, "bad_value", "the time of the record cannot be read")
    return moment


def read_moment(value: Any) -> datetime | None:
    """A time as APIs write it: ISO 8601 with an offset, or milliseconds since 1970."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _as_json(record: Any) -> bytes:
    try:
        return orjson.dumps(record)
    except TypeError:
        detail = "a text in it is no Unicode, or a number is too large"
        raise Unreadable(None, "broken_record", detail) from None


def _text(record: Any) -> str:
    return json.dumps(record, default=str)
