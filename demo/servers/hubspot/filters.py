"""The filters and the order of a search."""

from collections.abc import Callable
from typing import Any

from demo.servers.hubspot.clock import from_text
from demo.servers.hubspot.errors import invalid
from demo.servers.hubspot.record import Record
from demo.servers.hubspot.schema import ObjectType

GROUPS, FILTERS_PER_GROUP, FILTERS = 5, 6, 18

Test = Callable[[Record], bool]


def matcher(type_: ObjectType, groups: Any) -> Test:
    """A test that is true where all filters of any group hold; raises 400 for what is not one."""
    if not isinstance(groups, list):
        raise invalid("filterGroups must be a list")
    filters = [group.get("filters", []) for group in groups]
    if len(groups) > GROUPS or sum(len(each) for each in filters) > FILTERS:
        raise invalid(f"At most {GROUPS} filter groups and {FILTERS} filters in all.")
    if any(len(each) > FILTERS_PER_GROUP for each in filters):
        raise invalid(f"At most {FILTERS_PER_GROUP} filters in one group.")
    tests = [[_test(type_, each) for each in group] for group in filters]
    if not tests:
        return lambda _: True
    return lambda record: any(all(test(record) for test in group) for group in tests)


def comparable(type_: ObjectType, name: str) -> Callable[[str], Any]:
    """How texts of a property compare: as numbers, as moments, or as texts of small letters."""
    kind = type_.properties[name].type
    if kind == "number":
        return float
    if kind in ("datetime", "date"):
        return from_text
    return str.lower


def _test(type_: ObjectType, given: dict[str, Any]) -> Test:
    name, operator = given.get("propertyName"), given.get("operator")
    if not isinstance(name, str) or name not in type_.properties:
        raise invalid(f"{type_.name} have no property {name}")
    if operator == "HAS_PROPERTY":
        return lambda record: bool(record.properties.get(name))
    if operator == "NOT_HAS_PROPERTY":
        return lambda record: not record.properties.get(name)
    if operator in ("IN", "NOT_IN"):
        return _is_one_of(name, given.get("values"), operator == "IN")
    convert = comparable(type_, name)
    value = _converted(convert, name, given.get("value"))
    if operator == "BETWEEN":
        high = _converted(convert, name, given.get("highValue"))
        return _holds(name, convert, lambda found: value <= found <= high)
    comparisons: dict[Any, Callable[[Any], bool]] = {
        "EQ": lambda found: found == value,
        "LT": lambda found: found < value,
        "LTE": lambda found: found <= value,
        "GT": lambda found: found > value,
        "GTE": lambda found: found >= value,
    }
    if operator == "NEQ":
        equal = _holds(name, convert, comparisons["EQ"])
        return lambda record: not equal(record)
    if operator not in comparisons:
        raise invalid(f"operator {operator} is not known")
    return _holds(name, convert, comparisons[operator])


def _is_one_of(name: str, values: Any, wanted: bool) -> Test:
    if not isinstance(values, list) or not values:
        raise invalid("IN and NOT_IN need a list of values")
    # As documented, texts are only found by values in small letters.
    allowed = {str(value) for value in values}

    def test(record: Record) -> bool:
        found = record.properties.get(name)
        return found is not None and found != "" and (found.lower() in allowed) is wanted

    return test


def _holds(name: str, convert: Callable[[str], Any], condition: Callable[[Any], bool]) -> Test:
    def test(record: Record) -> bool:
        found = record.properties.get(name)
        return found is not None and found != "" and condition(convert(found))

    return test


def _converted(convert: Callable[[str], Any], name: str, value: Any) -> Any:
    if value is None:
        raise invalid(f"the filter of {name} has no value")
    try:
        return convert(str(value))
    except ValueError:
        raise invalid(f"{value!r} is not a value that {name} can have") from None
