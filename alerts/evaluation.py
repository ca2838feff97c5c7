"""What is to be said: when a bottleneck opens, gets worse or is over, and when data are stale."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts import freshness, wording
from alerts.acknowledgements import all_acknowledgements, forget, is_snoozed
from alerts.memory import adopt, close, remember, told_and_gone, told_of
from alerts.message import Draft, Labels
from alerts.news import News, Told, news_of
from alerts.outbox import enqueue, enqueue_anew, timestamp
from alerts.published import Bottleneck, ChangedFields, Published, read_published
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
        if freshness.is_old(published, moment):
            return int(enqueue(state, freshness.old_publication(published), moment))
        newest = _newest_as_of(state, moment)
        if newest is not None and published.as_of < newest:
            logger.info(
                "no alerts: as of %s is before the newest published, %s", published.as_of, newest
            )
            return 0
        quiet = [item for item in published.quiet if freshness.is_silent(item)]
        silent = {item.source for item in quiet}
        found = sum(enqueue(state, freshness.silent_source(item), moment) for item in quiet)
        for changed in published.changed_fields:
            found += enqueue(state, _changed(changed), moment)
        bottlenecks = [item for item in published.bottlenecks if item.source not in silent]
        adopt(state, bottlenecks)
        found += _tell(state, settings, bottlenecks, published, moment)
        return found + _take_back(state, settings, published, silent, moment)


def _changed(changed: ChangedFields) -> Draft:
    """Once per run that noticed it; what a source sends is no affair of a pipeline or team."""
    title, body = wording.changed_fields(changed)
    entity = f"{changed.source} {changed.stream}"
    return Draft("fields_changed", entity, changed.run_id, title, body)


def _newest_as_of(state: sqlite3.Connection, now: datetime) -> datetime | None:
    """The newest as-of that was published; one in the future must not silence what follows."""
    moments = [
        datetime.fromisoformat(row["as_of"])
        for row in state.execute("select as_of from publications")
    ]
    aware = [m.replace(tzinfo=UTC) if m.tzinfo is None else m for m in moments]
    return max((m for m in aware if m <= now + timedelta(days=1)), default=None)


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
    batch = _batch(published, now)
    found = 0
    for bottleneck in bottlenecks:
        told = told_of(state, bottleneck.bottleneck_id)
        if told is not None and told.severity is None:
            # An earlier version kept none: what is published now counts as told.
            told = remember(state, bottleneck, told, now)
        acknowledgement = said.get(bottleneck.bottleneck_id)
        news = news_of(bottleneck, told, acknowledgement, now, today)
        if news is None:
            continue
        is_reopened = told is not None and told.state != "open"
        told = remember(state, bottleneck, None if is_reopened else told, now)
        if not news.is_silent:
            enqueue_anew(state, _draft(bottleneck, news, told, settings), now, batch)
            found += 1
        if news.rule in {"bottleneck_still_open", "bottleneck_resolved"}:
            forget(state, bottleneck.bottleneck_id)
    return found


def _batch(published: Published, now: datetime) -> str:
    """What one look finds may be sent as one message."""
    return f"{published.run_id} {timestamp(now)}"


def _draft(bottleneck: Bottleneck, news: News, told: Told, settings: Settings) -> Draft:
    named = WORDS[news.rule](bottleneck, settings.currency, settings.paths.report)
    title, body = (without_persons(text, bottleneck.persons) for text in named)
    # A deal may be called after a person.
    deals = wording.first_deals(bottleneck, settings.currency) if bottleneck.is_open else []
    # Who heard of it at its worst hears that it is over, too.
    severity = told.severity if news.rule == "bottleneck_resolved" else bottleneck.severity
    return Draft(
        rule=news.rule,
        entity=bottleneck.bottleneck_id,
        period=news.period,
        title=title,
        body=body,
        labels=Labels("bottlenecks", severity, bottleneck.pipeline_id, told.teams),
        named_title=named[0],
        named_body="\n".join(_before_the_last(named[1].splitlines(), deals)),
    )


def _before_the_last(lines: list[str], more: list[str]) -> list[str]:
    """The last line says where the report lies, and stays the last."""
    return [*lines[:-1], *more, lines[-1]]


def _take_back(
    state: sqlite3.Connection,
    settings: Settings,
    published: Published,
    silent: set[str],
    now: datetime,
) -> int:
    """Say of episodes that were told and are gone that late data show none; how many."""
    today = published.as_of.astimezone(ZoneInfo(settings.timezone)).date()
    said = all_acknowledgements(state)
    found = 0
    for episode in told_and_gone(
        state, {item.bottleneck_id for item in published.bottlenecks}, silent
    ):
        close(state, episode.bottleneck_id, now)
        forget(state, episode.bottleneck_id)
        if is_snoozed(said.get(episode.bottleneck_id), now):
            continue
        title, body = wording.taken_back(episode.title, settings.paths.report)
        named_title, named_body = wording.taken_back(episode.named_title, settings.paths.report)
        draft = Draft(
            rule="bottleneck_resolved",
            entity=episode.bottleneck_id,
            period=today.isoformat(),
            title=title,
            body=body,
            labels=episode.labels,
            named_title=named_title,
            named_body=named_body,
        )
        enqueue_anew(state, draft, now, _batch(published, now))
        found += 1
    return found
