"""Kill the job at any moment and run it again: the same marts as an undisturbed run."""

import os
import signal
import time

from tests.cli.conftest import Desk

# Moments within extraction and within publication have tests of their own beside those.
STEPS = ("extract files", "build models", "publish")
MARTS = (
    "fct_deals",
    "fct_stage_visits",
    "fct_stage_transitions",
    "fct_deal_history",
    "rpt_stage_conversion",
    "rpt_pipeline_daily",
)


def _marts(desk: Desk) -> list[list[tuple[object, ...]]]:
    return [desk.published(f"select * from marts.{mart} order by all") for mart in MARTS]


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


def test_a_killed_run_is_made_good_by_the_next(desk: Desk) -> None:
    desk.write_company()
    for step in STEPS:
        _kill_at(desk, step)
        # A change after every kill, so that no step finds its work done.
        header = "activity_id,kind,occurred_at,deal_id\n"
        desk.write("activities.csv", header + f"A-{step},call,2026-02-01,D1\n")
    disturbed = desk.jalur("run")
    assert disturbed.returncode == 0, disturbed.stdout + disturbed.stderr

    undisturbed = Desk(desk.root / "undisturbed")
    undisturbed.root.mkdir()
    undisturbed.write_company()
    clean = undisturbed.jalur("run")
    assert clean.returncode == 0, clean.stdout + clean.stderr
    assert _marts(desk) == _marts(undisturbed)
