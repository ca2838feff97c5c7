"""The outbox: messages wait in `state.sqlite` until every channel has them.

A message is claimed, sent, marked. Who dies in between leaves a claim that expires, and the message
is taken again: at least once, and at most one duplicate per crash.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jalur.paths import Home
from jalur.state import open_state

# Longer than any channel may take to answer, all of them together.
CLAIM_EXPIRES_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Message:
    """One message of the outbox; `created_at` is an ISO 8601 time in UTC."""

    message_id: int
    rule: str
    entity: str
    period: str
    title: str
    body: str
    created_at: str


def timestamp(moment: datetime | None = None) -> str:
    """ISO 8601 in UTC and of one length, so that text compares as time."""
    return (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def enqueue(
    connection: sqlite3.Connection, rule: str, entity: str, period: str, title: str, body: str
) -> bool:
    """Put a message in the outbox unless this rule already spoke of this entity and period."""
    cursor = connection.execute(
        "insert into outbox (rule, entity, period, title, body, created_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict (rule, entity, period) do nothing",
        (rule, entity, period, title, body, timestamp()),
    )
    return cursor.rowcount == 1


def claim_next(home: Home, after: int) -> Message | None:
    """Claim the first unsent message with an id above `after` that no living process holds."""
    expired = timestamp(datetime.now(UTC) - CLAIM_EXPIRES_AFTER)
    with open_state(home) as connection:
        # Takes the write lock before it looks: two processes never see the same message free.
        connection.execute("begin immediate")
        row = connection.execute(
            "select message_id, rule, entity, period, title, body, created_at from outbox "
            "where message_id > ? and sent_at is null "
            "and (claimed_at is null or claimed_at < ?) order by message_id limit 1",
            (after, expired),
        ).fetchone()
        if row is None:
            return None
        connection.execute(
            "update outbox set claimed_at = ?, attempts = attempts + 1 where message_id = ?",
            (timestamp(), row["message_id"]),
        )
        return Message(*row)


def channels_done(home: Home, message_id: int) -> set[str]:
    """The channels that have this message already, from an earlier attempt."""
    with open_state(home) as connection:
        rows = connection.execute(
            "select channel from deliveries where message_id = ?", (message_id,)
        ).fetchall()
    return {row["channel"] for row in rows}


def mark_channel(home: Home, message_id: int, channel: str) -> None:
    """Remember that one channel has the message, so that a retry does not send it there again."""
    with open_state(home) as connection:
        connection.execute(
            "insert into deliveries (message_id, channel, sent_at) values (?, ?, ?) "
            "on conflict do nothing",
            (message_id, channel, timestamp()),
        )


def mark_sent(home: Home, message_id: int) -> None:
    """Every channel has the message."""
    with open_state(home) as connection:
        connection.execute(
            "update outbox set sent_at = ?, last_error = null where message_id = ?",
            (timestamp(), message_id),
        )


def mark_failed(home: Home, message_id: int, error: str) -> None:
    """Give the claim back with the reason; the next delivery tries again."""
    with open_state(home) as connection:
        connection.execute(
            "update outbox set claimed_at = null, last_error = ? where message_id = ?",
            (error, message_id),
        )
