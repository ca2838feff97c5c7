"""Merge the many small files of landed tables into few, without changing what staging sees.

A merged row keeps the name of the file that it was landed in, in the column `landed_file`. Staging
finds new files by that name, and tells the rows of two loads apart by it: so what was read is not
read again, and what was not read yet will be.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.compaction_journal import Merger, commit
from ingestion.landing import landed_name, load_pending
from ingestion.retention import Doomed, doomed_rows
from ingestion.validated import validated_files
from jalur.errors import JalurError
from jalur.files import Place, beside, remove_leftovers, replace_file, sizes_below
from jalur.paths import Home

MERGED = "compacted-"
# A row group is what DuckDB and Spark read at once; payloads may be large.
ROWS_PER_GROUP = 122_880
BYTES_PER_GROUP = 64 * 1024**2

# Called with the table that was done, how many are done, and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Table:
    """A landed table: bytes by file, in the order of loading; groups of files to merge."""

    source: str
    name: str
    files: Mapping[str, int]
    groups: tuple[tuple[str, ...], ...] = ()
    doomed: Mapping[str, Doomed] = field(default_factory=dict)

    @property
    def rows_to_remove(self) -> int:
        return sum(len(rows) for rows in self.doomed.values())


@dataclass(frozen=True)
class Compacted:
    """What was done to a table, or would be: then the bytes are not known yet."""

    source: str
    table: str
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    rows_removed: int


def plan(home: Home, target_bytes: int, cutoff: datetime | None = None) -> list[Table]:
    """What to merge, after everything that was begun is finished; `cutoff` as in `retention`."""
    tables: dict[tuple[str, str], dict[str, int]] = {}
    for source in sorted(path.name.removeprefix("raw_") for path in home.landing.glob("raw_*")):
        load_pending(home, source)
    for path, size in sizes_below(home.landing).items():
        folder, table, name = path.split("/")[-3:]
        tables.setdefault((folder.removeprefix("raw_"), table), {})[name] = size
    # The quarantine comes first: what was landed tells which of its rows are settled.
    planned = [
        Table(source, table, dict(sorted(files.items(), key=lambda item: _order(item[0]))))
        for (source, table), files in sorted(tables.items())
    ]
    return [_with_groups(home, table, target_bytes, cutoff) for table in planned]


def compact(
    home: Home, tables: Sequence[Table], cutoff: datetime | None, progress: Progress
) -> Iterator[Compacted]:
    """Merge what was planned, table by table."""
    remove_leftovers(home.landing)
    for done, table in enumerate(tables, start=1):
        for group in table.groups:
            _merge(home, table, group, cutoff)
        progress(f"{table.source} {table.name}", done, len(tables))
        yield _result(home, table)


def foreseen(table: Table) -> Compacted:
    """What merging a table as planned would leave."""
    merged = sum(len(group) for group in table.groups)
    files = len(table.files)
    size = sum(table.files.values())
    return Compacted(
        table.source,
        table.name,
        files,
        files - merged + len(table.groups),
        size,
        size,
        table.rows_to_remove,
    )


def _result(home: Home, table: Table) -> Compacted:
    sizes = sizes_below(home.landed_table(table.source, table.name))
    return replace(foreseen(table), files_after=len(sizes), bytes_after=sum(sizes.values()))


def _order(name: str) -> str:
    """dlt names a file after the time of its load; a merged one is named after its first."""
    return name.removeprefix(MERGED)


def _with_groups(home: Home, table: Table, target_bytes: int, cutoff: datetime | None) -> Table:
    doomed = doomed_rows(home, table.source, table.name, cutoff) if cutoff else {}
    # What the door has not judged yet must not hide among what it has.
    known = validated_files(home, table.source)
    place = f"raw_{table.source}/{table.name}"
    groups: list[tuple[str, ...]] = []
    for is_known in (True, False):
        files = {
            name: size
            for name, size in table.files.items()
            if (f"{place}/{name}" in known) == is_known
        }
        groups += _groups(files, target_bytes, doomed)
    return replace(table, groups=tuple(groups), doomed=doomed)


def _groups(
    files: Mapping[str, int], target_bytes: int, doomed: Mapping[str, Doomed]
) -> Iterator[tuple[str, ...]]:
    """Neighbours up to the target; a file beyond its half stays, unless rows of it must go."""
    group: list[str] = []
    group_bytes = 0
    for name, size in files.items():
        if size > target_bytes // 2:
            if name in doomed:
                yield (name,)
            continue
        if group_bytes + size > target_bytes:
            yield from _worthwhile(group, doomed)
            group, group_bytes = [], 0
        group.append(name)
        group_bytes += size
    yield from _worthwhile(group, doomed)


def _worthwhile(group: list[str], doomed: Mapping[str, Doomed]) -> Iterator[tuple[str, ...]]:
    if len(group) > 1 or any(name in doomed for name in group):
        yield tuple(group)


def _merge(home: Home, table: Table, group: tuple[str, ...], cutoff: datetime | None) -> None:
    folder = home.landed_table(table.source, table.name)
    first = _order(group[0]).removesuffix(".parquet").split("-")[0]
    name = f"{MERGED}{first}-{secrets.token_hex(4)}.parquet"
    inputs = [folder / each for each in group]
    doomed = {each: table.doomed[each] for each in group if each in table.doomed}
    # Whole before it has even the name under which it waits.
    replace_file(beside(folder / name), partial(_write, inputs, doomed))
    removed = sum(len(rows) for rows in doomed.values())
    until = cutoff.isoformat() if cutoff and removed else None
    commit(home, Merger(table.source, table.name, name, group, removed, until))


def _write(inputs: Sequence[Place], doomed: Mapping[str, Doomed], path: Path) -> None:
    expected = 0
    schemas = []
    for each in inputs:
        with each.open("rb") as file:
            found = pq.ParquetFile(file)
            expected += found.metadata.num_rows - len(doomed.get(each.name, ()))
            schemas.append(found.schema_arrow.remove_metadata())
    origin = pa.schema([("landed_file", pa.string())])
    try:
        schema = pa.unify_schemas([*schemas, origin])
    except pa.ArrowInvalid as error:
        raise JalurError(f"{inputs[0].parent}: files of two kinds, not merged ({error})") from error
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in _gathered(inputs, doomed, schema):
            writer.write_table(rows, row_group_size=ROWS_PER_GROUP)
            written += rows.num_rows
    if written != expected:
        raise JalurError(f"{inputs[0].parent}: {written} rows instead of {expected}, not merged")


def _gathered(
    inputs: Sequence[Place], doomed: Mapping[str, Doomed], schema: pa.Schema
) -> Iterator[pa.Table]:
    """The rows of all files, as many at once as a row group should have."""
    waiting: list[pa.Table] = []
    rows = size = 0
    for path in inputs:
        for batch in _batches(path, doomed.get(path.name), schema):
            if batch.num_rows == 0:
                continue
            if rows + batch.num_rows > ROWS_PER_GROUP or size + batch.nbytes > BYTES_PER_GROUP:
                yield pa.concat_tables([schema.empty_table(), *waiting])
                waiting, rows, size = [], 0, 0
            waiting.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes
    yield pa.concat_tables([schema.empty_table(), *waiting])


def _batches(path: Place, doomed: Doomed | None, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of a file without the doomed ones, each with the file that it was landed in."""
    position = 0
    with path.open("rb") as file:
        for batch in pq.ParquetFile(file).iter_batches(20_000):
            rows = pa.Table.from_batches([batch])
            if "landed_file" not in rows.column_names:
                name = pa.array([landed_name(path)] * rows.num_rows, pa.string())
                rows = rows.append_column("landed_file", name)
            if doomed is not None:
                places = np.arange(position, position + rows.num_rows)
                rows = rows.filter(pa.array(~np.isin(places, doomed)))
            position += batch.num_rows
            yield pa.Table.from_arrays([_column(rows, each) for each in schema], schema=schema)


def _column(rows: pa.Table, wanted: pa.Field) -> pa.ChunkedArray:
    if wanted.name not in rows.column_names:
        return pa.chunked_array([pa.nulls(rows.num_rows, wanted.type)])
    return rows.column(wanted.name).cast(wanted.type)
