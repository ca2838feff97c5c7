"""Alerts: what the published marts say that a person must hear, said once.

`evaluation.evaluate` writes messages to the outbox in `state.sqlite`; `delivery.deliver` sends what
is in it. The two are separate, so a message survives a channel that is down and a process that
dies. Nothing is imported here: the process that sends a note starts for each, and must start fast.
"""
