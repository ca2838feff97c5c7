"""The chosen rows of the export, and the ids that their records get."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from demo.servers.salesforce.store import Store
from demo.servers.salesforce.timeline import Timeline

Row = dict[str, str]


def rows(export: Path, entity: str) -> Iterator[Row]:
    """The rows of a file as texts; a broken line is left out."""
    with (export / f"{entity}.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        for values in reader:
            if len(values) == len(header):
                yield dict(zip(header, values, strict=True))


class Book:
    """What the parts of the filler share."""

    def __init__(
        self, store: Store, timeline: Timeline, export: Path, keep: Callable[[Row], bool]
    ) -> None:
        self.store = store
        self.timeline = timeline
        self.export = export
        self.ids: dict[str, str] = {}
        self.deals = {row["deal_id"]: row for row in rows(export, "deals") if keep(row)}
        self.reps = {row["rep_id"]: row for row in rows(export, "reps")}
        sellers = {row["rep_id"] for row in self.deals.values()}
        self.leads = {
            row["lead_id"]: row
            for row in rows(export, "leads")
            if row["converted_deal_id"] in self.deals
            or (not row["converted_deal_id"] and row["rep_id"] in sellers)
        }
        self.accounts = self._accounts()

    def rows(self, entity: str) -> Iterator[Row]:
        """The rows of a file."""
        return rows(self.export, entity)

    def id(self, export_id: str) -> str | None:
        """The Salesforce id of what has that id in the export, if it is there already."""
        return self.ids.get(export_id)

    def user(self, rep_id: str) -> str:
        """The user of a seller, or the integration's for nobody."""
        return self.ids.get(rep_id, self.store.user_id)

    def _accounts(self) -> dict[str, Row]:
        every = {row["account_id"]: row for row in self.rows("accounts")}
        wanted = {row["account_id"] for row in self.deals.values()} & set(every)
        parents = {every[each]["parent_account_id"] for each in wanted} & set(every)
        return {key: row for key, row in every.items() if key in wanted | parents}


def number(text: str) -> float | None:
    """A number of the export, or None where it says nothing."""
    return float(text) if text else None


def whole(text: str) -> int | None:
    """A whole number of the export, or None."""
    return int(float(text)) if text else None


def label(text: str) -> str | None:
    """`no answer` as people write it in a picklist: `No answer`."""
    return text[:1].upper() + text[1:].replace("_", " ") if text else None
