"""`jalur quarantine`: what could not be read, why, and giving it another try."""

from cli.screen import console, heading, table
from ingestion.quarantine import (
    Quarantined,
    Requeued,
    groups,
    open_rows,
    requeue_files,
    requeue_records,
)
from ingestion.sources.registry import STREAMS
from jalur.errors import ConfigurationError
from jalur.landing_zone import reach
from jalur.lock import run_lock
from jalur.settings import Settings, load_settings


def show_groups(source: str | None) -> None:
    """Print how many rows lie there, by source, entity and reason."""
    settings = load_settings()
    found = groups(row for each in _sources(settings, source) for row in _rows(settings, each))
    if not found:
        console.print("Nothing lies in the quarantine.")
        return
    heading("Quarantine")
    lines = [(g.source, g.entity, g.reason, g.rows, g.newest_run) for g in found]
    console.print(table(("source", "entity", "reason", "rows", "newest run"), lines))
    console.print("`jalur quarantine show` shows them, `jalur quarantine requeue` tries again.")


def show_rows(source: str | None, entity: str | None, reason: str | None, limit: int) -> None:
    """Print rows with their text, field, reason and remedy, the newest first."""
    settings = load_settings()
    found = [
        row
        for each in _sources(settings, source)
        for row in _rows(settings, each)
        if entity in (None, row.entity) and reason in (None, row.reason)
    ]
    for row in found[:limit]:
        _print(row)
    more = len(found) - limit
    if more > 0:
        console.print(f"\n{more:,} more; --limit shows them.")
    elif not found:
        console.print("Nothing lies in the quarantine.")


def requeue(source: str | None, entity: str | None) -> None:
    """Give rows another try: files with the next run, records of an API at once."""
    settings = load_settings()
    with run_lock(settings.paths.lock):
        for each in _sources(settings, source):
            rows = [row for row in _rows(settings, each) if entity in (None, row.entity)]
            if rows:
                console.print(_told(each, _try_again(settings, each, rows)), soft_wrap=True)
            else:
                console.print(f"{each}: nothing lies in the quarantine.")


def _try_again(settings: Settings, source: str, rows: list[Quarantined]) -> Requeued:
    if source not in STREAMS:
        return requeue_files(settings.paths, source, rows)
    from ingestion.sources.declared import declared_streams

    return requeue_records(settings.paths, source, rows, declared_streams(source, settings))


def _told(source: str, done: Requeued) -> str:
    if done.files:
        return f"{source}: the next run reads {', '.join(done.files)} again."
    return (
        f"{source}: {done.landed:,} records landed, {done.unreadable:,} cannot be read yet."
        " `jalur run` takes the landed ones in."
    )


def _rows(settings: Settings, source: str) -> list[Quarantined]:
    return open_rows(settings.paths, source)


def _sources(settings: Settings, source: str | None) -> tuple[str, ...]:
    reach(settings.paths)
    if source is None:
        return settings.sources
    if source not in settings.sources:
        raise ConfigurationError(
            f"'{source}' is not among JALUR_SOURCES ({', '.join(settings.sources)})"
        )
    return (source,)


def _print(row: Quarantined) -> None:
    heading(f"{row.source} {row.entity}: {row.file} row {row.row_number}")
    field = f" ({row.field})" if row.field else ""
    console.print(f"{row.reason}{field}: {row.detail}", markup=False, soft_wrap=True)
    console.print(f"to do: {row.remedy}", markup=False, soft_wrap=True)
    text = "(the person in it was erased)" if row.text is None else row.text
    console.print(text, markup=False, soft_wrap=True)
    console.print(f"run {row.run_id}", style="dim")
