"""The outbox: messages wait in `state.sqlite` until every channel has them.

A message is claimed, sent, marked. Who dies in between leaves a claim that expires, and the message
is taken again: at least once, and at most one duplicate per crash.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from alerts.message import Draft, Message
from jalur.paths import Home
from jalur.state import open_state

# Longer than one channel may take to answer; the claim is renewed before each.
CLAIM_EXPIRES_AFTER = timedelta(minutes=10)
# A channel that is down is tried again after a minute, two, four and so on, then every hour.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
# Long enough for a broken channel to be noticed on Monday and mended in the week.
GIVE_UP_AFTER = timedelta(days=7)

COLUMNS = (
    "message_id, rule, entity, period, title, body, created_at, labels, named_title, named_body,"
    " page, named_page"
)


@dataclass(frozen=True)
class Unsent:
    """A message that some channel lacks: waiting for the next attempt, or given up."""

    message_id: int
    title: str
    created_at: str
    attempts: int
    last_error: str | None
    next_attempt_at: str | None
    given_up_at: str | None


def timestamp(moment: datetime | None = None) -> str:
    """ISO 8601 in UTC and of one length, so that text compares as time."""
    return (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def enqueue(
    connection: sqlite3.Connection, draft: Draft, now: datetime, batch: str | None = None
) -> bool:
    """Put a message in the outbox unless this rule already spoke of this entity and period.

    Messages with the same `batch` were found together and may be sent as one.
    """
    cursor = connection.execute(
        "insert into outbox (rule, entity, period, title, body, created_at, batch, labels,"
        " named_title, named_body, page, named_page)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (rule, entity, period) do nothing",
        (
            draft.rule,
            draft.entity,
            draft.period,
            draft.title,
            draft.body,
            timestamp(now),
            batch,
            json.dumps(draft.labels.as_dict()),
            draft.named_title,
            draft.named_body,
            draft.page,
            draft.named_page,
        ),
    )
    return cursor.rowcount == 1


def enqueue_anew(
    connection: sqlite3.Connection, draft: Draft, now: datetime, batch: str | None = None
) -> None:
    """Put a message in the outbox that its sender knows to be new.

    Where the rule spoke of the entity and period before (one that opens, ends and opens again
    within a day), the period is numbered.
    """
    number = 1
    numbered = draft
    while not enqueue(connection, numbered, now, batch):
        number += 1
        numbered = replace(draft, period=f"{draft.period} ({number})")


def claim_next(home: Home, after: int, now: datetime) -> list[Message]:
    """Claim the first messages that are due, found together and above the id `after`.

    With them, what still waits of the same bottlenecks: nobody may hear that one is over, and after
    that of its beginning. Empty where there is none that no living process holds.
    """
    held = (
        "sent_at is null and given_up_at is null and (claimed_at is null or claimed_at < :expired)"
    )
    free = (
        f"{held} and (next_attempt_at is null or next_attempt_at <= :now) and message_id > :after"
    )
    values = {
        "expired": timestamp(now - CLAIM_EXPIRES_AFTER),
        "now": timestamp(now),
        "after": after,
    }
    with open_state(home) as connection:
        # Takes the write lock before it looks: two processes never see the same message free.
        connection.execute("begin immediate")
        first = connection.execute(
            f"select message_id, batch from outbox where {free} order by message_id limit 1", values
        ).fetchone()
        if first is None:
            return []
        together = "message_id = :id" if first["batch"] is None else f"batch = :batch and {free}"
        rows = connection.execute(
            f"""
            with together as (select * from outbox where {together})
            select {COLUMNS} from outbox
            where message_id in (select message_id from together)
                or ({held} and exists (
                    select 1 from together
                    where together.batch is not null and together.entity = outbox.entity
                        and together.message_id > outbox.message_id
                ))
            order by message_id
            """,
            values | {"id": first["message_id"], "batch": first["batch"]},
        ).fetchall()
        ids = [row["message_id"] for row in rows]
        _update(connection, ids, "claimed_at = ?, attempts = attempts + 1", timestamp(now))
        return [Message.of(row) for row in rows]


def renew_claim(home: Home, message_ids: Iterable[int], now: datetime) -> None:
    """Keep hold of messages while one channel after the other is tried."""
    with open_state(home) as connection:
        _update(connection, message_ids, "claimed_at = ?", timestamp(now))


def channels_done(home: Home, message_id: int) -> set[str]:
    """The channels that have this message already, from an earlier attempt."""
    with open_state(home) as connection:
        rows = connection.execute(
            "select channel from deliveries where message_id = ?", (message_id,)
        ).fetchall()
    return {row["channel"] for row in rows}


def mark_channel(home: Home, message_ids: Iterable[int], channel: str, now: datetime) -> None:
    """Remember that one channel has the messages, so that a retry does not send them again."""
    with open_state(home) as connection:
        connection.executemany(
            "insert into deliveries (message_id, channel, sent_at) values (?, ?, ?)"
            " on conflict do nothing",
            [(message_id, channel, timestamp(now)) for message_id in message_ids],
        )


def mark_sent(home: Home, message_id: int, now: datetime) -> None:
    """Every channel has the message."""
    with open_state(home) as connection:
        _update(connection, [message_id], "sent_at = ?, last_error = null", timestamp(now))


def mark_failed(home: Home, message_id: int, error: str, now: datetime) -> None:
    """Give the claim back with the reason: to be tried again later, or given up after a week."""
    with open_state(home) as connection:
        row = connection.execute(
            "select attempts, coalesce(first_failed_at, ?) as since from outbox"
            " where message_id = ?",
            (timestamp(now), message_id),
        ).fetchone()
        pause = min(FIRST_PAUSE * 2 ** min(row["attempts"] - 1, 20), LONGEST_PAUSE)
        is_over = now - datetime.fromisoformat(row["since"]) >= GIVE_UP_AFTER
        _update(
            connection,
            [message_id],
            "claimed_at = null, last_error = ?, next_attempt_at = ?, first_failed_at = ?,"
            " given_up_at = ?",
            error,
            timestamp(now + pause),
            row["since"],
            timestamp(now) if is_over else None,
        )


def unsent(home: Home) -> list[Unsent]:
    """Messages that some channel lacks, oldest first."""
    with open_state(home) as connection:
        rows = connection.execute(
            "select message_id, title, created_at, attempts, last_error, next_attempt_at,"
            " given_up_at from outbox where sent_at is null order by message_id"
        ).fetchall()
    return [Unsent(*row) for row in rows]


def retry_now(home: Home, now: datetime) -> int:
    """Make every unsent message due that no living process holds, those given up too; how many.

    Each has a week from now.
    """
    with open_state(home) as connection:
        cursor = connection.execute(
            "update outbox set next_attempt_at = null, attempts = 0, first_failed_at = null,"
            " given_up_at = null"
            " where sent_at is null and (claimed_at is null or claimed_at < ?)",
            (timestamp(now - CLAIM_EXPIRES_AFTER),),
        )
        return cursor.rowcount


def _update(
    connection: sqlite3.Connection, message_ids: Iterable[int], change: str, *values: str | None
) -> None:
    connection.executemany(
        f"update outbox set {change} where message_id = ?",
        [(*values, message_id) for message_id in message_ids],
    )
