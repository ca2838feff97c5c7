"""Publication: a whole revision is written aside and shown by one rename."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from jalur.paths import PUBLISHED_DATABASE, Home
from jalur.settings import Settings
from jalur.state import open_state
from serving.database import write_database, write_parquet
from serving.publication import CONTRACT_VERSION, MANIFEST, Publication, current_publication

KEPT_REVISIONS = 2

# Called with what is being done, for a progress display.
Progress = Callable[[str], None]


def publish(
    settings: Settings, run_id: str, as_of: datetime, progress: Progress | None = None
) -> Publication:
    """Publish the marts of the warehouse and return what readers see from now on.

    A process that dies before the rename leaves the former publication as it was.
    """
    home = settings.paths
    say = progress or (lambda _: None)
    revision = home.revision(run_id)
    publication = current_publication(home)
    if publication is None or publication.run_id != run_id:
        # What a killed run left of this revision; nothing refers to it.
        shutil.rmtree(revision, ignore_errors=True)
        revision.mkdir(parents=True)
        publication = _write(home, revision, run_id, as_of, settings.currency, say)
        _show(home, revision)
    _record(home, publication)
    _remove_old_revisions(home, revision)
    return publication


def _write(
    home: Home, revision: Path, run_id: str, as_of: datetime, currency: str, say: Progress
) -> Publication:
    # Drawing needs a heavy library, which nobody else of this package does.
    from serving.report import render

    published_at = datetime.now(UTC)
    database = revision / PUBLISHED_DATABASE
    say("writing the serving file")
    rows = write_database(home.warehouse, database, run_id, as_of, published_at, CONTRACT_VERSION)
    publication = Publication(run_id, as_of, published_at, CONTRACT_VERSION, rows, revision)
    say("writing Parquet")
    write_parquet(database, revision / "parquet")
    say("drawing the report")
    render(database, revision / "report.html", currency)
    (revision / MANIFEST).write_text(publication.as_manifest())
    for path in [*revision.rglob("*"), revision]:
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


def _remove_old_revisions(home: Home, current: Path) -> None:
    """Keep the current revision and the one published before it."""
    others = [path for path in home.revisions.iterdir() if path.resolve() != current.resolve()]
    whole = [path for path in others if (path / MANIFEST).is_file()]
    kept = sorted(whole, key=lambda path: (path / MANIFEST).stat().st_mtime, reverse=True)
    for path in others:
        if path not in kept[: KEPT_REVISIONS - 1]:
            shutil.rmtree(path, ignore_errors=True)
