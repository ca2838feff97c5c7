"""Sending what waits in the outbox."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from alerts import outbox
from alerts.apprise_channel import AppriseChannel
from alerts.channels import Channel, ChannelError, FileChannel
from alerts.message import Message
from alerts.routing import Route, load_routes
from jalur.paths import Home
from jalur.settings import Settings

logger = logging.getLogger(__name__)


@dataclass
class Stop:
    """A channel and the routes that lead to it."""

    channel: Channel
    routes: list[Route] = field(default_factory=list)

    def takes(self, message: Message) -> bool:
        return any(route.takes(message.labels) for route in self.routes)


def deliver(settings: Settings, now: datetime | None = None) -> list[Message]:
    """Send every message that is due to its channels; return those that all of them now have.

    Safe to call at any time and from several processes at once. A channel that fails is recorded
    in the message's `last_error` and tried again after a pause that doubles each time; the channels
    that already have the message do not get it twice. What no channel took for a week is given up,
    and `jalur doctor` says so. A message that no route takes goes to the file in the home. `now`
    (aware) stands in for the present. Raises `ConfigurationError` where the routes cannot be read.
    """
    stops = stops_of(settings)
    fallback = FileChannel(settings.paths.alerts)
    sent: list[Message] = []
    last = 0
    while messages := outbox.claim_next(settings.paths, last, now or datetime.now(UTC)):
        last = messages[0].message_id
        errors = _send(settings.paths, messages, stops, fallback, now)
        for message in messages:
            moment = now or datetime.now(UTC)
            if reason := "; ".join(errors[message.message_id]):
                outbox.mark_failed(settings.paths, message.message_id, reason, moment)
                logger.warning("alert '%s' waits for a later delivery: %s", message.title, reason)
            else:
                outbox.mark_sent(settings.paths, message.message_id, moment)
                sent.append(message)
    return sent


def stops_of(settings: Settings) -> list[Stop]:
    """One per distinct URL and permissions of the routes, with the routes that name it."""
    stops: dict[tuple[str, bool, bool], Stop] = {}
    for route in load_routes(settings):
        for url in route.urls:
            way = (url, route.personal_data, route.private_network)
            if way not in stops:
                stops[way] = Stop(AppriseChannel(settings.paths.root, *way))
            stops[way].routes.append(route)
    return list(stops.values())


def _send(
    home: Home,
    messages: Sequence[Message],
    stops: Sequence[Stop],
    fallback: Channel,
    now: datetime | None,
) -> dict[int, list[str]]:
    """Send messages that belong together, and say per message which channels did not take it."""
    errors: dict[int, list[str]] = {message.message_id: [] for message in messages}
    done = {each: outbox.channels_done(home, each) for each in errors}
    ways = [(stop.channel, [m for m in messages if stop.takes(m)]) for stop in stops]
    nobodys = [m for m in messages if not any(stop.takes(m) for stop in stops)]
    for channel, taken in [*ways, (fallback, nobodys)]:
        missing = [m for m in taken if channel.key not in done[m.message_id]]
        if not missing:
            continue
        ids = [message.message_id for message in missing]
        outbox.renew_claim(home, ids, now or datetime.now(UTC))
        try:
            channel.send(missing)
        except ChannelError as error:
            for each in ids:
                errors[each].append(f"{channel.label}: {error}")
        else:
            outbox.mark_channel(home, ids, channel.key, now or datetime.now(UTC))
            for each in ids:
                # Two routes may lead to one URL.
                done[each].add(channel.key)
    return errors
