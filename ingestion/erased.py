"""The persons of a source who were erased, and rows without them.

The list lies in the landing zone, beside the rows that it keeps away: the operational state may be
lost, and then nobody may come back. It has plain record ids. They stay in the landed rows anyway,
for others refer to them, and a list under a key would forget everybody with a change of the key.
Addresses are listed under the key only.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.persons import PersonTable, as_payload, payload_hash, person_tables
from jalur.files import replace_file
from jalur.paths import Home
from jalur.personal_data import address_hash

ADDRESS = re.compile(r"[^\s@\"',;:<>()\[\]{}|\\]+@[^\s@\"',;:<>()\[\]{}|\\]+")
# What separates the values of a line or of a JSON text.
SEPARATORS = re.compile(r"[\s,;|\"'{}\[\]:]+")
ERASED = "(erased)"


@dataclass
class Erased:
    """Ids by table, hashes of addresses, and the erasures (table, id) that were not finished."""

    records: dict[str, set[str]] = field(default_factory=dict)
    address_hashes: set[str] = field(default_factory=set)
    unfinished: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        return not self.records

    def ids(self, table: str) -> set[str]:
        """The erased ids of a table."""
        return self.records.get(table, set())


def read_erased(home: Home, source: str) -> Erased:
    """The list of a source; empty where nobody was erased."""
    path = home.erased(source)
    if not path.exists():
        return Erased()
    values = json.loads(path.read_text())
    return Erased(
        {table: set(ids) for table, ids in values["records"].items()},
        set(values["address_hashes"]),
        {(table, record_id) for table, record_id in values["unfinished"]},
    )


def write_erased(home: Home, source: str, erased: Erased) -> None:
    """Replace the list of a source."""
    values = {
        "records": {table: sorted(ids) for table, ids in erased.records.items()},
        "address_hashes": sorted(erased.address_hashes),
        "unfinished": sorted(erased.unfinished),
    }

    def write(path: Path) -> None:
        path.write_text(json.dumps(values, indent=1) + "\n")

    home.erased(source).parent.mkdir(parents=True, exist_ok=True)
    replace_file(home.erased(source), write)


@dataclass(frozen=True)
class Eraser:
    """Rows on their way into the landing zone, without the persons of the list."""

    source: str
    erased: Erased
    key: str

    @property
    def tables(self) -> dict[str, PersonTable]:
        """The tables with persons, by name."""
        return {table.name: table for table in person_tables(self.source).values()}

    def payload(self, table: str, record_id: str | None, payload: str) -> str:
        """A payload as it may be landed: the same text, unless somebody erased is in it."""
        if table in self.tables and record_id in self.erased.ids(table):
            return self.tables[table].emptied(payload)
        for person in self.tables.values():
            for about in person.about:
                if about.table == table and about.is_of(payload, self.erased.ids(person.name)):
                    payload = about.emptied(payload)
        found = self._addresses(payload)
        return without_addresses(payload, found) if found else payload

    def is_of_somebody(self, table: str, text: str) -> bool:
        """Whether a row of the quarantine is of a person of the list."""
        if self._addresses(text):
            return True
        return any(
            table in person.referring and holds_id(text, self.erased.ids(person.name))
            for person in self.tables.values()
        )

    def landed(self, table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch of landed rows, hashes made anew where a payload is another."""
        if self.erased.is_empty:
            return batch
        payloads = batch.column("payload")
        suspects = pc.match_substring(payloads, "@")
        for person_id in sorted(self._told_of_in(table)):
            suspects = pc.or_kleene(suspects, pc.match_substring(payloads, person_id))
        if ids := self.erased.ids(table):
            known = pc.is_in(batch.column("record_id"), pa.array(sorted(ids), pa.string()))
            suspects = pc.or_kleene(suspects, known)
        texts, hashes = payloads.to_pylist(), batch.column("payload_hash").to_pylist()
        record_ids = batch.column("record_id").to_pylist()
        for row, is_suspect in enumerate(suspects.to_pylist()):
            if is_suspect:
                text = self.payload(table, record_ids[row], texts[row])
                if text != texts[row]:
                    texts[row], hashes[row] = text, payload_hash(text)
        return _with(batch, {"payload": texts, "payload_hash": hashes})

    def _told_of_in(self, table: str) -> set[str]:
        """Ids of erased persons that rows of a table may be about."""
        return {
            person_id
            for person in self.tables.values()
            if any(about.table == table for about in person.about)
            for person_id in self.erased.ids(person.name)
        }

    def quarantined(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch of the quarantine; rows of erased persons have no text."""
        if self.erased.is_empty:
            return batch
        texts = batch.column("record_text").to_pylist()
        for row, entity in enumerate(batch.column("entity").to_pylist()):
            if texts[row] is not None and self.is_of_somebody(entity, texts[row]):
                texts[row] = None
        return _with(batch, {"record_text": texts})

    def _addresses(self, text: str) -> set[str]:
        if not self.erased.address_hashes:
            return set()
        found = {match.group() for match in ADDRESS.finditer(text)}
        return {a for a in found if address_hash(self.key, a) in self.erased.address_hashes}


def holds_id(text: str, ids: Collection[str]) -> bool:
    """Whether one of the values of a line or a JSON text is one of the ids."""
    return not set(ids).isdisjoint(SEPARATORS.split(text))


def without_addresses(payload: str, addresses: Collection[str]) -> str:
    """A payload without some addresses: values that are one are gone, in others it is replaced."""
    patterns = [re.compile(re.escape(a.strip()), re.IGNORECASE) for a in addresses if a.strip()]
    return as_payload(_without(json.loads(payload), patterns))


def _without(value: Any, patterns: list[re.Pattern[str]]) -> Any:
    if isinstance(value, dict):
        cleaned = {name: _without(each, patterns) for name, each in value.items()}
        return {name: each for name, each in cleaned.items() if each != ERASED}
    if isinstance(value, list):
        return [_without(each, patterns) for each in value]
    if isinstance(value, str):
        for pattern in patterns:
            value = ERASED if pattern.fullmatch(value.strip()) else pattern.sub(ERASED, value)
    return value


def _with(batch: pa.RecordBatch, texts: dict[str, list[str | None]]) -> pa.RecordBatch:
    columns = [
        pa.array(texts[name], field.type) if name in texts else batch.column(name)
        for name, field in ((field.name, field) for field in batch.schema)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
