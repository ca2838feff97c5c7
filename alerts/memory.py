"""What was told of episodes, kept in `state.sqlite` so that nothing is told twice."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alerts import wording
from alerts.message import Labels
from alerts.news import Told, highest
from alerts.outbox import timestamp
from alerts.published import Bottleneck
from jalur.persons import without_persons

# As long as the detector remembers evidence: what opens later is another trouble.
SAME_TROUBLE = timedelta(weeks=12)


@dataclass(frozen=True)
class Gone:
    """An episode that was told as open and is not published any more; titles as they were told."""

    bottleneck_id: str
    title: str
    named_title: str
    labels: Labels


def told_of(state: sqlite3.Connection, bottleneck_id: str) -> Told | None:
    """What was told of an episode, or None where nothing was."""
    row = state.execute(
        "select alerted_state, alerted_severity, teams from episodes where bottleneck_id = ?",
        (bottleneck_id,),
    ).fetchone()
    if row is None:
        return None
    return Told(row["alerted_state"], row["alerted_severity"], tuple(json.loads(row["teams"])))


def remember(
    state: sqlite3.Connection, bottleneck: Bottleneck, before: Told | None, now: datetime
) -> Told:
    """Note the episode as told, at the highest severity and to all teams since it opened."""
    told = Told(
        "open" if bottleneck.is_open else "resolved",
        highest(bottleneck.severity, before.severity if before else None),
        tuple(sorted({*bottleneck.teams, *(before.teams if before else ())})),
    )
    name = wording.name(bottleneck)
    state.execute(
        "insert or replace into episodes (bottleneck_id, series, opened_on, alerted_state,"
        " alerted_severity, updated_at, teams, pipeline_id, title, named_title)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            bottleneck.bottleneck_id,
            bottleneck.series,
            bottleneck.opened_on.isoformat(),
            told.state,
            told.severity,
            timestamp(now),
            json.dumps(told.teams),
            bottleneck.pipeline_id,
            without_persons(name, bottleneck.persons),
            name,
        ),
    )
    return told


def adopt(state: sqlite3.Connection, bottlenecks: Sequence[Bottleneck]) -> None:
    """Let episodes take the place of those that were told and are gone.

    Data that arrive late can move the beginning of an episode, and with it its id: the trouble is
    the same, and whoever heard of it must not hear of it as new. The same trouble is the newest
    episode of the series where it lasts beyond the day on which the one that is gone had opened,
    and did not open long after it.
    """
    published = {item.bottleneck_id for item in bottlenecks}
    newest = {item.series: item for item in bottlenecks}
    rows = state.execute(
        "select bottleneck_id, series, opened_on from episodes where alerted_state = 'open'"
    ).fetchall()
    for row in rows:
        heir = newest.get(row["series"])
        if row["bottleneck_id"] in published or heir is None:
            continue
        opened_on = date.fromisoformat(row["opened_on"])
        is_over_before = heir.resolved_on is not None and heir.resolved_on <= opened_on
        if is_over_before or heir.opened_on > opened_on + SAME_TROUBLE:
            continue
        for table in ("episodes", "acknowledgements"):
            # Where the newest episode was told on its own account, what was told of it counts.
            state.execute(
                f"update or ignore {table} set bottleneck_id = ? where bottleneck_id = ?",
                (heir.bottleneck_id, row["bottleneck_id"]),
            )
            state.execute(f"delete from {table} where bottleneck_id = ?", (row["bottleneck_id"],))


def told_and_gone(state: sqlite3.Connection, published: set[str], silent: set[str]) -> list[Gone]:
    """Episodes told as open of which nothing is published; not of sources that are silent."""
    rows = state.execute(
        "select * from episodes where alerted_state = 'open' order by bottleneck_id"
    ).fetchall()
    return [
        Gone(
            row["bottleneck_id"],
            row["title"] or "a stage",
            row["named_title"] or row["title"] or "a stage",
            Labels(
                "bottlenecks",
                row["alerted_severity"],
                row["pipeline_id"],
                tuple(json.loads(row["teams"])),
            ),
        )
        for row in rows
        if row["bottleneck_id"] not in published and json.loads(row["series"])[0] not in silent
    ]


def close(state: sqlite3.Connection, bottleneck_id: str, now: datetime) -> None:
    """Note that the episode was told to be over."""
    state.execute(
        "update episodes set alerted_state = 'resolved', updated_at = ? where bottleneck_id = ?",
        (timestamp(now), bottleneck_id),
    )
