"""Replace a file as a whole: who reads it sees the old one or the new one, also after a crash."""

import os
from collections.abc import Callable
from pathlib import Path

# Of a process that died in between: nobody reads it, and the next one may remove it.
ASIDE = ".replacing"


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make the new file aside, bring it to the disk, and put it there by one rename."""
    aside = path.with_name(f".{path.name}{ASIDE}")
    aside.unlink(missing_ok=True)
    write(aside)
    flush(aside)
    aside.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Remove what processes that died left aside."""
    for path in folder.rglob(f".*{ASIDE}*"):
        path.unlink(missing_ok=True)
