"""A place that messages go to; the one that needs no setting: a file in the home, and the log."""

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from alerts.message import Message
from alerts.outbox import timestamp
from jalur.errors import JalurError

logger = logging.getLogger(__name__)


class ChannelError(JalurError):
    """A channel did not take a message; the text has no secrets in it."""


class Channel(Protocol):
    """`key` knows the channel again in later deliveries, `label` names it for people.

    `problem` says why it can never take a message, and is empty for one that may.
    """

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def problem(self) -> str: ...

    def send(self, messages: Sequence[Message]) -> None:
        """Send messages that belong together; raise `ChannelError` where they were not taken."""


class FileChannel:
    """One JSON line per message, safe on disk before the message counts as sent.

    It lies beside the published file, so it names whom the marts name.
    """

    key = "file"
    problem = ""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.label = path.name

    def send(self, messages: Sequence[Message]) -> None:
        """Append the messages and write them to the log; raise `ChannelError` with the reason."""
        lines = "".join(_line(message) for message in messages)
        try:
            with self._path.open("a+b") as handle:
                size = handle.seek(0, os.SEEK_END)
                # A line that a crash tore must not take the next one with it.
                if size and os.pread(handle.fileno(), 1, size - 1) != b"\n":
                    lines = "\n" + lines
                handle.write(lines.encode())
                handle.flush()
                os.fsync(handle.fileno())
        except OSError as error:
            raise ChannelError(f"cannot write {self._path}: {error.strerror}") from error
        for message in messages:
            logger.warning("%s\n%s", *message.text(with_names=True))


def _line(message: Message) -> str:
    title, body = message.text(with_names=True)
    values = {
        "message_id": message.message_id,
        "rule": message.rule,
        "entity": message.entity,
        "period": message.period,
        "title": title,
        "body": body,
        "severity": message.labels.severity,
        "created_at": message.created_at,
        "sent_at": timestamp(),
    }
    return json.dumps(values, ensure_ascii=False) + "\n"
