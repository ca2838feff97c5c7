"""Kill the job at any moment and run it again: the same marts as an undisturbed run."""

import os
import signal
import time

import pytest

from tests.cli.conftest import Desk, FirstRun

# Moments within extraction and within publication have tests of their own beside those.
STEPS = ("extract files", "build models", "publish")


def _kill_at(desk: Desk, step: str) -> None:
    """Kill the command, and it alone, shortly after it has said that a step begins."""
    with desk.start("run") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(step):
                time.sleep(0.4)
                break
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, f"{step} was never reached"


@pytest.mark.full
def test_a_killed_run_is_made_good_by_the_next(desk: Desk, first_run: FirstRun) -> None:
    desk.write_company()
    for step in STEPS:
        _kill_at(desk, step)
        # A change after every kill, so that no step finds its work done.
        header = "activity_id,kind,occurred_at,deal_id\n"
        desk.write("activities.csv", header + f"A-{step},call,2026-02-01,D1\n")
    disturbed = desk.jalur("run")
    assert disturbed.returncode == 0, disturbed.stdout + disturbed.stderr
    assert desk.marts() == first_run.marts
