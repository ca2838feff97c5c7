"""What is to be said: when a bottleneck opens, when it gets worse, and when it is over."""

import logging
import sqlite3
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alerts import wording
from alerts.outbox import enqueue, timestamp
from alerts.published import Bottleneck, read_bottlenecks
from jalur.settings import Settings
from jalur.state import open_state

logger = logging.getLogger(__name__)

SEVERITIES = ("medium", "high", "critical")


def evaluate(settings: Settings) -> int:
    """Compare the published episodes with what was alerted; return how many messages are new.

    Writes one outbox row per (rule, entity, period) and sends nothing. Running it again over the
    same publication adds nothing. Where the published file describes an earlier moment than one
    published before (a run with an older as-of), nothing is evaluated: the past is no news.
    Raises `JalurError` where the published file cannot be read.
    """
    database = settings.paths.published_database
    if not database.exists():
        return 0
    as_of, bottlenecks = read_bottlenecks(database)
    with open_state(settings.paths) as state:
        # One transaction from the look to the last message: two evaluations cannot both find news.
        state.execute("begin immediate")
        newest = _newest_as_of(state)
        if newest is not None and as_of < newest:
            logger.info("no alerts: as of %s is before the newest published, %s", as_of, newest)
            return 0
        _adopt(state, bottlenecks)
        return sum(_evaluate_one(state, settings, item, as_of) for item in bottlenecks)


def _newest_as_of(state: sqlite3.Connection) -> datetime | None:
    moments = [
        datetime.fromisoformat(row["as_of"])
        for row in state.execute("select as_of from publications")
    ]
    return max((m.replace(tzinfo=UTC) if m.tzinfo is None else m for m in moments), default=None)


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
            # Ignored where the newest episode was alerted on its own account.
            state.execute(
                "update or ignore episodes set bottleneck_id = ? where bottleneck_id = ?",
                (heir.bottleneck_id, row["bottleneck_id"]),
            )


def _evaluate_one(
    state: sqlite3.Connection, settings: Settings, bottleneck: Bottleneck, as_of: datetime
) -> int:
    row = state.execute(
        "select alerted_state, alerted_severity from episodes where bottleneck_id = ?",
        (bottleneck.bottleneck_id,),
    ).fetchone()
    alerted = None if row is None else row["alerted_state"]
    current = "open" if bottleneck.resolved_on is None else "resolved"
    # An episode that was over before anyone heard of it is history, not news; nor is one that only
    # shows a wider one from nearer.
    is_news = current == "open" and bottleneck.part_of_bottleneck_id is None
    is_worse = alerted == current == "open" and _is_worse(bottleneck, row["alerted_severity"])
    if (alerted == current and not is_worse) or (alerted is None and not is_news):
        return 0
    report = settings.paths.report
    if is_worse:
        title, body = wording.worsened(bottleneck, settings.currency, report)
        # Once per severity: a bottleneck that goes to and fro is not told each time.
        period = f"{bottleneck.opened_on.isoformat()} {bottleneck.severity}"
        rule = "bottleneck_worsened"
    elif bottleneck.resolved_on is None:
        title, body = wording.opened(bottleneck, settings.currency, report)
        # An episode that opens anew after its end keeps `opened_on`; the day of the news tells
        # the second message from the first.
        reopened_on = as_of.astimezone(ZoneInfo(settings.timezone)).date()
        period = (bottleneck.opened_on if alerted is None else reopened_on).isoformat()
        rule = "bottleneck_opened"
    else:
        title, body = wording.resolved(bottleneck, report)
        period = bottleneck.resolved_on.isoformat()
        rule = "bottleneck_resolved"
    is_new = enqueue(state, rule, bottleneck.bottleneck_id, period, title, body)
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
            current,
            bottleneck.severity,
            timestamp(),
        ),
    )
    return int(is_new)


def _is_worse(bottleneck: Bottleneck, alerted: str | None) -> bool:
    """Whether the severity has risen above the one last told; None is an older version's record."""
    if alerted not in SEVERITIES or bottleneck.severity not in SEVERITIES:
        return False
    return SEVERITIES.index(bottleneck.severity) > SEVERITIES.index(alerted)
