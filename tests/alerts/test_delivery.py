"""Claim, send, mark: once in peace, at most one duplicate per crash, and never silent."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from alerts import outbox
from alerts.channels import FileChannel
from alerts.delivery import deliver
from alerts.evaluation import evaluate
from alerts.failures import notify_failure
from jalur.errors import JalurError
from tests.alerts.test_evaluation import OLD_STATE
from tests.alerts.world import World

DELIVER = """
import sys
from pathlib import Path
from alerts.delivery import deliver
from jalur.settings import Settings
deliver(Settings(home=Path(sys.argv[1])))
"""


class Crash(BaseException):
    """What no `except Exception` may catch, as a kill would not be."""


def crash(*_: object) -> None:
    raise Crash


@pytest.fixture
def waiting(world: World) -> World:
    """A home with one message in the outbox."""
    world.publish({})
    evaluate(world.settings)
    return world


def test_default_channel_is_a_file_and_the_log(
    waiting: World, caplog: pytest.LogCaptureFixture
) -> None:
    [message] = deliver(waiting.settings)
    [line] = waiting.lines()
    assert line["title"] == message.title == "Bottleneck: Legal review (New business)"
    assert line["message_id"] == message.message_id
    assert message.text(with_names=True)[1] in caplog.text


def test_what_was_sent_is_not_sent_again(waiting: World) -> None:
    assert len(deliver(waiting.settings)) == 1
    waiting.age_claims()
    assert deliver(waiting.settings) == []
    assert len(waiting.lines()) == 1


def test_crash_before_sending_delays_and_loses_nothing(
    waiting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(FileChannel, "send", crash)
        deliver(waiting.settings)
    assert deliver(waiting.settings) == []  # the claim of the dead may still be a living one
    waiting.age_claims()
    assert len(deliver(waiting.settings)) == 1
    assert len(waiting.lines()) == 1


def test_crash_after_sending_duplicates_at_most_once(
    waiting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(outbox, "mark_channel", crash)
        deliver(waiting.settings)
    waiting.age_claims()
    deliver(waiting.settings)
    waiting.age_claims()
    deliver(waiting.settings)
    assert [line["message_id"] for line in waiting.lines()] == [1, 1]


def test_crash_before_the_last_mark_duplicates_nothing(
    waiting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(outbox, "mark_sent", crash)
        deliver(waiting.settings)
    waiting.age_claims()
    assert len(deliver(waiting.settings)) == 1
    assert len(waiting.lines()) == 1


def test_a_torn_line_does_not_take_the_next_with_it(waiting: World) -> None:
    waiting.settings.paths.alerts.write_text('{"title": "to')
    deliver(waiting.settings)
    torn, line = waiting.settings.paths.alerts.read_text().splitlines()
    assert torn == '{"title": "to'
    assert '"message_id": 1' in line


def test_two_processes_do_not_send_one_message_twice(world: World) -> None:
    world.publish(*({"bottleneck_id": f"b{number}"} for number in range(40)))
    assert evaluate(world.settings) == 40
    command = [sys.executable, "-c", DELIVER, str(world.settings.home)]
    processes = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert sorted(line["message_id"] for line in world.lines()) == list(range(1, 41))


def test_a_folder_in_place_of_the_file_is_recorded_and_retried(waiting: World) -> None:
    waiting.settings.paths.alerts.mkdir()
    assert deliver(waiting.settings) == []
    assert "cannot write" in waiting.outbox()[0]["last_error"]
    waiting.settings.paths.alerts.rmdir()
    assert deliver(waiting.settings) == []  # too soon
    assert len(deliver(waiting.settings, datetime.now(UTC) + timedelta(minutes=2))) == 1


def test_a_failed_run_is_said_once_per_run(make_world: Callable[..., World]) -> None:
    world = make_world()
    [message] = notify_failure(world.settings, "run7", "dbt: fct_deals failed\n" + "x" * 9000)
    assert notify_failure(world.settings, "run7", "dbt: fct_deals failed") == []
    assert len(notify_failure(world.settings, "run8", "")) == 1
    assert "run7" in message.body
    assert "dbt: fct_deals failed" in message.body
    assert len(message.body) < 2000


def test_pauses_double_up_to_an_hour_and_end(
    waiting: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "GIVE_UP_AFTER", timedelta(hours=12))
    waiting.settings.paths.alerts.mkdir()
    start = moment = datetime.now(UTC)
    pauses = []
    while not waiting.outbox()[0]["given_up_at"]:
        deliver(waiting.settings, moment)
        due = datetime.fromisoformat(waiting.outbox()[0]["next_attempt_at"])
        assert deliver(waiting.settings, due - timedelta(seconds=1)) == []
        pauses.append((due - moment) / timedelta(minutes=1))
        moment = due
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert set(pauses[7:]) == {60}
    assert timedelta(hours=12) <= moment - start < timedelta(hours=15)
    assert waiting.outbox()[0]["attempts"] == len(pauses)

    waiting.settings.paths.alerts.rmdir()
    assert deliver(waiting.settings, moment + timedelta(days=1)) == []
    assert outbox.retry_now(waiting.settings.paths, moment) == 1
    assert len(deliver(waiting.settings, moment)) == 1


def test_that_it_is_over_is_never_told_before_that_it_began(waiting: World) -> None:
    waiting.settings.paths.alerts.mkdir()
    deliver(waiting.settings)
    waiting.settings.paths.alerts.rmdir()
    waiting.publish({"resolved_on": date(2025, 12, 20)})
    evaluate(waiting.settings)
    # The first is to be tried a minute later, but goes with the second.
    assert len(deliver(waiting.settings)) == 2
    rules = [line["rule"] for line in waiting.lines()]
    assert rules == ["bottleneck_opened", "bottleneck_resolved"]


def test_a_message_that_was_never_tried_is_not_given_up(waiting: World) -> None:
    waiting.settings.paths.alerts.mkdir()
    deliver(waiting.settings, datetime.now(UTC) + timedelta(days=8))
    [row] = waiting.outbox()
    assert row["given_up_at"] is None
    assert row["next_attempt_at"] is not None


def test_processes_that_take_an_old_state_over_at_once_do_not_trip_each_other(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    world.settings.paths.root.mkdir(parents=True)
    with closing(sqlite3.connect(world.settings.paths.state)) as old, old:
        old.executescript(OLD_STATE)
    command = [sys.executable, "-c", DELIVER, str(world.settings.home)]
    processes = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert len(world.lines()) == 1


def test_a_broken_state_is_told_with_what_to_do(waiting: World) -> None:
    waiting.settings.paths.state.write_bytes(b"no database, but long enough to be looked at" * 9)
    with pytest.raises(JalurError, match="move it away"):
        deliver(waiting.settings)
