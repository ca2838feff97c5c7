"""Alerts: what the published marts say that a person must hear, said once.

`evaluate` writes messages to the outbox in `state.sqlite`; `deliver` sends what is in it. The two
are separate, so a message survives a channel that is down and a process that dies.
"""

from alerts.delivery import deliver
from alerts.evaluation import evaluate
from alerts.failures import notify_failure
from alerts.message import Message

__all__ = ["Message", "deliver", "evaluate", "notify_failure"]
