"""Delivery by Apprise: chat, e-mail, webhooks."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from alerts.apprise_service import label_of, open_service
from alerts.channels import ChannelError
from alerts.message import Message, Request, as_one

# For one note, from the start of the process that sends it to the answer of the service.
MOST_SECONDS = 40


class AppriseChannel:
    """One Apprise URL. A wrong URL is an error of `send`, so that it is recorded and not lost."""

    def __init__(
        self, home: Path, url: str, with_names: bool = False, may_be_private: bool = False
    ) -> None:
        self._home = home
        self._url = url
        self._with_names = with_names
        self._may_be_private = may_be_private
        # Known again by its hash: the state file holds no secret.
        self.key = hashlib.sha256(url.encode()).hexdigest()[:16]
        service, self.problem = open_service(url)
        self.label = label_of(service, url)

    def send(self, messages: Sequence[Message]) -> None:
        """Send the messages as one; raise `ChannelError` with what was said, without secrets."""
        if self.problem:
            raise ChannelError(self.problem)
        note = as_one(messages, self._with_names)
        request = Request(
            url=self._url, home=str(self._home), may_be_private=self._may_be_private, **asdict(note)
        )
        try:
            answer = subprocess.run(
                # -P: nothing that lies in the current folder is imported.
                [sys.executable, "-P", "-m", "alerts.apprise_process"],
                input=json.dumps(asdict(request)),
                capture_output=True,
                text=True,
                timeout=MOST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ChannelError(f"no answer within {MOST_SECONDS} seconds") from error
        try:
            reason: str = json.loads(answer.stdout)["reason"]
        except (ValueError, KeyError) as error:
            raise ChannelError(
                "the process that sends ended without an answer; the service may have answered"
                " with more than it should"
            ) from error
        if reason:
            raise ChannelError(reason)
