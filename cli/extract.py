"""`jalur extract`: land what is new in the sources, and nothing after it."""

from datetime import UTC, datetime
from functools import partial

from cli.progress import Display
from cli.screen import console, heading, table
from dagster_project.sources import extract
from ingestion.api.bookmarks import forget_bookmarks
from ingestion.check_results import land_check_results, refuse_on_critical
from ingestion.extraction import Extraction
from ingestion.sources.registry import STREAMS
from jalur.errors import ConfigurationError
from jalur.landing_zone import reach
from jalur.lock import run_lock
from jalur.progress import listening, report
from jalur.settings import Settings, load_settings

ALL_STREAMS = "all"


def extract_sources(names: list[str], again: list[str]) -> None:
    """Extract these configured sources, or all of them; of one, streams from their beginning.

    Raises `GateRefused` where a source was not read to its end, or too much of it is unreadable:
    what was landed stays, and the next time goes on from there.
    """
    settings = load_settings()
    unknown = [name for name in names if name not in settings.sources]
    if unknown:
        raise ConfigurationError(
            f"{', '.join(unknown)}: not among the sources that JALUR_SOURCES names"
            f" ({', '.join(settings.sources)})"
        )
    streams = _to_read_again(settings, names, again)
    settings.paths.create()
    reach(settings.paths)
    # Named like a run, so that its rows and results are told apart from those of others.
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-extract"
    with run_lock(settings.paths.lock):
        if streams:
            forget_bookmarks(settings.paths, names[0], streams)
        done = [_extract(settings, source, run_id) for source in names or settings.sources]
    refuse_on_critical([check for extraction in done for check in extraction.checks])


def _to_read_again(settings: Settings, names: list[str], again: list[str]) -> list[str]:
    """The streams named, or all of the source; raises `ConfigurationError` where there are none."""
    if not again:
        return []
    if len(names) != 1:
        raise ConfigurationError("--again is for one source: jalur extract SOURCE --again STREAM")
    (source,) = names
    if source not in STREAMS:
        raise ConfigurationError(
            f"{source} is no API; `jalur quarantine requeue` has files read again"
        )
    from ingestion.sources.declared import declared_streams

    # Others come with the records that they belong to.
    readable = [name for name, stream in declared_streams(source, settings).items() if stream.read]
    unknown = sorted({*again} - {ALL_STREAMS, *readable})
    if unknown:
        raise ConfigurationError(
            f"--again {', '.join(unknown)}: {source} is read by {ALL_STREAMS}, or by"
            f" {', '.join(readable)}"
        )
    return readable if ALL_STREAMS in again else again


def _extract(settings: Settings, source: str, run_id: str) -> Extraction:
    with Display(console) as display, listening(display.show):
        extraction = extract(source, settings, run_id, False, partial(_report, source))
    land_check_results(settings.paths, run_id, extraction.checks)
    _show(extraction)
    return extraction


def _report(source: str, entity: str, done: int, total: int) -> None:
    report(f"extract {source}", done, total, entity)


def _show(extraction: Extraction) -> None:
    heading(f"Extracted from {extraction.source}")
    rows = [
        (e.entity, e.rows_read, e.rows_landed, e.rows_unchanged, e.rows_quarantined, e.rows_deleted)
        for e in extraction.entities
        if e.files
    ]
    columns = ("entity", "read", "landed", "known before", "quarantined", "gone")
    console.print(table(columns, rows))
    for check in extraction.checks:
        if check.status == "failed":
            console.print(f"{check.check_name}: {check.detail}", markup=False)
