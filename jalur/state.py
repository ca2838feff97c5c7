"""Operational state: what is neither data nor derivable from it.

Deleting the file loses only this: alerts would be sent again, files read again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

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
    updated_at text not null
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
    ("outbox", "batch", "text"),
    ("outbox", "labels", "text not null default '{}'"),
    ("outbox", "named_title", "text"),
    ("outbox", "named_body", "text"),
    ("outbox", "page", "text"),
    ("outbox", "named_page", "text"),
    ("outbox", "next_attempt_at", "text"),
    ("outbox", "given_up_at", "text"),
    ("acknowledgements", "kind", "text not null default 'acknowledged'"),
    ("acknowledgements", "note", "text"),
)


@contextmanager
def open_state(home: Home) -> Iterator[sqlite3.Connection]:
    """A connection to the state in WAL mode; commits at the end of the block, or rolls back."""
    home.state.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(home.state, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("pragma journal_mode = wal")
        connection.executescript(SCHEMA)
        _add_columns(connection)
        with connection:
            yield connection
    finally:
        connection.close()


def _add_columns(connection: sqlite3.Connection) -> None:
    for table, column, kind in ADDED_COLUMNS:
        known = {row["name"] for row in connection.execute(f"pragma table_info({table})")}
        if column not in known:
            connection.execute(f"alter table {table} add column {column} {kind}")
