"""WHERE as a function of a record, with the checks of types that Salesforce makes.

Texts compare without regard to case. A null is unequal to every value, and neither smaller nor
greater than any.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from demo.servers.salesforce.errors import invalid_field, malformed
from demo.servers.salesforce.fields import NUMBERS, Field
from demo.servers.salesforce.ids import long_id
from demo.servers.salesforce.moments import midnight, moment, wire
from demo.servers.salesforce.soql_dates import span
from demo.servers.salesforce.soql_tree import Condition, Literal, Logical, Path

Test = Callable[[dict[str, Any]], bool]
Getter = Callable[[dict[str, Any]], Any]
Resolve = Callable[[Path], tuple[Field, Getter]]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}


def compile_where(tree: Condition | Logical, resolve: Resolve, today: date) -> Test:
    """The test that a record passes; an ApiError INVALID_FIELD if field and value do not fit."""
    if isinstance(tree, Logical):
        tests = [compile_where(part, resolve, today) for part in tree.parts]
        if tree.operator == "not":
            return lambda record: not tests[0](record)
        if tree.operator == "and":
            return lambda record: all(test(record) for test in tests)
        return lambda record: any(test(record) for test in tests)
    field, get = resolve(tree.path)
    if not field.is_filterable:
        raise invalid_field(f"field '{field.name}' can not be filtered in a query call")
    return _condition(tree, field, get, today)


def fold(value: Any) -> Any:
    """Texts without their case, everything else as it is."""
    return value.lower() if isinstance(value, str) else value


def _condition(condition: Condition, field: Field, get: Getter, today: date) -> Test:
    operator, first = condition.operator, condition.values[0]
    if operator == "in":
        return _is_one_of(condition, field, get)
    if operator == "not in":
        is_one = _is_one_of(condition, field, get)
        return lambda record: not is_one(record)
    if operator == "like":
        return _is_like(first, field, get)
    if first.kind == "null":
        if operator not in ("=", "!="):
            raise malformed(f"null compares by = and != only, not by {operator}")
        return lambda record: (get(record) is None) == (operator == "=")
    if first.kind == "range":
        return _in_span(operator, first, field, get, today)
    value = _value(first, field)
    compare = _COMPARE[operator]

    def test(record: dict[str, Any]) -> bool:
        found = get(record)
        if found is None:
            return operator == "!="
        return compare(comparable(field, found), value)

    return test


def _is_one_of(condition: Condition, field: Field, get: Getter) -> Test:
    wanted = {_value(literal, field) for literal in condition.values}
    return lambda record: comparable(field, get(record)) in wanted


def _is_like(literal: Literal, field: Field, get: Getter) -> Test:
    if field.type in (*NUMBERS, "boolean", "date", "datetime", "id", "reference"):
        raise invalid_field(f"invalid operator on {field.type} field '{field.name}'")
    pattern = re.compile(_like(literal.text), re.IGNORECASE | re.DOTALL)
    return lambda record: pattern.fullmatch(get(record) or "") is not None


def _in_span(operator: str, literal: Literal, field: Field, get: Getter, today: date) -> Test:
    if field.type not in ("date", "datetime"):
        raise invalid_field(f"field '{field.name}' is no date: {literal.text} says nothing of it")
    first, end = span(literal.text, literal.days, today)
    start, after = (
        (midnight(first), midnight(end))
        if field.type == "datetime"
        else (first.isoformat(), end.isoformat())
    )
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda text: start <= text < after,
        "!=": lambda text: not start <= text < after,
        "<": lambda text: text < start,
        "<=": lambda text: text < after,
        ">": lambda text: text >= after,
        ">=": lambda text: text >= start,
    }
    test = tests[operator]
    return lambda record: operator == "!=" if get(record) is None else test(get(record))


def comparable(field: Field, value: Any) -> Any:
    """A value as its field is compared and sorted: texts without their case, ids with it."""
    return value if field.type in ("id", "reference", "datetime") else fold(value)


def _value(literal: Literal, field: Field) -> Any:
    """The literal as values of the field are compared."""
    if literal.kind == "null":
        return None
    wanted = {"boolean": "boolean", "date": "date", "datetime": "datetime"}.get(
        field.type, "number" if field.type in NUMBERS else "string"
    )
    if literal.kind != wanted:
        quotes = "should" if wanted == "string" else "should not"
        raise invalid_field(
            f"value of filter criterion for field '{field.name}' must be of type {field.type} "
            f"and {quotes} be enclosed in quotes"
        )
    if wanted == "number":
        return float(literal.text)
    if wanted == "boolean":
        return literal.text == "true"
    if wanted == "datetime":
        return wire(moment(literal.text))
    if field.type in ("id", "reference"):
        return long_id(literal.text)
    return literal.text.lower()


def _like(pattern: str) -> str:
    parts = re.split(r"(\\[_%]|[_%])", pattern)
    special = {"%": ".*", "_": ".", "\\%": "%", "\\_": "_"}
    return "".join(special.get(part, re.escape(part)) for part in parts)
