"""`jalur alerts`: the open bottlenecks, what was said of them, and messages that wait."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alerts import outbox, wording
from alerts.acknowledgements import Acknowledgement, Kind, acknowledge, all_acknowledgements
from alerts.delivery import deliver, stops_of
from alerts.published import Bottleneck, read_published
from alerts.testing import send_test
from cli.screen import console, heading, table
from jalur.errors import JalurError
from jalur.settings import Settings, load_settings
from jalur.state import open_state

# As much of an id as tells the open ones apart, and can be typed.
SHORT_ID = 8


def show_alerts() -> None:
    """Print the open bottlenecks with what was said of them, and messages that were not sent."""
    settings = load_settings()
    episodes = _open_episodes(settings)
    with open_state(settings.paths) as state:
        said = all_acknowledgements(state)
        told = {row["bottleneck_id"] for row in state.execute("select * from episodes")}
    heading("Open bottlenecks")
    rows = [
        (
            episode.bottleneck_id[:SHORT_ID],
            wording.name(episode),
            episode.severity,
            f"{episode.began_on:%d %B %Y}",
            _status(settings, said.get(episode.bottleneck_id), episode.bottleneck_id in told),
        )
        for episode in episodes
    ]
    if rows:
        console.print(table(("id", "where", "severity", "since about", "status"), rows))
    else:
        console.print("None: every stage moves at its usual pace.")
    _show_unsent(settings)


def _open_episodes(settings: Settings) -> list[Bottleneck]:
    if not settings.paths.published_database.exists():
        raise JalurError("nothing is published yet; run `jalur run` first")
    published = read_published(settings.paths.published_database)
    return [
        episode
        for episode in published.bottlenecks
        if episode.is_open and episode.part_of_bottleneck_id is None
    ]


def _status(settings: Settings, said: Acknowledgement | None, is_told: bool) -> str:
    if said is not None and said.holds(datetime.now(UTC)):
        note = f": {said.note}" if said.note else ""
        return f"{said.kind} until {_day(settings, said.expires_at)}{note}"
    return "told" if is_told else "not told yet"


def _show_unsent(settings: Settings) -> None:
    waiting = outbox.unsent(settings.paths)
    if not waiting:
        return
    heading("Messages that a channel lacks")
    rows = [
        (
            item.title,
            _day(settings, datetime.fromisoformat(item.created_at)),
            item.attempts,
            "given up" if item.given_up_at else "waits",
            item.last_error or "",
        )
        for item in waiting
    ]
    console.print(table(("message", "of", "attempts", "status", "why"), rows))
    console.print("`jalur alerts resend` tries them again at once.")


def _day(settings: Settings, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.timezone)):%d %B %Y}"


def say(bottleneck_id: str, kind: Kind, days: int, note: str | None) -> None:
    """Acknowledge or snooze an open bottleneck, named by the beginning of its id."""
    settings = load_settings()
    found = [
        episode
        for episode in _open_episodes(settings)
        if episode.bottleneck_id.startswith(bottleneck_id)
    ]
    if len(found) != 1 or not bottleneck_id:
        what = "no open bottleneck has" if not found else "more than one open bottleneck has"
        raise JalurError(
            f"{what} an id that begins with '{bottleneck_id}'; `jalur alerts list` shows them"
        )
    [episode] = found
    said = acknowledge(settings.paths, episode.bottleneck_id, kind, days, datetime.now(UTC), note)
    still = " unless it is over before" if kind == "acknowledged" else ""
    console.print(
        f"{wording.name(episode)}: {kind}. No message until"
        f" {_day(settings, said.expires_at)}{still}; a reminder then if it is still open.",
        markup=False,
    )


def test_channels() -> bool:
    """Send a test message to every channel and say how it went; false where one failed."""
    settings = load_settings()
    stops = stops_of(settings)
    if not stops:
        console.print(
            f"No channel is set: messages go to {settings.paths.alerts}."
            " Set JALUR_ALERT_URLS or JALUR_ALERT_ROUTES to send them.",
            soft_wrap=True,
        )
        return True
    is_well = True
    for stop in stops:
        reason = send_test(stop.channel)
        is_well = is_well and not reason
        mark = "[bold red]failed[/]" if reason else "[green]sent  [/]"
        routes = ", ".join(route.name for route in stop.routes)
        console.print(f"{mark}  ", end="")
        console.print(
            f"{stop.channel.label} ({routes}){': ' + reason if reason else ''}",
            markup=False,
            soft_wrap=True,
        )
    return is_well


def resend() -> None:
    """Try every unsent message now, those that were given up too."""
    settings = load_settings()
    due = outbox.retry_now(settings.paths, datetime.now(UTC))
    sent = deliver(settings)
    console.print(f"{len(sent)} of {due} messages sent.")
    _show_unsent(settings)
