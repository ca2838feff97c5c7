"""SQL for one column: what the mapping makes of a file's text, and whether it can be read."""

import json

from ingestion.contract import Column
from ingestion.sources.files.mapping import EntityMapping
from ingestion.sources.files.raw_table import RawTable
from ingestion.sources.files.sql import literal

ISO_TIMESTAMP = (
    r"^(19|20)\d{2}-\d{2}-\d{2}"
    r"([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)? ?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?$"
)
NAIVE_TIMESTAMP = r"^(19|20)\d{2}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$"
DATE_ONLY = r"^(19|20)\d{2}-\d{2}-\d{2}$"
NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"


def mapped(column: Column, mapping: EntityMapping, raw: RawTable) -> str:
    """The SQL of our column's text; `null` where neither file nor mapping has it."""
    if column.name in mapping.constants:
        return literal(_plain(mapping.constants[column.name]))
    sql_name = raw.column(mapping.columns.get(column.name, column.name))
    if sql_name is None:
        return "cast(null as varchar)"
    # A field of blanks says nothing, like an empty one.
    value = f"case when trim({sql_name}) != '' then {sql_name} end"
    if replaced := mapping.values.get(column.name):
        cases = " ".join(
            f"when {literal(theirs)} then {literal(ours)}" for theirs, ours in replaced.items()
        )
        value = f"case {value} {cases} else {value} end"
    if (factor := mapping.factor.get(column.name)) is not None:
        value = (
            f"case when regexp_matches({value}, '{NUMBER}')"
            f" then cast(try_cast({value} as double) * {factor!r} as varchar) else {value} end"
        )
    if mapping.timezone and column.type in ("timestamp", "date"):
        naive = f"regexp_matches({value}, '{NAIVE_TIMESTAMP}')"
        if column.type == "timestamp":
            naive += f" or regexp_matches({value}, '{DATE_ONLY}')"
        there = f"timezone({literal(mapping.timezone)}, try_cast({value} as timestamp))"
        moment = f"strftime(timezone('UTC', {there}), '%Y-%m-%dT%H:%M:%S.%fZ')"
        value = f"case when {naive} then coalesce({moment}, {value}) else {value} end"
    return value


def _plain(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def instant(value: str) -> str:
    """SQL: the instant of an ISO 8601 text, null where it is none.

    DuckDB wants the seconds and no blank before the offset; ISO 8601 and many exports do not.
    """
    joined = rf"regexp_replace({value}, ' (Z|[+-])', '\1')"
    complete = rf"regexp_replace({joined}, '^(.{{10}}[T ]\d{{2}}:\d{{2}})(Z|[+-])', '\1:00\2')"
    return f"try_cast({complete} as timestamptz)"


def readable(column: Column, value: str) -> str:
    """SQL that is true where the text `value` can be read as the column's type."""
    if column.values:
        return f"{value} in ({', '.join(map(literal, column.values))})"
    match column.type:
        case "timestamp" | "date":
            return (
                f"coalesce(regexp_matches({value}, '{ISO_TIMESTAMP}')"
                f" and {instant(value)} is not null, false)"
            )
        case "integer" | "number":
            return (
                f"coalesce(regexp_matches({value}, '{NUMBER}')"
                f" and isfinite(try_cast({value} as double)), false)"
            )
        case _:
            return "true"


def problem(columns: tuple[Column, ...]) -> str:
    """SQL: `reason:field` of the first required column that is missing or unreadable, else null."""
    cases = []
    for column in columns:
        name = f'"{column.name}"'
        cases.append(f"when {name} is null then 'missing_value:{column.name}'")
        if column.type != "text" or column.values:
            cases.append(f"when not ({readable(column, name)}) then 'bad_value:{column.name}'")
    return f"case {' '.join(cases)} end" if cases else "cast(null as varchar)"


def record_id(key: tuple[str, ...]) -> str:
    """SQL: the key's values joined by `|`, with `|` and the backslash inside a value escaped."""
    parts = [rf"""replace(replace(coalesce("{name}", ''), '\', '\\'), '|', '\|')""" for name in key]
    return " || '|' || ".join(parts)


def payload(names: dict[str, str]) -> str:
    """SQL: a JSON object of the columns (key = SQL expression) that are not null, keys sorted."""
    pairs = []
    for key, value in sorted(names.items()):
        name = literal(json.dumps(key, ensure_ascii=False) + ":")
        pairs.append(f"case when {value} is not null then {name} || to_json({value}) end")
    return "'{' || concat_ws(',', " + ", ".join(pairs) + ") || '}'"
