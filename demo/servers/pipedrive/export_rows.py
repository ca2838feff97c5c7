"""The demo company's export as rows, and its ids as the numbers of a company of Pipedrive's."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

Row = dict[str, str]


def rows(export: Path, entity: str) -> Iterator[Row]:
    """Rows of one file, without broken ones."""
    with (export / f"{entity}.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        for values in reader:
            if len(values) == len(header):
                yield dict(zip(header, values, strict=True))


def grouped(export: Path, entity: str, key: str, wanted: set[str]) -> dict[str, list[Row]]:
    """Rows of a history by whom they belong to, in the order of the file."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows(export, entity):
        if row[key] in wanted:
            found[row[key]].append(row)
    return found


def number(demo_id: str) -> int | None:
    """`D-00042` is 42; no id is none."""
    return int(demo_id.partition("-")[2]) if demo_id else None


def moment(text: str) -> datetime:
    """A time of the export (aware)."""
    return datetime.fromisoformat(text)


def is_until(text: str, until: datetime) -> bool:
    """Whether a moment is known and not later."""
    return bool(text) and moment(text) <= until
