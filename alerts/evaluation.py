"""What is to be said: when a bottleneck opens, gets worse or is over, and when data are stale."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alerts import freshness, wording
from alerts.acknowledgements import all_acknowledgements, forget
from alerts.message import Draft, Labels
from alerts.news import News, Told, news_of
from alerts.outbox import enqueue, timestamp
from alerts.published import Bottleneck, Published, read_published
from jalur.persons import without_persons
from jalur.settings import Settings
from jalur.state import open_state

logger = logging.getLogger(__name__)

WORDS: dict[str, Callable[..., tuple[str, str]]] = {
    "bottleneck_opened": wording.opened,
    "bottleneck_worsened": wording.worsened,
    "bottleneck_still_open": wording.still_open,
    "bottleneck_resolved": wording.resolved,
}


def evaluate(settings: Settings, now: datetime | None = None) -> int:
    """Compare the published episodes with what was alerted; return how many messages are new.

    Writes one outbox row per (rule, entity, period) and sends nothing. Running it again over the
    same publication adds nothing. Where the published file describes an earlier moment than one
    published before (a run with an older as-of), nothing is evaluated: the past is no news. Where
    the figures are stale, that is said, and nothing of the bottlenecks in them. `now` (aware)
    stands in for the present. Raises `JalurError` where the published file cannot be read.
    """
    database = settings.paths.published_database
    if not database.exists():
        return 0
    published = read_published(database)
    moment = now or datetime.now(UTC)
    with open_state(settings.paths) as state:
        # One transaction from the look to the last message: two evaluations cannot both find news.
        state.execute("begin immediate")
        newest = _newest_as_of(state)
        if newest is not None and published.as_of < newest:
            logger.info(
                "no alerts: as of %s is before the newest published, %s", published.as_of, newest
            )
            return 0
        stale, silent = _stale(published, moment)
        found = sum(enqueue(state, draft, moment) for draft in stale)
        bottlenecks = [item for item in published.bottlenecks if item.source not in silent]
        _adopt(state, bottlenecks)
        return found + _tell(state, settings, bottlenecks, published, moment)


def _newest_as_of(state: sqlite3.Connection) -> datetime | None:
    moments = [
        datetime.fromisoformat(row["as_of"])
        for row in state.execute("select as_of from publications")
    ]
    return max((m.replace(tzinfo=UTC) if m.tzinfo is None else m for m in moments), default=None)


def _stale(published: Published, now: datetime) -> tuple[list[Draft], set[str]]:
    """What is to be said of stale data, and the sources whose bottlenecks are not to be told."""
    if freshness.is_old(published, now):
        return [freshness.old_publication(published)], {
            item.source for item in published.bottlenecks
        }
    quiet = [item for item in published.quiet if freshness.is_silent(item)]
    return [freshness.silent_source(item) for item in quiet], {item.source for item in quiet}


def _adopt(state: sqlite3.Connection, bottlenecks: list[Bottleneck]) -> None:
    """Let episodes take the place of those that were alerted and are gone.

    Data that arrive late can move the beginning of an episode, and with it its id: the trouble is
    the same, and whoever heard of it must not hear of it as new. The same trouble is the newest
    episode of the series, unless it was over before the one that is gone had begun.
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
        if heir.resolved_on is None or heir.resolved_on.isoformat() > row["opened_on"]:
            for table in ("episodes", "acknowledgements"):
                # Ignored where the newest episode was alerted on its own account.
                state.execute(
                    f"update or ignore {table} set bottleneck_id = ? where bottleneck_id = ?",
                    (heir.bottleneck_id, row["bottleneck_id"]),
                )


def _tell(
    state: sqlite3.Connection,
    settings: Settings,
    bottlenecks: list[Bottleneck],
    published: Published,
    now: datetime,
) -> int:
    """Enqueue what is news, remember it, and return how many messages that are."""
    said = all_acknowledgements(state)
    today = published.as_of.astimezone(ZoneInfo(settings.timezone)).date()
    # What one look finds may be sent as one message.
    batch = f"{published.run_id} {timestamp(now)}"
    found = 0
    for bottleneck in bottlenecks:
        told = _told(state, bottleneck.bottleneck_id)
        acknowledgement = said.get(bottleneck.bottleneck_id)
        news = news_of(bottleneck, told, acknowledgement, now, today)
        if news is None:
            continue
        if not news.is_silent:
            found += enqueue(state, _draft(bottleneck, news, settings), now, batch)
        if news.rule in {"bottleneck_still_open", "bottleneck_resolved"}:
            forget(state, bottleneck.bottleneck_id)
        _remember(state, bottleneck, now)
    return found


def _told(state: sqlite3.Connection, bottleneck_id: str) -> Told | None:
    row = state.execute(
        "select alerted_state, alerted_severity from episodes where bottleneck_id = ?",
        (bottleneck_id,),
    ).fetchone()
    return None if row is None else Told(row["alerted_state"], row["alerted_severity"])


def _draft(bottleneck: Bottleneck, news: News, settings: Settings) -> Draft:
    named = WORDS[news.rule](bottleneck, settings.currency, settings.paths.report)
    title, body = (without_persons(text, bottleneck.persons) for text in named)
    # A deal may be called after a person.
    deals = wording.first_deals(bottleneck, settings.currency) if bottleneck.is_open else []
    return Draft(
        rule=news.rule,
        entity=bottleneck.bottleneck_id,
        period=news.period,
        title=title,
        body=body,
        labels=Labels("bottlenecks", bottleneck.severity, bottleneck.pipeline_id, bottleneck.teams),
        named_title=named[0],
        named_body="\n".join(_before_the_last(named[1].splitlines(), deals)),
    )


def _before_the_last(lines: list[str], more: list[str]) -> list[str]:
    """The last line says where the report lies, and stays the last."""
    return [*lines[:-1], *more, lines[-1]]


def _remember(state: sqlite3.Connection, bottleneck: Bottleneck, now: datetime) -> None:
    state.execute(
        "insert into episodes "
        "(bottleneck_id, series, opened_on, alerted_state, alerted_severity, updated_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict (bottleneck_id) do update "
        "set opened_on = excluded.opened_on, alerted_state = excluded.alerted_state, "
        "alerted_severity = excluded.alerted_severity, updated_at = excluded.updated_at",
        (
            bottleneck.bottleneck_id,
            bottleneck.series,
            bottleneck.opened_on.isoformat(),
            "open" if bottleneck.is_open else "resolved",
            bottleneck.severity,
            timestamp(now),
        ),
    )
