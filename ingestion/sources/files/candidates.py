"""From the raw rows of an entity's files to candidates: keyed, hashed, judged."""

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass

import duckdb

from ingestion.contract import ENTITIES, Column, Entity
from ingestion.sources.files.expressions import (
    instant,
    mapped,
    payload,
    problem,
    readable,
    record_id,
)
from ingestion.sources.files.mapping import EntityMapping, Mapping
from ingestion.sources.files.raw_table import RawTable
from ingestion.sources.files.sql import literal
from jalur.errors import ConfigurationError

COLUMNS = (
    "file varchar, line bigint, record_id varchar, own_updated_at timestamptz, is_deleted boolean,"
    " payload varchar, payload_hash varchar, problem varchar, record_text varchar"
)
TRUE = "('true', 't', 'yes', 'y', '1')"


def create(connection: duckdb.DuckDBPyConnection, entity: str) -> None:
    """An empty table of candidates for the entity."""
    connection.execute(f"create or replace table {entity}({COLUMNS})")


def check_columns(entity: Entity, mapping: EntityMapping, header: list[str], file: str) -> None:
    """Raise `ConfigurationError` where a required or a mapped column is not in the header."""
    found = f"found: {', '.join(header[:20]) or 'nothing'}{', ...' if len(header) > 20 else ''}"
    theirs = {
        **{f"[{entity.name}.columns] {ours}": name for ours, name in mapping.columns.items()},
        f"[{entity.name}] one_row_per": mapping.one_row_per,
        f"[{entity.name}] latest_by": mapping.latest_by,
        **{f"[{entity.name}.from_columns] {k}": v for k, v in mapping.from_columns.items()},
    }
    for place, name in theirs.items():
        if name is not None and name not in header:
            raise ConfigurationError(f"{file}: no column '{name}', which {place} names; {found}")
    if mapping.from_columns:
        return
    for column in entity.required_columns:
        is_given = column.name in header or column.name in mapping.columns
        if not is_given and column.name not in mapping.constants:
            hint = "" if len(header) != 1 else " (another delimiter? set it in the mapping)"
            raise ConfigurationError(
                f"{file}: required column '{column.name}' of {entity.name} is missing;"
                f" {found}{hint}."
                f' Add it, or map it: [{entity.name}.columns] {column.name} = "your column"'
            )


def keep_one_row_per(
    connection: duckdb.DuckDBPyConnection, mapping: EntityMapping, raw: RawTable
) -> None:
    """Leave the newest raw row per value of a column; rows without a value go."""
    if mapping.one_row_per is None:
        return
    key = raw.column(mapping.one_row_per)
    newest = raw.column(mapping.latest_by) if mapping.latest_by else None
    order = f"{instant(newest)} desc nulls last, {newest} desc, " if newest else ""
    connection.execute(
        f"create or replace table raw as select * from raw where trim({key}) != ''"
        f" qualify row_number() over (partition by {key} order by {order}line desc) = 1"
    )


def add(
    connection: duckdb.DuckDBPyConnection,
    entity: Entity,
    mapping: EntityMapping,
    raw: RawTable,
    file: str,
) -> None:
    """Append the rows of `raw` and the lines of `broken` to the candidates of the entity."""
    connection.execute(
        f"insert into {entity.name} by name select {literal(file)} as file, line,"
        " 'broken_line:' as problem, record_text from broken"
    )
    if not raw.header:
        return
    keep_one_row_per(connection, mapping, raw)
    ours = {column.name: mapped(column, mapping, raw) for column in entity.columns}
    used = {mapping.columns.get(name, name) for name in ours}
    extra = {
        name: f"nullif({raw.column(name)}, '')"
        for name in raw.header
        if name not in used and name not in ours
    }
    extra_columns = "".join(f", {sql} as x{number}" for number, sql in enumerate(extra.values()))
    names = {name: f'"{name}"' for name in ours}
    names |= {name: f"x{number}" for number, name in enumerate(extra)}
    _insert(
        connection,
        entity,
        "select line, "
        + ", ".join(f'{sql} as "{name}"' for name, sql in ours.items())
        + extra_columns
        + " from raw",
        names,
        file,
    )


def add_history_from_columns(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    raw: RawTable,
    stage_kinds: AbstractMapping[str, str],
    file: str,
) -> None:
    """History from dated columns of the deals; a closed stage counts for deals that are in it."""
    if not raw.header:
        return
    deals, entity = mapping.of("deals"), ENTITIES["deal_stage_history"]
    keep_one_row_per(connection, deals, raw)
    fields = {
        name: mapped(_column("deals", name), deals, raw)
        for name in ("deal_id", "stage_id", "pipeline_id")
    }
    moments = EntityMapping.model_validate({"timezone": deals.timezone})
    selects = []
    for number, (stage, theirs) in enumerate(mapping.of(entity.name).from_columns.items(), start=1):
        entered_at = mapped(
            Column("entered_at", "timestamp"),
            moments.model_copy(update={"columns": {"entered_at": theirs}}),
            raw,
        )
        condition = f"{entered_at} is not null"
        if stage_kinds.get(stage, "open") != "open":
            condition += f" and {fields['stage_id']} = {literal(stage)}"
        selects.append(
            f'select line, {fields["deal_id"]} as "deal_id", {literal(stage)} as "stage_id",'
            f' {entered_at} as "entered_at", \'{number}\' as "sequence",'
            f' {fields["pipeline_id"]} as "pipeline_id", cast(null as varchar) as "changed_by"'
            f" from raw where {condition}"
        )
    names = {column.name: f'"{column.name}"' for column in entity.columns}
    _insert(connection, entity, " union all ".join(selects), names, file)


def _column(entity: str, name: str) -> Column:
    return next(column for column in ENTITIES[entity].columns if column.name == name)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    entity: Entity,
    mapped_rows: str,
    names: dict[str, str],
    file: str,
) -> None:
    updated_at = "cast(null as timestamptz)"
    if entity.has_column("updated_at"):
        is_readable = readable(_column(entity.name, "updated_at"), '"updated_at"')
        moment = instant('"updated_at"')
        updated_at = f"case when {is_readable} then {moment} end"
    is_deleted = "false"
    if entity.has_column("is_deleted"):
        is_deleted = f'coalesce(lower("is_deleted") in {TRUE}, false)'
    connection.execute(
        f"""
        insert into {entity.name} by name
        select
            {literal(file)} as file, line, {record_id(entity.key)} as record_id,
            {updated_at} as own_updated_at, {is_deleted} as is_deleted,
            {payload(names)} as payload, sha256(payload) as payload_hash,
            {problem(entity.required_columns)} as problem,
            case when problem is not null then payload end as record_text
        from ({mapped_rows})
        """
    )


def quarantine_conflicts(connection: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Judge rows of one file that share a key and differ.

    Where one of them is the newest, only those without a readable time go; else all of them.
    """
    connection.execute(
        f"""
        update {entity.name} as c
        set problem = {literal("duplicate_key:" + ", ".join(entity.key))}, record_text = payload
        from (
            with good as (
                select file, record_id, own_updated_at, payload_hash
                from {entity.name} where problem is null
            ),
            shared as (
                select file, record_id, max(own_updated_at) as newest
                from good group by all having count(distinct payload_hash) > 1
            )
            select
                file,
                record_id,
                count(distinct payload_hash) filter (where own_updated_at = newest) = 1
                    as has_newest
            from good join shared using (file, record_id)
            group by file, record_id, newest
        ) as s
        where c.problem is null
            and c.file = s.file
            and c.record_id = s.record_id
            and not (s.has_newest and c.own_updated_at is not null)
        """
    )


@dataclass(frozen=True)
class Counts:
    """How many rows of an entity's candidates there are per file."""

    read: int
    quarantined: int


def counts_by_file(
    connection: duckdb.DuckDBPyConnection, entity: str, files: list[str]
) -> dict[str, Counts]:
    """Rows read and quarantined per file, also for files without rows."""
    rows = connection.execute(f"select file, count(*), count(problem) from {entity} group by file")
    found = {file: Counts(read, quarantined) for file, read, quarantined in rows.fetchall()}
    return {file: found.get(file, Counts(0, 0)) for file in files}
