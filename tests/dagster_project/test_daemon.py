"""The real daemon: what the schedule and the sensor find reaches real servers, on a fast clock."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import InstigatorState, ScheduleInstigatorData

import serving
from jalur.settings import Settings
from tests.alerts.receivers import free_port, mail_server, web_hook
from tests.alerts.world import routes_to
from tests.dagster_project.conftest import STAGES
from tests.serving.company import AS_OF, RUN_ID
from tests.serving.marts import Marts
from tests.serving.test_review import add_review

PATIENCE_SECONDS = 240


@contextmanager
def daemon(folder: Path, log: Path, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`jalur ui` with these settings and no other of Jalur, ended with its children."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JALUR_")} | settings
    jalur = Path(sys.executable).with_name("jalur")
    with log.open("a") as output:
        process = subprocess.Popen(
            [str(jalur), "ui", "--port", str(free_port())],
            env=environment,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            # Children that outlive their parent.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.5)


@pytest.mark.slow
def test_the_alert_and_the_review_arrive_by_themselves(tmp_path: Path) -> None:
    home, folder, log = tmp_path / "home", tmp_path / "export", tmp_path / "log"
    folder.mkdir()
    (folder / "stages.csv").write_text(STAGES)
    (folder / "deals.csv").write_text("deal_id,stage_id\n1,new\n")
    settings = Settings(home=home)
    settings.paths.create()
    with Marts(settings.paths.warehouse) as marts:
        add_review(marts)
    serving.publish(settings, RUN_ID, AS_OF)
    with web_hook() as hook, mail_server() as post:
        (tmp_path / "alerts.toml").write_text(routes_to(hook.url, post.url))
        environment = {
            "JALUR_HOME": str(home),
            "JALUR_SOURCES": "files",
            "JALUR_FILES_PATH": str(folder),
            "JALUR_ALERT_ROUTES": str(tmp_path / "alerts.toml"),
            "JALUR_REVIEW_SCHEDULE": "* * * * *",
        }
        with daemon(tmp_path, log, environment) as process:
            wait_for(lambda: len(hook.texts) >= 2 and len(post.letters) >= 2, process, log)
    titles = sorted(text.splitlines()[0] for text in hook.texts)
    assert titles == [
        "Bottleneck: Legal review (New business)",
        "Pipeline review, 22 to 28 June 2026",
    ]
    assert sorted(str(letter["Subject"]) for letter in post.letters) == titles
    (review,) = [letter for letter in post.letters if "review, 22" in letter["Subject"]]
    pictures = [part for part in review.walk() if part.get_content_type() == "image/png"]
    html = review.get_body(("html",))
    assert html is not None
    for picture in pictures:
        assert f"cid:{picture['Content-ID'].strip('<>')}" in html.get_content()
    assert len(pictures) == 2


@pytest.mark.full
def test_a_refresh_that_was_missed_is_made_up_for(tmp_path: Path) -> None:
    """A machine that slept over three mornings refreshes once, for the newest of them."""
    home, log = tmp_path / "home", tmp_path / "log"
    now = datetime.now(UTC)
    # Twelve hours from now, so that no tick is due by itself while this runs.
    hour = (now.hour + 12) % 24
    missed = datetime(now.year, now.month, now.day, hour, tzinfo=UTC)
    missed -= timedelta(days=missed > now)
    settings = {
        "JALUR_HOME": str(home),
        "JALUR_SOURCES": "files",
        "JALUR_FILES_PATH": str(tmp_path),
        "JALUR_TIMEZONE": "UTC",
        "JALUR_REFRESH_SCHEDULE": f"0 {hour} * * *",
    }
    dagster_home = Settings(home=home).paths.dagster

    def refreshes() -> list[str]:
        with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
            runs = instance.get_runs(dg.RunsFilter(job_name="refresh_warehouse"))
            return [run.tags[".dagster/scheduled_execution_time"] for run in runs]

    def schedules() -> list[InstigatorState]:
        if not dagster_home.exists():
            return []
        with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
            return [
                state
                for state in instance.all_instigator_state()
                if state.instigator_name == "refresh_warehouse_schedule"
                and state.instigator_data is not None
            ]

    with daemon(tmp_path, log, settings) as process:
        wait_for(lambda: bool(schedules()), process, log)
    assert refreshes() == []
    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        (state,) = schedules()
        assert isinstance(state.instigator_data, ScheduleInstigatorData)
        began = (now - timedelta(days=3)).timestamp()
        earlier = state.instigator_data._replace(
            start_timestamp=began, last_iteration_timestamp=began
        )
        instance.update_instigator_state(state.with_data(earlier))
    with daemon(tmp_path, log, settings) as process:
        wait_for(lambda: bool(refreshes()), process, log)
    assert [datetime.fromisoformat(tick) for tick in refreshes()] == [missed]
