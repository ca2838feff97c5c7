"""What is sent: a message, who it concerns, and the several that are told as one."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

# What a message is about: a bottleneck, the warehouse itself, or the weekly review.
Topic = Literal["bottlenecks", "operations", "review"]
SEVERITIES = ("medium", "high", "critical")


@dataclass(frozen=True)
class Labels:
    """Whom a message concerns; None and empty mean: everybody who takes its topic."""

    topic: Topic = "operations"
    severity: str | None = None
    pipeline_id: str | None = None
    teams: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, text: str) -> Self:
        values = json.loads(text)
        return cls(**values | {"teams": tuple(values.get("teams", ()))})


@dataclass(frozen=True)
class Draft:
    """A message to be. `title` and `body` name no person; the `named_` pair does, where it differs.

    `page` is an HTML file with pictures beside it, for channels that can show it: a path below the
    home; `named_page` the one with names.
    """

    rule: str
    entity: str
    period: str
    title: str
    body: str
    labels: Labels = field(default_factory=Labels)
    named_title: str | None = None
    named_body: str | None = None
    page: str | None = None
    named_page: str | None = None


@dataclass(frozen=True)
class Message(Draft):
    """One message of the outbox; `created_at` is an ISO 8601 time in UTC."""

    message_id: int = 0
    created_at: str = ""

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        values = dict(row)
        labels = Labels.of(values["labels"])
        if values["labels"] == "{}" and values["rule"].startswith("bottleneck"):
            # Written by an earlier version, which knew no labels.
            labels = Labels("bottlenecks")
        return cls(**values | {"labels": labels})

    def text(self, with_names: bool) -> tuple[str, str]:
        """Title and body, with the names of persons only where they are wanted."""
        if with_names:
            return self.named_title or self.title, self.named_body or self.body
        return self.title, self.body


@dataclass(frozen=True)
class Note:
    """What a channel is given to send: plain text, and a page of HTML where there is one."""

    title: str
    body: str
    page: str | None = None


@dataclass(frozen=True)
class Request(Note):
    """A note, where to send it, and what the sender may reach; the page lies below `home`."""

    url: str = ""
    home: str = ""
    may_be_private: bool = False


def as_one(messages: Sequence[Message], with_names: bool) -> Note:
    """The note that tells one message as it is, and several under one title."""
    texts = [message.text(with_names) for message in messages]
    if len(messages) == 1:
        [message] = messages
        page = (message.named_page if with_names else None) or message.page
        return Note(*texts[0], page)
    counted = ", ".join(
        f"{sum(message.rule == rule for message in messages)} {words}"
        for rule, words in (
            ("bottleneck_opened", "opened"),
            ("bottleneck_worsened", "got worse"),
            ("bottleneck_still_open", "still open"),
            ("bottleneck_resolved", "cleared"),
        )
        if any(message.rule == rule for message in messages)
    )
    body = "\n\n".join(f"{title}\n{text}" for title, text in texts)
    return Note(f"Bottlenecks: {counted}", body)
