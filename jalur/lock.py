"""One run at a time in a home: an advisory file lock that dies with its process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from jalur.errors import RunLocked

_held: dict[Path, TextIO] = {}


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold the lock for the length of the block; raise `RunLocked` with the holder's pid."""
    is_ours = path in _held
    hold_run_lock(path)
    try:
        yield
    finally:
        if not is_ours:
            _held.pop(path).close()


def hold_run_lock(path: Path) -> None:
    """Hold the lock until the process ends; raise `RunLocked` where another process has it."""
    if path in _held:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.seek(0)
        holder = handle.read().strip()
        handle.close()
        raise RunLocked(int(holder or 0)) from error
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    _held[path] = handle
