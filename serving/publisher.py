"""Publication: a whole revision is written aside and shown by one rename."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from jalur.errors import JalurError
from jalur.paths import PUBLISHED_DATABASE, Home
from jalur.settings import Settings
from jalur.state import open_state
from serving.database import count_checks, write_database, write_parquet
from serving.publication import CONTRACT_VERSION, Publication, current_publication

# Called with what is being done, for a progress display.
Progress = Callable[[str], None]


def publish(
    settings: Settings, run_id: str, as_of: datetime, progress: Progress | None = None
) -> Publication:
    """Publish the marts of the warehouse and return what readers see from now on.

    `as_of` is aware. A process that dies before the rename leaves the former publication as it
    was; a run that is published already is left alone. Raises `JalurError` where the warehouse has
    no marts, or where something that is not ours lies in the place of the link.
    """
    home = settings.paths
    _refuse_a_folder_in_place_of_the_link(home)
    current = current_publication(home)
    if current is not None:
        # A process may have died between showing it and noting it.
        _record(home, current)
    if current is None or current.run_id != run_id:
        current = _write(settings, run_id, as_of, current, progress or (lambda _: None))
        _show(home, current.revision)
        _record(home, current)
    _remove_old_revisions(home, current)
    return current


def _refuse_a_folder_in_place_of_the_link(home: Home) -> None:
    if home.serving.exists() and not home.serving.is_symlink():
        raise JalurError(
            f"{home.serving} is a folder of its own, where the link to the published revision"
            " belongs; move it elsewhere and run again"
        )


def _write(
    settings: Settings,
    run_id: str,
    as_of: datetime,
    before: Publication | None,
    say: Progress,
) -> Publication:
    # Drawing needs a heavy library, which nobody else of this package does.
    from serving import report

    home = settings.paths
    revision = home.revision(run_id)
    # What a killed run left of this revision; nothing refers to it.
    shutil.rmtree(revision, ignore_errors=True)
    revision.mkdir(parents=True)
    database = revision / PUBLISHED_DATABASE
    published_at = datetime.now(UTC)
    say("writing the serving file")
    rows = write_database(home.warehouse, database, run_id, as_of, published_at, CONTRACT_VERSION)
    say("writing Parquet")
    write_parquet(database, revision / "parquet")
    say("drawing the report")
    report.render(database, revision / "report.html", settings.currency, settings.timezone)
    publication = Publication(
        run_id,
        as_of,
        published_at,
        CONTRACT_VERSION,
        rows,
        revision,
        count_checks(database),
        None if before is None else before.run_id,
    )
    publication.write()
    for path in [*revision.rglob("*"), revision, home.revisions]:
        _flush(path)
    return publication


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _show(home: Home, revision: Path) -> None:
    """Point `serving` at the revision in one step: readers see the old one or the new one."""
    aside = home.root / ".serving-next"
    aside.unlink(missing_ok=True)
    aside.symlink_to(revision.relative_to(home.root), target_is_directory=True)
    aside.replace(home.serving)
    _flush(home.root)


def _record(home: Home, publication: Publication) -> None:
    with open_state(home) as state:
        state.execute(
            "insert or replace into publications"
            " (run_id, as_of, published_at, contract_version, rows) values (?, ?, ?, ?, ?)",
            (
                publication.run_id,
                publication.as_of.isoformat(),
                publication.published_at.isoformat(),
                publication.contract_version,
                publication.total_rows,
            ),
        )


def _remove_old_revisions(home: Home, current: Publication) -> None:
    """Keep what readers see and what they saw before; all else is older, or was never shown."""
    kept = {current.run_id, current.previous_run_id}
    for path in home.revisions.iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
