"""Erase a lead from the demo company's export, so that the next run does not bring it back."""

import csv
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TextIO

from demo.generator import EXPORT
from jalur.files import replace_file

LEADS = "leads.csv"


def erase_lead(folder: Path, lead_id: str, keeps: Collection[str]) -> int:
    """Empty the columns of a lead but those kept; `folder` is that of the demo. Returns rows."""
    path = folder / EXPORT / LEADS
    if not path.exists():
        return 0
    with path.open(newline="", encoding="utf-8") as file:
        # Line by line as it is: broken lines stay what they are.
        lines = file.readlines()
    header = lines[0].rstrip("\n").split(",")
    place, count = header.index("lead_id"), 0
    for number, line in enumerate(lines[1:], start=1):
        values = next(csv.reader([line]))
        if len(values) == len(header) and values[place] == lead_id:
            kept = [v if n in keeps else "" for n, v in zip(header, values, strict=True)]
            cleaned = ",".join(kept) + "\n"
            count += cleaned != line
            lines[number] = cleaned
    if count:
        replace_file(path, _writer(lines))
    return count


def _writer(lines: list[str]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        file: TextIO
        with path.open("w", newline="", encoding="utf-8") as file:
            file.writelines(lines)

    return write
