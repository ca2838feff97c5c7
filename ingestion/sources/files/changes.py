"""Which candidates are new to the landing zone."""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import pyarrow as pa

from ingestion.contract import Entity
from ingestion.landing import is_landed
from ingestion.sources.files.sql import literal
from jalur.paths import Home

ROWS_PER_BATCH = 50_000


def find_new(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    source: str,
    declaration: Entity,
    *,
    is_snapshot: bool,
    extracted_at: datetime,
) -> tuple[int, int]:
    """Fill `<entity>_new` with the versions to land; returns (rows landed, deletions landed).

    A row with a readable update time of its own is known when any landed version equals it, unless
    it is the newest of its record here and no older than a different newest one there: the source
    went back. A row without such a time is known when the newest version equals it. A record whose
    newest version is a deletion is always new again.
    """
    entity = declaration.name
    _read_landed(connection, home, source, entity)
    connection.execute(
        f"""
        create or replace table {entity}_new as
        with numbered as (
            -- Without the payloads: an export larger than memory must still be ordered.
            select
                rowid as row, record_id, payload_hash, is_deleted, own_updated_at, problem,
                row_number() over (order by file, line) - 1 as load_seq
            from {entity}
        ),
        distinct_versions as (
            select * from numbered where problem is null
            qualify row_number() over (
                partition by record_id, payload_hash, is_deleted order by load_seq
            ) = 1
        ),
        compared as (
            select
                c.*,
                n.record_id is null as is_first,
                n.is_deleted as was_deleted,
                n.payload_hash != c.payload_hash as differs,
                c.own_updated_at >= n.source_updated_at and row_number() over (
                    partition by c.record_id
                    order by c.own_updated_at desc nulls last, c.load_seq desc
                ) = 1 as is_newest,
                exists (
                    select 1 from landed as l
                    where l.record_id = c.record_id
                        and l.payload_hash = c.payload_hash
                        and l.is_deleted = c.is_deleted
                ) as was_landed
            from distinct_versions as c
            left join newest as n on c.record_id = n.record_id
        )
        select
            c.record_id,
            case
                when c.was_deleted and not c.is_deleted then $extracted_at
                else coalesce(c.own_updated_at, $extracted_at)
            end as source_updated_at,
            c.is_deleted,
            whole.payload,
            c.payload_hash,
            c.load_seq
        from compared as c
        join {entity} as whole on c.row = whole.rowid
        where
            case
                when c.is_first or c.was_deleted != c.is_deleted then true
                when c.own_updated_at is null then c.differs
                else not c.was_landed or (c.is_newest and c.differs)
            end
        """,
        {"extracted_at": extracted_at},
    )
    landed = _count(connection, f"{entity}_new")
    deleted = 0
    if is_snapshot and is_landed(home, source, entity):
        _add_missing(connection, home, source, declaration, extracted_at)
        deleted = _count(connection, f"{entity}_new") - landed
    return landed, deleted


def _read_landed(
    connection: duckdb.DuckDBPyConnection, home: Home, source: str, entity: str
) -> None:
    columns = "record_id, payload_hash, is_deleted, source_updated_at, extracted_at, load_seq"
    if is_landed(home, source, entity):
        pattern = str(home.landed_table(source, entity) / "*.parquet").replace("'", "''")
        rows = f"select {columns} from read_parquet('{pattern}')"
    else:
        rows = (
            "select '' as record_id, '' as payload_hash, false as is_deleted, now() as"
            " source_updated_at, now() as extracted_at, 0 as load_seq where false"
        )
    connection.execute(f"create or replace table landed as {rows}")
    connection.execute(
        "create or replace table newest as select * from landed qualify row_number() over ("
        "partition by record_id order by source_updated_at desc, extracted_at desc, load_seq desc"
        ") = 1"
    )


def _add_missing(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    source: str,
    declaration: Entity,
    extracted_at: datetime,
) -> None:
    """A record that a whole export no longer has was deleted; a quarantined row still has it.

    While there is a row whose key nobody can read, any missing record may be that row: none is
    taken for deleted.
    """
    entity, key = declaration.name, ", ".join(map(literal, declaration.key))
    pattern = str(home.landed_table(source, entity) / "*.parquet").replace("'", "''")
    connection.execute(
        f"""
        insert into {entity}_new by name
        select
            l.record_id, $extracted_at as source_updated_at, true as is_deleted,
            l.payload, l.payload_hash,
            row_number() over (order by l.record_id) + (select count(*) from {entity}) as load_seq
        from read_parquet('{pattern}') as l
        join newest as n using (record_id, payload_hash, extracted_at, load_seq)
        where not n.is_deleted
            and n.record_id not in (select record_id from {entity} where record_id is not null)
            and not exists (
                select 1 from {entity}
                where record_id is null
                    or problem not like 'duplicate_key:%' and split_part(problem, ':', 2) in ({key})
            )
        """,
        {"extracted_at": extracted_at},
    )


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,) = connection.execute(f"select count(*) from {table}").fetchall()[0]
    return int(count)


def new_rows(
    connection: duckdb.DuckDBPyConnection, entity: str, run_id: str, extracted_at: datetime
) -> Iterable[pa.RecordBatch]:
    """The versions to land in the columns of a landed row."""
    reader: Iterable[pa.RecordBatch] = connection.execute(
        f"select record_id, source_updated_at, is_deleted, payload, payload_hash,"
        f" $extracted_at as extracted_at, $run_id as run_id, load_seq"
        f" from {entity}_new order by load_seq",
        {"extracted_at": extracted_at, "run_id": run_id},
    ).to_arrow_reader(ROWS_PER_BATCH)
    return reader


def quarantined_rows(
    connection: duckdb.DuckDBPyConnection,
    entities: Iterable[str],
    run_id: str,
    extracted_at: datetime,
) -> Iterable[pa.RecordBatch]:
    """The rows that could not be read, each with its text, the reason and the field."""
    selects = " union all ".join(
        f"select '{entity}' as entity, file, line as row_number,"
        " nullif(split_part(problem, ':', 2), '') as field,"
        " split_part(problem, ':', 1) as reason, record_text"
        f" from {entity} where problem is not null"
        for entity in entities
    )
    reader: Iterable[pa.RecordBatch] = connection.execute(
        "select entity, file, row_number, field, reason,"
        " case reason"
        " when 'broken_line' then 'not as many fields as the header, or a quote that does not end'"
        " when 'missing_value' then 'required and empty'"
        " when 'bad_value' then 'cannot be read as its type'"
        " else 'differs from another row with the same key, and neither is newer' end as detail,"
        " record_text, $run_id as run_id, $extracted_at as extracted_at"
        f" from ({selects})",
        {"extracted_at": extracted_at, "run_id": run_id},
    ).to_arrow_reader(ROWS_PER_BATCH)
    return reader


def landed_stage_kinds(
    connection: duckdb.DuckDBPyConnection, home: Home, source: str
) -> list[tuple[str, str]]:
    """Stage id and kind of the stages as they were landed last."""
    pattern = str(home.landed_table(source, "stages") / "*.parquet").replace("'", "''")
    return connection.execute(
        f"select payload ->> 'stage_id', payload ->> 'kind' from read_parquet('{pattern}')"
        " qualify row_number() over (partition by record_id"
        " order by source_updated_at desc, extracted_at desc, load_seq desc) = 1"
    ).fetchall()
