"""Python and SQL each have one home of the entities' columns, and both say the same."""

import re

import pytest
from jinja2 import Environment

from ingestion.contract import ENTITIES, Entity
from tests.warehouse import PROJECT

# How staging reads a column, by the type of it in the contract.
SQL_TYPES = {
    "text": {"text"},
    "timestamp": {"timestamp"},
    "date": {"date"},
    "integer": {"integer"},
    "number": {"number", "money"},
    "boolean": {"boolean"},
    "currency": {"currency"},
    "email": {"email"},
}
# Of whom an address may be read: our own reps, at work.
OURS = {"reps"}
TELLING = re.compile(r"e?mail|phone|mobile", re.IGNORECASE)


@pytest.fixture(scope="module")
def sql_entities() -> dict[str, dict[str, str]]:
    """The dictionary inside the macro, read by the template engine that dbt uses."""
    macro = (PROJECT / "macros" / "staging" / "entity_columns.sql").read_text()
    found = re.search(r"set entities = (\{.*?\n    \})", macro, re.DOTALL)
    assert found is not None
    entities = Environment().compile_expression(found.group(1))()
    assert isinstance(entities, dict)
    return entities


def test_the_entities_are_the_same(sql_entities: dict[str, dict[str, str]]) -> None:
    assert set(sql_entities) == set(ENTITIES)


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_the_columns_are_the_same(entity: Entity, sql_entities: dict[str, dict[str, str]]) -> None:
    columns = sql_entities[entity.name]
    assert set(columns) == set(entity.column_names)
    for column in entity.columns:
        assert columns[column.name] in SQL_TYPES[column.type], column.name


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_keys_are_columns_and_names_are_not_used_twice(entity: Entity) -> None:
    assert set(entity.key) <= set(entity.column_names)
    assert len(set(entity.column_names)) == len(entity.column_names)


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_addresses_and_numbers_of_others_are_never_texts(entity: Entity) -> None:
    telling = [column for column in entity.columns if TELLING.search(column.name)]
    if entity.name not in OURS:
        assert [column.name for column in telling if column.type == "text"] == []
