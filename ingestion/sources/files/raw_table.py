"""Any input file as a DuckDB table of text: columns `c0`, `c1`, ... and the line of each row."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.sources.files.csv_reader import BATCH_ROWS, read_batches, read_header, with_bom
from ingestion.sources.files.mapping import EntityMapping
from ingestion.sources.files.snapshot import Snapshot
from ingestion.sources.files.sql import literal
from jalur.errors import ConfigurationError

BROKEN = "broken(line bigint, record_text varchar)"


@dataclass(frozen=True)
class RawTable:
    """The header as the file has it; column number i of it is `c<i>` of the table `raw`."""

    header: tuple[str, ...]

    def column(self, name: str) -> str | None:
        """The SQL name of the file's column, or None where it has none of this name."""
        return f"c{self.header.index(name)}" if name in self.header else None


def header_of(snapshot: Path, name: str, file_format: str, mapping: EntityMapping) -> list[str]:
    """The column names of a file. Raises `ConfigurationError` where it cannot be read."""
    if file_format == "csv":
        try:
            names = read_header(snapshot, mapping.delimiter, mapping.encoding)
        except csv.Error as error:
            raise ConfigurationError(
                f"{name}: the line of column names cannot be read ({error}); correct its quotes"
            ) from error
        return _distinct(name, [column.strip() for column in names])
    with duckdb.connect() as connection:
        if file_format == "jsonl":
            return _jsonl_keys(connection, snapshot, mapping.encoding)
        with _readable_parquet(snapshot, name):
            if not pq.read_schema(snapshot).names:
                return []
            columns = connection.execute(
                "select * from read_parquet(?) limit 0", [str(snapshot)]
            ).description
            return [column[0] for column in columns]


@contextmanager
def _readable_parquet(path: Path, name: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].replace(str(path), name)
        raise ConfigurationError(f"{name}: not a readable parquet file: {reason}") from error


def _distinct(name: str, header: list[str]) -> list[str]:
    result: list[str] = []
    for number, column in enumerate(header, start=1):
        unique = column or f"column_{number}"
        if unique in result:
            raise ConfigurationError(
                f"{name}: two columns are named '{unique}'; rename one of them in the file"
            )
        result.append(unique)
    return result


def load_raw(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    file_format: str,
    mapping: EntityMapping,
    header: list[str],
) -> RawTable:
    """Fill the tables `raw` (line, c0, c1, ...) and `broken` (line, record_text) from one file."""
    columns = [f"c{number}" for number in range(len(header))]
    declared = ", ".join(f"{column} varchar" for column in columns)
    connection.execute(f"create or replace table {BROKEN}")
    connection.execute(
        f"create or replace table raw(line bigint{', ' if columns else ''}{declared})"
    )
    if file_format == "csv":
        _load_csv(connection, snapshot.path, mapping, columns)
    elif file_format == "jsonl":
        _load_jsonl(connection, snapshot.path, mapping.encoding, header)
    elif header:
        with _readable_parquet(snapshot.path, snapshot.name):
            _load_parquet(connection, snapshot.path, header)
    return RawTable(tuple(header))


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    rows: Sequence[Mapping[str, str | int | float | bool]],
    header: list[str],
) -> RawTable:
    """Fill the same tables from rows of the mapping."""
    connection.execute(f"create or replace table {BROKEN}")
    columns = [f"c{number}" for number in range(len(header))]
    values = {
        column: pa.array([_plain(row.get(name)) for row in rows], pa.large_string())
        for column, name in zip(columns, header, strict=True)
    }
    lines = pa.array(range(1, len(rows) + 1), pa.int64())
    connection.register("batch", pa.table({"line": lines, **values}))
    connection.execute("create or replace table raw as select * from batch")
    return RawTable(tuple(header))


def _plain(value: str | int | float | bool | None) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _load_parquet(connection: duckdb.DuckDBPyConnection, path: Path, header: list[str]) -> None:
    described = connection.execute("describe select * from read_parquet(?)", [str(path)])
    kinds = {row[0]: row[1] for row in described.fetchall()}
    selected = ", ".join(_as_text(name, kinds[name]) for name in header)
    connection.execute(
        f"insert into raw select row_number() over (), {selected} from read_parquet(?)", [str(path)]
    )


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    is_nested = re.search(r"\[\d*\]|STRUCT|MAP", kind)
    return f"cast(to_json({quoted}) as varchar)" if is_nested else f"cast({quoted} as varchar)"


def _load_csv(
    connection: duckdb.DuckDBPyConnection, path: Path, mapping: EntityMapping, columns: list[str]
) -> None:
    for batch in read_batches(path, mapping.delimiter, mapping.encoding, len(columns)):
        if batch.rows:
            arrays = [
                pa.array(values, pa.large_string()) for values in zip(*batch.rows, strict=True)
            ]
            rows = pa.table([pa.array(batch.lines, pa.int64()), *arrays], ["line", *columns])
            connection.register("batch", rows)
            connection.execute("insert into raw select * from batch")
        if batch.broken:
            _insert_broken(connection, batch.broken)


def _insert_broken(connection: duckdb.DuckDBPyConnection, broken: list[tuple[int, str]]) -> None:
    lines = pa.table(
        {
            "line": pa.array([line for line, _ in broken], pa.int64()),
            "record_text": pa.array([text for _, text in broken], pa.large_string()),
        }
    )
    connection.register("batch", lines)
    connection.execute("insert into broken select * from batch")


def _load_lines(connection: duckdb.DuckDBPyConnection, path: Path, encoding: str) -> None:
    """Fill `json_lines`; `is_object` is stored, for functions of JSON fail on what is none."""
    connection.execute(
        "create or replace table json_lines(line bigint, text varchar, is_object boolean)"
    )
    numbers: list[int] = []
    texts: list[str] = []

    def flush() -> None:
        batch = pa.table(
            {"line": pa.array(numbers, pa.int64()), "text": pa.array(texts, pa.large_string())}
        )
        connection.register("batch", batch)
        connection.execute(
            "insert into json_lines select line, text, case when json_valid(text)"
            " then json_type(text) = 'OBJECT' else false end from batch"
        )
        numbers.clear()
        texts.clear()

    with path.open(encoding=with_bom(encoding), newline="\n") as handle:
        for number, line in enumerate(handle, start=1):
            if line.strip():
                numbers.append(number)
                texts.append(line.strip())
            if len(texts) >= BATCH_ROWS:
                flush()
    flush()


def _jsonl_keys(connection: duckdb.DuckDBPyConnection, path: Path, encoding: str) -> list[str]:
    _load_lines(connection, path, encoding)
    rows = connection.execute(
        "select key, min(line) from (select unnest(json_keys(text)) as key, line from json_lines"
        " where is_object) group by key order by 2, 1"
    ).fetchall()
    return [row[0] for row in rows]


def _load_jsonl(
    connection: duckdb.DuckDBPyConnection, path: Path, encoding: str, header: list[str]
) -> None:
    _load_lines(connection, path, encoding)
    pointers = ("/" + name.replace("~", "~0").replace("/", "~1") for name in header)
    values = "".join(f", json_extract_string(text, {literal(pointer)})" for pointer in pointers)
    connection.execute("insert into broken select line, text from json_lines where not is_object")
    connection.execute(f"insert into raw select line{values} from json_lines where is_object")
    connection.execute("drop table json_lines")
