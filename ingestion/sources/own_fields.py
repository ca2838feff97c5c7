"""A company's own fields of a CRM as columns: which columns can come from one."""

from ingestion.contract import ENTITIES
from jalur.errors import ConfigurationError
from jalur.own_fields import OwnFields, parse_own_fields

# What is staged record by record, by source. Of activities, of several kinds, two columns.
_ENTITIES = {
    "hubspot": ("accounts", "products", "deals", "leads", "activities", "campaigns"),
    "salesforce": ("accounts", "reps", "products", "deals", "leads", "activities", "campaigns"),
}
_OF_ACTIVITIES = ("outcome", "objection")


def own_fields(source: str, text: str) -> OwnFields:
    """The fields that a setting names; raises `ConfigurationError` where no such column is."""
    setting = f"JALUR_{source.upper()}_FIELDS"
    found = parse_own_fields(text)
    for entity, columns in found.items():
        if entity not in _ENTITIES[source]:
            raise ConfigurationError(
                f"{setting}: '{entity}' cannot have fields of your own; use"
                f" {', '.join(_ENTITIES[source])}"
            )
        known = _columns(entity)
        for column in columns:
            if column not in known:
                raise ConfigurationError(
                    f"{setting}: {entity} has no column '{column}' for a field of your own; use"
                    f" {', '.join(known)}"
                )
    return found


def _columns(entity: str) -> tuple[str, ...]:
    if entity == "activities":
        return _OF_ACTIVITIES
    of_contract = ENTITIES[entity]
    return tuple(name for name in of_contract.column_names if name not in of_contract.key)
