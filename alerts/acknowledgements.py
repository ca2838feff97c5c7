"""What somebody said of a bottleneck: that it is in hand, or that they want to hear no more of it.

Both end on a day. *Acknowledged*: nothing more until then but that it is over. *Snoozed*: nothing
at all. Where the bottleneck is still open on that day, it is told again.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from alerts.outbox import timestamp
from jalur.errors import JalurError
from jalur.paths import Home
from jalur.state import open_state

Kind = Literal["acknowledged", "snoozed"]
LONGEST_DAYS = 365


@dataclass(frozen=True)
class Acknowledgement:
    """One of them; `expires_at` aware, UTC."""

    kind: Kind
    expires_at: datetime
    note: str | None

    def holds(self, now: datetime) -> bool:
        return now < self.expires_at


def acknowledge(
    home: Home, bottleneck_id: str, kind: Kind, days: int, now: datetime, note: str | None = None
) -> Acknowledgement:
    """Remember it for so many days from now, in the place of what was said before."""
    if not 1 <= days <= LONGEST_DAYS:
        raise JalurError(f"--days must be 1 to {LONGEST_DAYS}, not {days}")
    expires_at = now + timedelta(days=days)
    with open_state(home) as state:
        state.execute(
            "insert or replace into acknowledgements"
            " (bottleneck_id, acknowledged_at, expires_at, kind, note) values (?, ?, ?, ?, ?)",
            (bottleneck_id, timestamp(now), timestamp(expires_at), kind, note),
        )
    return Acknowledgement(kind, expires_at, note)


def all_acknowledgements(state: sqlite3.Connection) -> dict[str, Acknowledgement]:
    """By bottleneck, those that are over too: they are due to be told again."""
    rows = state.execute(
        "select bottleneck_id, kind, expires_at, note from acknowledgements"
        " where expires_at is not null"
    )
    return {
        row["bottleneck_id"]: Acknowledgement(
            row["kind"], datetime.fromisoformat(row["expires_at"]), row["note"]
        )
        for row in rows
    }


def is_snoozed(said: Acknowledgement | None, now: datetime) -> bool:
    """Whether nothing at all is to be heard of the bottleneck now."""
    return said is not None and said.kind == "snoozed" and said.holds(now)


def forget(state: sqlite3.Connection, bottleneck_id: str) -> None:
    """What was said has been acted on, or its bottleneck is over."""
    state.execute("delete from acknowledgements where bottleneck_id = ?", (bottleneck_id,))
