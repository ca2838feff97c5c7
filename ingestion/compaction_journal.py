"""Let a merged file take the place of those that it was made of, as one step.

No file system changes several files at once. So the merged file is made aside, whole; a note says
what it stands for; and from the note on the change is done, whoever has to finish it: every reader
that holds the run lock does so before it reads.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.validated import merge_validated_files
from jalur.errors import JalurError
from jalur.files import beside, flush, move, replace_file
from jalur.paths import Home


@dataclass(frozen=True)
class Merger:
    """A file of a table, made aside, and the files whose rows it has, by their names.

    `removed` of their rows it has not, because they were superseded before `cutoff`.
    """

    source: str
    table: str
    file: str
    inputs: tuple[str, ...]
    removed: int = 0
    cutoff: str | None = None


def commit(home: Home, merger: Merger) -> None:
    """From here on the merged file counts, and the others do not."""
    text = json.dumps(asdict(merger), indent=1) + "\n"
    replace_file(home.compaction(merger.source), lambda path: _write(path, text))
    finish_compaction(home, merger.source)


def finish_compaction(home: Home, source: str) -> None:
    """Finish what was begun, if anything was; each step may be done again."""
    note = home.compaction(source)
    if not note.exists():
        return
    values = json.loads(note.read_text())
    merger = Merger(**values | {"inputs": tuple(values["inputs"])})
    folder = home.landed_table(source, merger.table)
    merged = folder / merger.file
    if beside(merged).exists():
        move(beside(merged), merged)
    if not merged.exists():
        raise JalurError(
            f"{note} tells of {merged}, which is not there; nothing was removed. Bring that file"
            " back, or remove the note: the files that it names are then read as before"
        )
    place = f"raw_{source}/{merger.table}"
    inputs = [f"{place}/{name}" for name in merger.inputs]
    merge_validated_files(home, source, inputs, f"{place}/{merger.file}")
    if merger.removed:
        _log(home, merger)
    for name in merger.inputs:
        (folder / name).unlink(missing_ok=True)
    if isinstance(folder, Path):
        flush(folder)
    note.unlink()


def finish_compactions(home: Home) -> None:
    """Finish what was begun of any source."""
    for note in home.landing.glob("raw_*/_compaction.json"):
        finish_compaction(home, note.parent.name.removeprefix("raw_"))


def _write(path: Path, text: str) -> None:
    path.write_text(text)


def _log(home: Home, merger: Merger) -> None:
    """At least once: who finishes after a crash writes the line again."""
    line = {
        "source": merger.source,
        "table": merger.table,
        "rows_removed": merger.removed,
        "superseded_before": merger.cutoff,
        "merged_file": merger.file,
    }
    with home.removals.open("a") as file:
        file.write(json.dumps(line) + "\n")
