"""`jalur run`: the job `refresh_warehouse` once, in process, and a screen that says what it did."""

import contextlib
import logging
import signal
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alerts.routing import load_routes
from cli.dagster_home import prepare
from cli.progress import Display
from cli.screen import console
from jalur.errors import ConfigurationError, GateRefused, JalurError
from jalur.landing_zone import reach
from jalur.lock import run_lock
from jalur.progress import listening, report
from jalur.runs import end_run
from jalur.settings import Settings, load_settings

EXPECTED_ERRORS = {error.__name__: error for error in (ConfigurationError, GateRefused, JalurError)}
STOPPED = {"KeyboardInterrupt", "DagsterExecutionInterruptedError"}


def run_once(*, full_refresh: bool, accept_volume: bool) -> None:
    """Run the job; raises the `JalurError` that it ended with."""
    started = time.monotonic()
    settings = load_settings()
    prepare(settings)
    log = settings.paths.dagster / "run.log"
    # A service manager stops us as a person at the keyboard does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with run_lock(settings.paths.lock):
        _look_ahead(settings)
        # The display takes hold of the terminal before everything else is sent to the log.
        with Display(console) as display, _quiet(log), listening(display.show):
            result = _execute(settings, full_refresh, accept_volume)
        from cli.summary import Outcome, show_summary

        outcome = Outcome.of(settings, result)
        error = _error(result, log)
        show_summary(settings, outcome, error is None, display.seconds, time.monotonic() - started)
        if error is not None:
            if outcome.run_id is not None and not isinstance(error, GateRefused):
                end_run(settings.paths, outcome.run_id, "failed")
            raise error


def _look_ahead(settings: Settings) -> None:
    """A wrong folder, mapping or route is told at once, before anything is landed."""
    load_routes(settings)
    reach(settings.paths)
    if settings.files_path is not None and "files" in settings.sources:
        from ingestion.sources.files.discovery import find_files
        from ingestion.sources.files.mapping import load_mapping

        find_files(settings.files_path, load_mapping(settings.files_path, settings.files_mapping))


def _execute(settings: Settings, full_refresh: bool, accept_volume: bool) -> Any:
    report("start")
    import dagster as dg

    from dagster_project.definitions import defs
    from dagster_project.run_history import unhurried_disk

    job = defs.resolve_job_def("refresh_warehouse")
    steps: dict[str, Any] = {
        f"extract_{source}": {"config": {"accept_volume": accept_volume}}
        for source in settings.sources
    }
    steps["dbt_build"] = {"config": {"full_refresh": full_refresh}}
    with unhurried_disk(), dg.DagsterInstance.get() as instance:
        return job.execute_in_process(
            run_config={
                "ops": steps,
                "loggers": {"console": {"config": {"log_level": "INFO"}}},
            },
            instance=instance,
            raise_on_error=False,
        )


@contextlib.contextmanager
def _quiet(path: Path) -> Iterator[None]:
    """Everything that the tools below print goes to a log file, tracebacks included."""
    with path.open("w") as log:
        handler = logging.StreamHandler(log)
        root = logging.getLogger()
        root.addHandler(handler)
        try:
            with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
                yield
        except JalurError:
            raise
        except Exception as error:
            traceback.print_exc(file=log)
            raise JalurError(f"{type(error).__name__}: {error} (log: {path})") from error
        finally:
            root.removeHandler(handler)


def _error(result: Any, log: Path) -> JalurError | None:
    """The first failure of the job as an error for the user."""
    for event in result.all_events:
        if not event.is_step_failure:
            continue
        # The innermost error tells most, but one of ours is meant for the user as it is.
        error = event.event_specific_data.error
        while _name(error) not in EXPECTED_ERRORS and error.cause is not None:
            error = error.cause
        name = _name(error)
        message = error.message.strip().split(": ", 1)[-1]
        if name in STOPPED:
            raise KeyboardInterrupt
        if name in EXPECTED_ERRORS:
            return EXPECTED_ERRORS[name](message)
        return JalurError(f"step {event.step_key} failed: {name}: {message} (log: {log})")
    return None if result.success else JalurError(f"the job failed (log: {log})")


def _name(error: Any) -> str:
    return (error.cls_name or "").rsplit(".", 1)[-1]
