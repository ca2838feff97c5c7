"""Run compactions that die by SIGKILL: `python -m tests.ingestion.killed_compactions HOME...`.

A home named `7` dies before the seventh change of the file system or the state. One process imports
the libraries and forks per home, because that is most of the time a start takes.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import jalur.files
from ingestion import compaction, compaction_journal
from jalur.paths import Home

TARGET_BYTES = 1024**2
CUTOFF = datetime(2026, 1, 3, tzinfo=UTC)
CHANGES = (
    (pq.ParquetWriter, "write_table"),
    (jalur.files, "flush"),
    (Path, "replace"),
    (Path, "unlink"),
    (compaction_journal, "merge_validated_files"),
    (compaction_journal, "_log"),
)


def die_before(change: int) -> None:
    """Die when one of the functions is called for the `change`th time."""
    calls: list[str] = []

    def counted(true: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            calls.append(true.__name__)
            if len(calls) == change:
                os.kill(os.getpid(), signal.SIGKILL)
            return true(*arguments, **named)

        return wrapper

    for home, name in CHANGES:
        setattr(home, name, counted(getattr(home, name)))


def run(home: Home) -> None:
    """One whole compaction."""
    tables = compaction.plan(home, TARGET_BYTES, CUTOFF)
    list(compaction.compact(home, tables, CUTOFF, lambda *_: None))


def main(homes: list[Path]) -> None:
    for home in homes:
        child = os.fork()
        if child == 0:
            die_before(int(home.name))
            run(Home(home))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main([Path(home) for home in sys.argv[1:]])
