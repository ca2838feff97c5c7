"""What every step of one run shares: settings, the run's id and its as-of moment."""

from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from demo import LAST_DAY
from ingestion.compaction_journal import finish_compactions
from jalur.as_of import end_of_day
from jalur.lock import hold_run_lock
from jalur.runs import begin_run
from jalur.settings import Settings, load_settings


@dataclass(frozen=True)
class RunContext:
    """Settings and identity of one run; `as_of` aware, UTC."""

    settings: Settings
    run_id: str
    as_of: datetime

    @property
    def dbt_environment(self) -> dict[str, str]:
        """What the dbt project reads with `env_var`, and what its engines look up."""
        settings = self.settings
        return settings.dbt_environment(self.run_id, self.as_of) | settings.dbt_secrets()


def run_context(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> RunContext:
    """The context of the run that a step belongs to; the same in all of its steps."""
    settings = load_settings()
    settings.paths.create()
    # A run that the daemon started takes the lock here, one of `jalur run` has it already.
    hold_run_lock(settings.paths.lock)
    finish_compactions(settings.paths)
    dagster_run_id = context.run.run_id
    record = context.instance.get_run_record_by_id(dagster_run_id)
    started = record.create_timestamp if record else datetime.now(UTC)
    run_id = f"{started:%Y%m%dT%H%M%S}-{run_ending(dagster_run_id)}"
    return RunContext(settings, run_id, begin_run(settings.paths, run_id, new_as_of(settings)))


def run_ending(dagster_run_id: str) -> str:
    """What a run's own id ends with, after the time of its beginning, which sorts it."""
    return dagster_run_id[:8]


def new_as_of(settings: Settings) -> datetime:
    """The as-of moment (aware, UTC) of a run that starts now."""
    return settings.resolve_as_of(default_as_of(settings))


def default_as_of(settings: Settings) -> datetime:
    """Now; for the demo company alone, the end of its last day."""
    if settings.is_demo_alone:
        return end_of_day(LAST_DAY, settings.timezone)
    return datetime.now(UTC)
