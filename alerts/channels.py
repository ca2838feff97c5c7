"""A place that messages go to; the one that needs no setting: a file in the home, and the log."""

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from alerts.outbox import Message, timestamp
from jalur.errors import JalurError

logger = logging.getLogger(__name__)


class ChannelError(JalurError):
    """A channel did not take a message; the text has no secrets in it."""


class Channel(Protocol):
    """`key` knows the channel again in later deliveries, `label` names it for people."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    def send(self, message: Message) -> None:
        """Send one message; raise `ChannelError` where it was not taken."""


class FileChannel:
    """One JSON line per message, safe on disk before the message counts as sent."""

    key = "file"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.label = path.name

    def send(self, message: Message) -> None:
        """Append the message and write it to the log; raise `ChannelError` with the reason."""
        line = json.dumps(asdict(message) | {"sent_at": timestamp()}, ensure_ascii=False) + "\n"
        try:
            with self._path.open("a+b") as handle:
                size = handle.seek(0, os.SEEK_END)
                # A line that a crash tore must not take the next one with it.
                if size and os.pread(handle.fileno(), 1, size - 1) != b"\n":
                    line = "\n" + line
                handle.write(line.encode())
                handle.flush()
                os.fsync(handle.fileno())
        except OSError as error:
            raise ChannelError(f"cannot write {self._path}: {error.strerror}") from error
        logger.warning("%s\n%s", message.title, message.body)
