"""`jalur compact`: few files instead of many in the landing zone, and old versions out of it."""

from datetime import UTC, datetime, timedelta

from cli.progress import Display
from cli.screen import console, heading, table
from ingestion.compaction import Compacted, compact, foreseen, plan
from jalur.landing_zone import reach
from jalur.lock import run_lock
from jalur.progress import listening, report
from jalur.settings import Settings, load_settings

BYTES_PER_MB = 1024**2


def compact_landing(*, dry_run: bool) -> None:
    """Merge the landed files; with a dry run, only tell what would be merged and removed."""
    settings = load_settings()
    home = settings.paths
    home.create()
    reach(home)
    days = settings.keep_versions_days
    cutoff = None if days is None else datetime.now(UTC) - timedelta(days=days)
    with run_lock(home.lock), Display(console) as display, listening(display.show):
        report("compact", detail="looking at the landed files")
        tables = plan(home, settings.compact_target_mb * BYTES_PER_MB, cutoff)
        if dry_run:
            done = [foreseen(each) for each in tables]
        else:
            if any(each.rows_to_remove for each in tables):
                _rebuild_next(settings)
            done = list(compact(home, tables, cutoff, _report))
    _show(done, is_foreseen=dry_run)
    if any(each.rows_removed for each in done):
        assert cutoff is not None
        verb = "would go" if dry_run else "are gone, and the next run builds the warehouse anew"
        console.print(f"Rows superseded before {cutoff:%d %B %Y} {verb}.", soft_wrap=True)


def _rebuild_next(settings: Settings) -> None:
    """Before anything goes: staging must not keep what the landing zone no longer has."""
    from dagster_project.build_state import begin_build

    if settings.paths.warehouse.exists():
        begin_build(settings, full_refresh=True)


def _report(name: str, done: int, total: int) -> None:
    report("compact", done, total, name)


def _show(done: list[Compacted], *, is_foreseen: bool) -> None:
    changed = [each for each in done if each.files_after != each.files_before or each.rows_removed]
    heading("Would be compacted" if is_foreseen else "Compacted")
    if changed:
        console.print(table(_columns(is_foreseen), [_row(each, is_foreseen) for each in changed]))
    before, after = (sum(getattr(each, name) for each in done) for name in _FILES)
    told = f"{before:,} files, {after:,} {'would be left' if is_foreseen else 'left'}"
    if not is_foreseen:
        sizes = [sum(getattr(each, name) for each in done) for name in _BYTES]
        told += f"; {_size(sizes[0])} before, {_size(sizes[1])} after"
    console.print(f"{told}. {len(done) - len(changed)} of {len(done)} tables as they were.")


_FILES = ("files_before", "files_after")
_BYTES = ("bytes_before", "bytes_after")


def _columns(is_foreseen: bool) -> tuple[str, ...]:
    columns = ("source", "table", "files", "files after", "rows removed", "size")
    return columns if is_foreseen else (*columns, "size after")


def _row(each: Compacted, is_foreseen: bool) -> tuple[object, ...]:
    row = (
        each.source,
        each.table,
        each.files_before,
        each.files_after,
        each.rows_removed,
        _size(each.bytes_before),
    )
    return row if is_foreseen else (*row, _size(each.bytes_after))


def _size(size: int) -> str:
    return f"{size / BYTES_PER_MB:,.1f} MB" if size >= BYTES_PER_MB else f"{size / 1024:,.1f} KB"
