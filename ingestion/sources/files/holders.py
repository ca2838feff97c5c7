"""Which input files still have a person in them."""

from collections.abc import Collection
from pathlib import Path

import duckdb

from ingestion.erased import holds_id
from ingestion.persons import person_tables
from ingestion.sources.files.discovery import find_files
from ingestion.sources.files.mapping import load_mapping


def files_with_person(
    folder: Path, mapping_path: Path | None, record_id: str, addresses: Collection[str]
) -> list[Path]:
    """The files with an address of the person, and those of leads with the id."""
    mapping = load_mapping(folder, mapping_path)
    leads = {table.name for table in person_tables("files").values()}
    wanted = [address.lower() for address in addresses]
    found = set()
    for entity, files in find_files(folder, mapping).items():
        for path in files.paths:
            text = _text(path, mapping.of(entity).encoding)
            if any(address in text.lower() for address in wanted) or (
                entity in leads and holds_id(text, {record_id})
            ):
                found.add(path)
    return sorted(found)


def _text(path: Path, encoding: str) -> str:
    if path.suffix.lower() != ".parquet":
        return path.read_text(encoding=encoding, errors="replace")
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select cast(to_json(rows) as varchar) from read_parquet($path) as rows",
            {"path": str(path)},
        ).fetchall()
    return "\n".join(row for (row,) in rows)
