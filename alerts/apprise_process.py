"""Sends one note by Apprise: a process of its own, which can be limited and stopped.

Reads a request from its input, so that no list of processes shows a URL, and writes the answer.
"""

import json
import re
import sys
from pathlib import Path

import apprise

from alerts.apprise_service import open_service, own_log, without_secrets
from alerts.guarded_network import limit_memory, stay_in_public
from alerts.mail import mail_of
from alerts.message import Note, Request

# Services that show a page of HTML with the pictures that it names.
MAIL = frozenset({"mailto", "mailtos"})
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 15.0


def main() -> None:
    """Answer the request on standard input with the reason for which it failed, or with nothing."""
    request = Request(**json.load(sys.stdin))
    limit_memory()
    refused = [] if request.may_be_private else stay_in_public()
    try:
        reason = send(request)
    except MemoryError:
        reason = "the service answered with more than it should"
    if refused:
        reason = (
            "its address is one of a private network, which only a route with"
            " private_network = true may reach"
        )
    json.dump({"reason": reason}, sys.stdout)


def send(request: Request) -> str:
    """Send the note; return why it was not taken, without secrets, or an empty text."""
    service, problem = open_service(request.url)
    if service is None:
        return problem
    service.socket_connect_timeout = CONNECT_SECONDS
    service.socket_read_timeout = ANSWER_SECONDS
    note = Note(request.title, request.body, request.page)
    sender = apprise.Apprise(asset=service.asset)
    sender.add(service)
    with own_log() as said:
        if service.schemas() & MAIL:
            taken = _send_mail(sender, service, note, Path(request.home))
        else:
            taken = sender.notify(
                title=note.title,
                body=shortened(note.body, service.body_maxlen - len(note.title)),
                body_format=apprise.NotifyFormat.TEXT,
            )
    if taken:
        return ""
    reason = " ".join(said) or "the service did not take the message"
    return without_secrets(_explained(reason), request.url)


def _send_mail(
    sender: apprise.Apprise, service: apprise.NotifyBase, note: Note, home: Path
) -> bool:
    html, pictures = mail_of(note, home)
    service.inline = bool(pictures)
    return bool(
        sender.notify(
            title=note.title,
            body=html,
            body_format=apprise.NotifyFormat.HTML,
            attach=[str(picture) for picture in pictures] or None,
        )
    )


def shortened(body: str, length: int) -> str:
    """The body in so many characters: whole lines, and the last one, which says where more is."""
    if len(body) <= length:
        return body
    *lines, last = body.splitlines()
    while lines and len("\n".join([*lines, "...", last])) > length:
        lines.pop()
    return "\n".join([*lines, "...", last])[:length]


def _explained(reason: str) -> str:
    """What Apprise said, and what follows from it."""
    if "Unhandled Notification Exception" in reason:
        return "its answer could not be read; it may be more than it should"
    if re.search(r"error=3\d\d", reason):
        return f"{reason} It redirects elsewhere, which is not followed: use the final address."
    return reason


if __name__ == "__main__":
    main()
