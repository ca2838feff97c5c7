"""A message by hand, to see whether a channel works."""

from datetime import UTC, datetime

from alerts.channels import Channel, ChannelError
from alerts.message import Message
from alerts.outbox import timestamp


def send_test(channel: Channel) -> str:
    """Send a test message past the outbox; return why it was not taken, or an empty text."""
    message = Message(
        rule="test",
        entity="channel",
        period=timestamp(),
        title="Sales pipeline: test message",
        body="This is how an alert of Jalur arrives here. Nothing has happened, and nothing is to"
        " be done.",
        created_at=timestamp(datetime.now(UTC)),
    )
    try:
        channel.send([message])
    except ChannelError as error:
        return str(error)
    return ""
