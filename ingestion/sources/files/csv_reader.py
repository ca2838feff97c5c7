"""CSV as rows of text, with every line that cannot be read kept apart.

Python's csv module reads, not DuckDB's reader: the latter drops what follows an unterminated quote
without a word, and nothing may be lost here.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LONGEST_FIELD = 256 * 1024 * 1024
LONGEST_HEADER = 64 * 1024
BATCH_ROWS = 20_000
BATCH_CHARACTERS = 32 * 1024 * 1024


@dataclass
class Batch:
    """Rows with the line each begins on, and broken lines with theirs."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)


def read_header(path: Path, delimiter: str, encoding: str) -> list[str]:
    """The names in the first line that is not blank; empty for an empty file.

    Raises `csv.Error` where that line is broken.
    """
    csv.field_size_limit(LONGEST_HEADER)
    with path.open(encoding=with_bom(encoding), newline="") as handle:
        return _header(csv.reader(handle, delimiter=delimiter, strict=True))


def _header(records: Iterator[list[str]]) -> list[str]:
    return next((record for record in records if any(map(str.strip, record))), [])


def read_batches(path: Path, delimiter: str, encoding: str, width: int) -> Iterator[Batch]:
    """Batches of rows with exactly `width` fields; all other records are broken lines."""
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding=with_bom(encoding), newline="") as handle:
        lines = _Lines(handle)
        records = csv.reader(lines, delimiter=delimiter, strict=True)
        _header(records)
        batch, characters = Batch(), 0
        while True:
            lines.begin_record()
            try:
                row = next(records, None)
            except csv.Error:
                # An open quote has swallowed what follows it: give up its first line, not the rest.
                batch.broken.append(lines.give_back_all_but_first())
                records = csv.reader(lines, delimiter=delimiter, strict=True)
                continue
            if row is None:
                break
            if len(row) == width:
                batch.lines.append(lines.first)
                batch.rows.append(row)
            elif row:
                batch.broken.append((lines.first, lines.text()))
            characters += lines.length()
            if len(batch.rows) + len(batch.broken) >= BATCH_ROWS or characters > BATCH_CHARACTERS:
                yield batch
                batch, characters = Batch(), 0
        yield batch


class _Lines:
    """Lines of a file that remembers those of the current record and can take some back."""

    def __init__(self, handle: IO[str]) -> None:
        self._handle = iter(handle)
        self._ahead: list[str] = []
        self._record: list[str] = []
        self._count = 0
        self.first = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._ahead.pop() if self._ahead else next(self._handle)
        self._record.append(line)
        self._count += 1
        return line

    def begin_record(self) -> None:
        self._record.clear()
        self.first = self._count + 1

    def length(self) -> int:
        return sum(map(len, self._record))

    def text(self) -> str:
        return "".join(self._record).rstrip("\r\n")

    def give_back_all_but_first(self) -> tuple[int, str]:
        broken, *rest = self._record
        self._ahead.extend(reversed(rest))
        self._count -= len(rest)
        return self.first, broken.rstrip("\r\n")


def with_bom(encoding: str) -> str:
    """The encoding in which a byte order mark, where there is one, is no part of the text."""
    return "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
