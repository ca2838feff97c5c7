"""Which landed files the door has judged: rows of the operational state, by `landed_name`."""

from collections.abc import Iterable

from jalur.paths import Home
from jalur.state import open_state


def validated_files(home: Home, source: str) -> set[str]:
    """The files of a source that were judged and not refused."""
    with open_state(home) as state:
        rows = state.execute("select file from validated_files where source = ?", (source,))
        return {row["file"] for row in rows}


def save_validated_files(home: Home, source: str, files: Iterable[str]) -> None:
    """Remember files that need not be judged again."""
    with open_state(home) as state:
        state.executemany(
            "insert or ignore into validated_files (source, file) values (?, ?)",
            [(source, file) for file in files],
        )


def merge_validated_files(home: Home, source: str, files: Iterable[str], merged: str) -> None:
    """Judge a merged file as those that it was made of, which are gone."""
    with open_state(home) as state:
        gone = [(source, file) for file in files]
        known = "select 1 from validated_files where source = ? and file = ?"
        if all(state.execute(known, each).fetchone() for each in gone):
            state.execute("insert or ignore into validated_files values (?, ?)", (source, merged))
        state.executemany("delete from validated_files where source = ? and file = ?", gone)
