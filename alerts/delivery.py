"""Sending what waits in the outbox."""

import logging

from alerts import outbox
from alerts.apprise_channel import AppriseChannel
from alerts.channels import Channel, ChannelError, FileChannel
from alerts.outbox import Message
from jalur.settings import Settings

logger = logging.getLogger(__name__)


def deliver(settings: Settings) -> list[Message]:
    """Send every waiting message to every channel; return those that all channels now have.

    Safe to call at any time and from several processes at once. A channel that fails is recorded
    in the message's `last_error` and tried again by the next delivery; the channels that already
    have the message do not get it twice.
    """
    channels = _channels(settings)
    sent: list[Message] = []
    last = 0
    while (message := outbox.claim_next(settings.paths, after=last)) is not None:
        last = message.message_id
        done = outbox.channels_done(settings.paths, last)
        errors = []
        for channel in channels:
            if channel.key in done:
                continue
            try:
                channel.send(message)
            except ChannelError as error:
                errors.append(f"{channel.label}: {error}")
            else:
                outbox.mark_channel(settings.paths, last, channel.key)
        if errors:
            reason = "; ".join(errors)
            outbox.mark_failed(settings.paths, last, reason)
            logger.warning("alert '%s' waits for the next delivery: %s", message.title, reason)
        else:
            outbox.mark_sent(settings.paths, last)
            sent.append(message)
    return sent


def _channels(settings: Settings) -> list[Channel]:
    """One channel per distinct URL; the file in the home where no URL is set."""
    if not settings.alert_urls:
        return [FileChannel(settings.paths.alerts)]
    return [AppriseChannel(url) for url in dict.fromkeys(settings.alert_urls)]
