"""A quarter of alerts to real servers: one of them is down for a day, and senders are killed."""

import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import outbox
from alerts.delivery import deliver
from alerts.evaluation import evaluate
from alerts.message import Draft
from jalur.settings import Settings
from jalur.state import open_state
from tests.alerts.receivers import MailServer, WebHook
from tests.alerts.world import World, routes_to

SEED = int(os.environ.get("SEED", "1"))
KILLS = int(os.environ.get("KILLS", "20"))
MONDAY = datetime(2025, 9, 1, 5, tzinfo=UTC)
# The step that a sender dies before: it has claimed, it has sent, it has marked one channel.
STEPS = ("renew_claim", "mark_channel", "mark_sent")


def episodes_of(week: int) -> list[dict[str, Any]]:
    """What is published in a week: one opens and gets worse, two open at once, all end."""
    legal: dict[str, Any] = {
        "bottleneck_id": "legal",
        "severity": "high" if week < 4 else "critical",
    }
    demo: dict[str, Any] = {"bottleneck_id": "demo", "stage_id": "demo", "stage_name": "Demo"}
    offer: dict[str, Any] = {"bottleneck_id": "offer", "stage_id": "offer", "stage_name": "Offer"}
    over: dict[str, Any] = {"resolved_on": (MONDAY + timedelta(weeks=9)).date()}
    found: list[dict[str, Any]] = []
    if week >= 2:
        found.append(legal | (over if week >= 10 else {}))
    if week >= 5:
        found += [demo | (over if week >= 9 else {}), offer]
    return found


@pytest.mark.slow
def test_everybody_hears_everything_once_though_one_is_down_for_a_day(
    make_world: Callable[..., World], hook: WebHook, post: MailServer
) -> None:
    world = make_world(routes_to(hook.url, post.url))
    for week in range(12):
        morning = MONDAY + timedelta(weeks=week)
        world.publish(
            *episodes_of(week),
            as_of=morning.replace(tzinfo=None).isoformat(),
            published_at=morning,
        )
        for hour in (0, 6, 18, 24):
            # Down on the day on which two open at once.
            hook.behaviour = "refuses" if week == 5 and hour < 24 else "takes"
            evaluate(world.settings, morning + timedelta(hours=hour))
            deliver(world.settings, morning + timedelta(hours=hour))
    told = [
        "Bottleneck: Legal review (New business)",
        "Worse: Legal review (New business)",
        "Bottlenecks: 2 opened",
        "Cleared: Demo (New business)",
        "Cleared: Legal review (New business)",
    ]
    assert [letter["Subject"] for letter in post.letters] == told
    assert [text.splitlines()[0] for text in hook.texts] == told
    assert len(world.outbox()) == 6
    assert all(row["sent_at"] for row in world.outbox())


def die_before(step: str, home: Path, routes: Path, now: datetime) -> None:
    """Deliver in a process of its own that is killed before a step."""
    setattr(outbox, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    deliver(Settings(home=home, alert_routes=routes), now)


@pytest.mark.slow
def test_kills_lose_nothing_and_repeat_at_most_one_message_each(
    make_world: Callable[..., World], hook: WebHook
) -> None:
    world = make_world(routes_to(hook.url))
    now = datetime.now(UTC)
    with open_state(world.settings.paths) as state:
        for number in range(KILLS):
            draft = Draft("run_failed", "refresh", str(number), f"number {number}", "It failed.")
            outbox.enqueue(state, draft, now)
    steps = random.Random(SEED).choices(STEPS, k=KILLS)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["alerts.delivery", "tests.alerts.test_twelve_weeks"])
    routes = world.settings.alert_routes
    for step in steps:
        process = processes.Process(
            target=die_before, args=(step, world.settings.paths.root, routes, now)
        )
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
    # Nobody touches what a living process may still hold.
    assert deliver(world.settings, now) == []
    later = now + outbox.CLAIM_EXPIRES_AFTER + timedelta(seconds=1)
    assert len(deliver(world.settings, later)) == KILLS
    assert deliver(world.settings, later + timedelta(days=1)) == []

    heard = Counter(request["title"] for request in hook.received)
    expected = {
        f"number {number}": 2 if step == "mark_channel" else 1 for number, step in enumerate(steps)
    }
    assert heard == expected
