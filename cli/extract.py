"""`jalur extract`: land what is new in the sources, and nothing after it."""

from datetime import UTC, datetime
from functools import partial

from cli.progress import Display
from cli.screen import console, heading, table
from dagster_project.sources import extract
from ingestion.check_results import land_check_results, refuse_on_critical
from ingestion.extraction import Extraction
from jalur.errors import ConfigurationError
from jalur.lock import run_lock
from jalur.progress import listening, report
from jalur.settings import Settings, load_settings


def extract_sources(names: list[str]) -> None:
    """Extract these configured sources, or all of them.

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
    settings.paths.create()
    # Named like a run, so that its rows and results are told apart from those of others.
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-extract"
    with run_lock(settings.paths.lock):
        done = [_extract(settings, source, run_id) for source in names or settings.sources]
    refuse_on_critical([check for extraction in done for check in extraction.checks])


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
