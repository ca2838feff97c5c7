"""The newly landed rows of an entity as typed frames, a chunk at a time.

Facts about the batch as a whole (uniqueness, references) come as boolean columns that DuckDB
computes, so that no chunk has to know the others.
"""

from collections.abc import Iterator, Sequence

import duckdb
import pandas as pd

from ingestion.contract import Column, Entity
from ingestion.expectations.suites import NOT_BEFORE, REFERENCES, suite
from ingestion.sources.files.expressions import instant, readable
from jalur.files import Place
from jalur.landing_zone import connect
from jalur.paths import Home

CHUNK_ROWS = 100_000


def open_connection(home: Home, timezone: str) -> duckdb.DuckDBPyConnection:
    """An in-memory database that spills to the home; naive times mean the business time zone."""
    connection = connect(home, "500MB")
    connection.execute(f"set TimeZone = '{timezone}'")
    connection.execute("set temp_directory = $folder", {"folder": str(home.dlt / "spill")})
    return connection


def frames(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    source: str,
    declared: Entity,
    files: Sequence[Place],
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[pd.DataFrame]:
    """Frames of at most `chunk_rows` rows with the columns that the entity's suite looks at."""
    entity = declared.name
    needed = {expected.column for expected in suite(declared)}
    columns = ", ".join(f'"{name}": "VARCHAR"' for name in declared.column_names)
    fields = f"json_transform(payload, '{{{columns}}}')" if columns else "null"
    selected = ["record_id", "record_id__is_unique_per_version"]
    if "source_updated_at" in needed:
        selected.append("source_updated_at")
    for column in declared.columns:
        value = f'fields."{column.name}"'
        if f"{column.name}__is_readable" in needed:
            is_readable = readable(column, value)
            selected.append(f'{value} is null or {is_readable} as "{column.name}__is_readable"')
        if column.name in needed:
            selected.append(f'{_typed(column, value)} as "{column.name}"')
    references = REFERENCES.get(entity, {}) if declared.columns else {}
    for field, (to, to_column) in references.items():
        landed = f"select payload ->> '{to_column}' from {_landed(home, source, to)}"
        # Without deals it is read beside a CRM, and its references are ids of that.
        sells = f"select record_id from {_landed(home, source, 'deals')}"
        selected.append(
            f'fields."{field}" is null or fields."{field}" in ({landed}) or not exists ({sells})'
            f' as "{field}__resolves"'
        )
    if entity in NOT_BEFORE and declared.columns:
        later, earlier = (
            _typed(_column(declared, name), f'fields."{name}"') for name in NOT_BEFORE[entity]
        )
        selected.append(
            f'coalesce({later} >= {earlier}, true) as "{NOT_BEFORE[entity][0]}__is_not_before"'
        )
    paths = ", ".join(_text(str(path)) for path in files)
    reader = connection.execute(
        f"""
        with parsed as (
            select
                record_id,
                source_updated_at,
                {fields} as fields,
                count(*) over (
                    partition by record_id, source_updated_at, payload_hash, is_deleted
                ) = 1 as record_id__is_unique_per_version
            from read_parquet([{paths}])
        )
        select {", ".join(selected)} from parsed
        """
    ).to_arrow_reader(chunk_rows)
    for batch in reader:
        if batch.num_rows:
            yield batch.to_pandas()


def _typed(column: Column, value: str) -> str:
    if column.type in ("timestamp", "date"):
        return f"case when {readable(column, value)} then {instant(value)} end"
    if column.type in ("number", "integer"):
        return f"case when {readable(column, value)} then try_cast({value} as double) end"
    return f"upper({value})" if column.type == "currency" else value


def _column(declared: Entity, name: str) -> Column:
    return next(column for column in declared.columns if column.name == name)


def _landed(home: Home, source: str, entity: str) -> str:
    return f"read_parquet({_text(str(home.landed_table(source, entity) / '*.parquet'))})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
