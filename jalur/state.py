"""Operational state: what is neither data nor derivable from it.

Deleting the file loses only this: alerts would be sent again, files read again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from jalur.errors import JalurError
from jalur.paths import Home

SCHEMA = """
create table if not exists runs (
    run_id text primary key,
    started_at text not null,
    ended_at text,
    as_of text not null,
    outcome text
);
create table if not exists publications (
    run_id text primary key,
    as_of text not null,
    published_at text not null,
    contract_version text not null,
    rows integer not null
);
create table if not exists file_fingerprints (
    source text not null,
    entity text not null,
    file text not null,
    fingerprint text not null,
    rows_read integer not null,
    rows_quarantined integer not null,
    run_id text not null,
    primary key (source, entity, file)
);
create table if not exists validated_files (
    source text not null,
    file text not null,
    primary key (source, file)
);
create table if not exists bookmarks (
    source text not null,
    stream text not null,
    bookmark text not null,
    run_id text not null,
    primary key (source, stream)
);
create table if not exists stream_counts (
    run_id text not null,
    source text not null,
    stream text not null,
    fetched integer not null,
    landed integer not null,
    unchanged integer not null default 0,
    quarantined integer not null,
    gone integer not null,
    primary key (run_id, source, stream)
);
create table if not exists stream_fields (
    source text not null,
    stream text not null,
    field text not null,
    kinds text not null,
    primary key (source, stream, field)
);
create table if not exists entity_volumes (
    run_id text not null,
    source text not null,
    entity text not null,
    rows integer not null,
    primary key (run_id, source, entity)
);
create table if not exists episodes (
    bottleneck_id text primary key,
    series text not null,
    opened_on text not null,
    alerted_state text not null,
    alerted_severity text,
    updated_at text not null,
    teams text not null default '[]',
    pipeline_id text,
    title text,
    named_title text
);
create table if not exists outbox (
    message_id integer primary key,
    rule text not null,
    entity text not null,
    period text not null,
    title text not null,
    body text not null,
    created_at text not null,
    claimed_at text,
    sent_at text,
    attempts integer not null default 0,
    last_error text,
    batch text,
    labels text not null default '{}',
    named_title text,
    named_body text,
    page text,
    named_page text,
    next_attempt_at text,
    first_failed_at text,
    given_up_at text,
    unique (rule, entity, period)
);
create table if not exists deliveries (
    message_id integer not null references outbox,
    channel text not null,
    sent_at text not null,
    primary key (message_id, channel)
);
create table if not exists acknowledgements (
    bottleneck_id text primary key,
    acknowledged_at text not null,
    expires_at text,
    kind text not null default 'acknowledged',
    note text
);
"""
# Columns that a file made by an earlier version lacks.
ADDED_COLUMNS = (
    ("episodes", "alerted_severity", "text"),
    ("episodes", "teams", "text not null default '[]'"),
    ("episodes", "pipeline_id", "text"),
    ("episodes", "title", "text"),
    ("episodes", "named_title", "text"),
    ("outbox", "batch", "text"),
    ("outbox", "labels", "text not null default '{}'"),
    ("outbox", "named_title", "text"),
    ("outbox", "named_body", "text"),
    ("outbox", "page", "text"),
    ("outbox", "named_page", "text"),
    ("outbox", "next_attempt_at", "text"),
    ("outbox", "first_failed_at", "text"),
    ("outbox", "given_up_at", "text"),
    ("acknowledgements", "kind", "text not null default 'acknowledged'"),
    ("acknowledgements", "note", "text"),
    ("stream_counts", "unchanged", "integer not null default 0"),
)


@contextmanager
def open_state(home: Home) -> Iterator[sqlite3.Connection]:
    """A connection to the state in WAL mode; commits at the end of the block, or rolls back.

    Raises `JalurError` where the file cannot be read or written.
    """
    try:
        with closing(_connect(home)) as connection, connection:
            yield connection
    except sqlite3.Error as error:
        raise JalurError(
            f"{home.state} cannot be used ({error}). If it is broken, move it away: then only what"
            " was alerted, acknowledged and read is forgotten"
        ) from error


def _connect(home: Home) -> sqlite3.Connection:
    home.state.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(home.state, timeout=30)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("pragma journal_mode = wal")
        connection.executescript(SCHEMA)
        _add_columns(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _add_columns(connection: sqlite3.Connection) -> None:
    if not _missing(connection):
        return
    # Looked at again under the lock: another process may have been faster.
    with connection:
        connection.execute("begin immediate")
        for table, column, kind in _missing(connection):
            connection.execute(f"alter table {table} add column {column} {kind}")


def _missing(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    known = {
        (table, row["name"])
        for table in {table for table, _, _ in ADDED_COLUMNS}
        for row in connection.execute(f"pragma table_info({table})")
    }
    return [added for added in ADDED_COLUMNS if added[:2] not in known]
