"""What ISO 8601 allows is read, and means the moment that Python reads in it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest

from ingestion.contract import Column
from ingestion.sources.files.expressions import instant, readable

JAKARTA = ZoneInfo("Asia/Jakarta")
COLUMN = Column("created_at", "timestamp")


def _read(text: str) -> tuple[bool, datetime | None]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Asia/Jakarta'")
        row = connection.execute(
            f"select {readable(COLUMN, 'text')}, timezone('UTC', {instant('text')})"
            " from (select $1::varchar as text)",
            [text],
        ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026-01-31 09:00",
        "2026-01-31T09:00Z",
        "2026-01-31T09:00+07:00",
        "2026-01-31 09:00:30 -05:00",
        "2026-01-31 09:00:30+0530",
        "2026-01-31T09:00:30+07",
        "2026-01-31T09:00:30.123456Z",
        "2026-01-31T09:00:30 Z",
        "2026-01-31 09:00 +07:00",
    ],
)
def test_iso_times_are_read(text: str) -> None:
    expected = datetime.fromisoformat(text.replace(" -", "-").replace(" +", "+").replace(" Z", "Z"))
    if expected.tzinfo is None:
        expected = expected.replace(tzinfo=JAKARTA)
    is_readable, moment = _read(text)
    assert is_readable
    assert moment == expected.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2026",
        "2026-02-31",
        "2026-1-5",
        "20260105",
        "1899-01-01",
        "noon",
        "2026-01-31T25:00Z",
        "2026-01-31T09:00+19:00",
        "2026-01-31T09:00+07:60",
    ],
)
def test_other_texts_are_not(text: str) -> None:
    assert _read(text)[0] is False
