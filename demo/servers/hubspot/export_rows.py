"""The demo company's export as rows, and its ids as numbers of a portal."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from sys import intern

from demo.servers.hubspot.clock import from_text

Row = dict[str, str]

# Each kind of id has its own range, so that an id tells what it is.
RANGES = {
    "R": 71_000_000, "A": 80_000_000, "L": 81_000_000, "D": 82_000_000, "AC": 83_000_000,
    "C": 85_000_000,
}  # fmt: skip
LINE_ITEMS, PRODUCTS, MERGED = 86_000_000, 87_000_000, 88_000_000
USERS, TEAMS = 60_000_000, 900_000


def rows(export: Path, entity: str) -> Iterator[Row]:
    """Rows of one file, without broken ones. Equal values are one text: most repeat themselves."""
    with (export / f"{entity}.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        for values in reader:
            if len(values) == len(header):
                yield dict(zip(header, map(intern, values), strict=True))


def grouped(export: Path, entity: str, key: str, wanted: set[str]) -> dict[str, list[Row]]:
    """Rows of a history by whom they belong to, in the order of the file."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows(export, entity):
        if row[key] in wanted:
            found[row[key]].append(row)
    return found


def number(demo_id: str) -> int:
    """`D-00042` is 82000042 in the portal."""
    prefix, _, digits = demo_id.partition("-")
    return RANGES[prefix] + int(digits)


def text_id(demo_id: str) -> str:
    """The same as text, empty for no id."""
    return str(number(demo_id)) if demo_id else ""


def user_id(rep_id: str) -> int:
    """The user behind an owner has another number."""
    return USERS + int(rep_id.partition("-")[2])


def filled(properties: Row) -> Row:
    """Without those that have no value."""
    return {name: value for name, value in properties.items() if value}


def is_until(text: str, until: int) -> bool:
    """Whether a moment is known and not later."""
    return bool(text) and from_text(text) <= until
