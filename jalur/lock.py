"""One run at a time in a home: an advisory file lock that dies with its process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jalur.errors import RunLocked


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold the lock for the length of the block; raise `RunLocked` with the holder's pid."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            raise RunLocked(int(handle.read().strip() or 0)) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
