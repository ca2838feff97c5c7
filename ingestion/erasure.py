"""Erase one person from what a source has landed; each file is replaced as a whole.

The order makes an interrupted erasure one that can be finished: the person's own rows, which tell
the addresses to look for, are emptied last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.erased import Erased, Eraser, holds_id, read_erased, without_addresses, write_erased
from ingestion.landing import QUARANTINE_TABLE, is_landed, load_pending
from ingestion.persons import PersonTable, payload_hash, without_values
from jalur.files import Place, parquet_files, replace_file
from jalur.landing_zone import connect
from jalur.paths import Home
from jalur.personal_data import address_hash


@dataclass(frozen=True)
class Person:
    """One record of a table with persons, and the addresses and names that its versions had."""

    source: str
    table: PersonTable
    record_id: str
    addresses: tuple[str, ...]
    names: tuple[str, ...] = ()


def find_person(home: Home, source: str, table: PersonTable, record_id: str) -> Person | None:
    """The person as landed; None where the source never brought one of this id."""
    load_pending(home, source)
    if not is_landed(home, source, table.name):
        return None
    with connect(home) as connection:
        rows = connection.execute(
            "select distinct payload from read_parquet($files) where record_id = $record_id",
            {"files": _pattern(home, source, table.name), "record_id": record_id},
        ).fetchall()
    found = {a.strip() for (payload,) in rows for a in table.addresses_in(payload)}
    names = {n.lower() for (payload,) in rows for n in table.names_in(payload) if n}
    if not rows:
        return None
    return Person(source, table, record_id, tuple(sorted(found)), tuple(sorted(names)))


def begin(home: Home, person: Person, key: str) -> None:
    """Note the person in the list: from here on nothing of them is landed any more."""
    erased = read_erased(home, person.source)
    erased.records.setdefault(person.table.name, set()).add(person.record_id)
    hashes = (address_hash(key, address) for address in person.addresses)
    erased.address_hashes |= {each for each in hashes if each is not None}
    erased.unfinished.add((person.table.name, person.record_id))
    write_erased(home, person.source, erased)


def finish(home: Home, person: Person) -> None:
    """Note that it was done."""
    erased = read_erased(home, person.source)
    erased.unfinished.discard((person.table.name, person.record_id))
    write_erased(home, person.source, erased)


def erase_quarantine(home: Home, person: Person) -> int:
    """Empty the texts of quarantined rows with their id or an address; returns how many."""
    tables = sorted(person.table.referring)
    addresses = [address.lower() for address in person.addresses]

    def is_theirs(entity: str, text: str) -> bool:
        if any(address in text.lower() for address in addresses):
            return True
        return entity in tables and holds_id(text, {person.record_id})

    def empty(rows: pa.Table) -> tuple[pa.Table, int]:
        texts, count = rows.column("record_text").to_pylist(), 0
        for row, entity in enumerate(rows.column("entity").to_pylist()):
            if texts[row] is not None and is_theirs(entity, texts[row]):
                texts[row], count = None, count + 1
        return _replaced(rows, {"record_text": texts}), count

    files = parquet_files(home.landed_table(person.source, QUARANTINE_TABLE))
    return sum(_rewrite(path, empty) for path in files)


def erase_mentions(home: Home, person: Person) -> int:
    """Take the addresses out of all other landed rows, of whatever source; returns how many."""
    if not person.addresses:
        return 0

    own = home.landed_table(person.source, person.table.name)

    def without(rows: pa.Table, kept: str | None) -> tuple[pa.Table, int]:
        texts, hashes, count = *_payloads(rows), 0
        ids = rows.column("record_id").to_pylist()
        for row, text in enumerate(texts):
            # Their own rows come last: they tell what to look for.
            if ids[row] != kept and any(
                address.lower() in text.lower() for address in person.addresses
            ):
                texts[row] = without_addresses(text, person.addresses)
                hashes[row], count = payload_hash(texts[row]), count + 1
        return _replaced(rows, {"payload": texts, "payload_hash": hashes}), count

    total = 0
    folders: list[Place] = [*home.landing.glob("raw_*/*")]
    for folder in folders:
        for path in _files_with(home, folder, person.addresses):
            kept = person.record_id if path.parent == own else None
            total += _rewrite(path, partial(without, kept=kept))
    return total


def erase_told(home: Home, person: Person) -> int:
    """Empty rows about the person, and take their name out of histories; returns how many."""
    about = {each.table: each for each in person.table.about}

    def told(table: str, text: str) -> str:
        if table in about and about[table].is_of(text, {person.record_id}):
            return about[table].emptied(text)
        return without_values(text, person.names) if table in person.table.histories else text

    def without(rows: pa.Table, table: str) -> tuple[pa.Table, int]:
        texts, hashes, count = *_payloads(rows), 0
        for row, text in enumerate(texts):
            cleaned = told(table, text)
            if cleaned != text:
                texts[row], hashes[row], count = cleaned, payload_hash(cleaned), count + 1
        return _replaced(rows, {"payload": texts, "payload_hash": hashes}), count

    total = 0
    for table in (*about, *person.table.histories):
        told_by = (person.record_id,) if table in about else person.names
        for path in _files_with(home, home.landed_table(person.source, table), told_by):
            total += _rewrite(path, partial(without, table=table))
    return total


def erase_rows(home: Home, person: Person) -> int:
    """Empty every landed version of the person; returns how many."""
    eraser = Eraser(person.source, Erased({person.table.name: {person.record_id}}), "")

    def empty(rows: pa.Table) -> tuple[pa.Table, int]:
        texts, hashes, count = *_payloads(rows), 0
        for row, record_id in enumerate(rows.column("record_id").to_pylist()):
            text = eraser.payload(person.table.name, record_id, texts[row])
            if text != texts[row]:
                texts[row], hashes[row], count = text, payload_hash(text), count + 1
        return _replaced(rows, {"payload": texts, "payload_hash": hashes}), count

    files = parquet_files(home.landed_table(person.source, person.table.name))
    return sum(_rewrite(path, empty) for path in files)


def _payloads(rows: pa.Table) -> tuple[list[str], list[str]]:
    return rows.column("payload").to_pylist(), rows.column("payload_hash").to_pylist()


def _rewrite(path: Place, change: Callable[[pa.Table], tuple[pa.Table, int]]) -> int:
    """Replace a file whose rows change; returns how many do."""
    with path.open("rb") as file:
        rows, count = change(pq.ParquetFile(file).read())
    if count:
        replace_file(path, lambda aside: pq.write_table(rows, aside))
    return count


def _replaced(rows: pa.Table, texts: dict[str, list[str]]) -> pa.Table:
    for name, values in texts.items():
        place = rows.schema.get_field_index(name)
        field = rows.schema.field(place)
        rows = rows.set_column(place, field, pa.array(values, field.type))
    return rows


def _files_with(home: Home, folder: Place, words: tuple[str, ...]) -> list[Place]:
    """The files of a landed table in which a payload has one of the words, in whatever case."""
    if not words or folder.name == QUARANTINE_TABLE or not parquet_files(folder):
        return []
    tests = " or ".join(f"contains(lower(payload), ${n + 2})" for n in range(len(words)))
    with connect(home, "1GB") as connection:
        rows = connection.execute(
            f"select distinct filename from read_parquet($1, filename = true) where {tests}",
            [str(folder / "*.parquet"), *(word.lower() for word in words)],
        ).fetchall()
    names = {name.rpartition("/")[2] for (name,) in rows}
    return [path for path in parquet_files(folder) if path.name in names]


def _pattern(home: Home, source: str, table: str) -> str:
    return str(home.landed_table(source, table) / "*.parquet")
