"""The properties that an object type has."""

from typing import Any

from demo.servers.hubspot.call import Call, missing
from demo.servers.hubspot.schema import FIELD_TYPES, ObjectType, Property


def list_properties(call: Call) -> tuple[int, Any]:
    """All properties of a type, unpaged; archived ones if asked for."""
    type_, archived = call.object_type(is_schema=True), call.flag("archived")
    found = [each for each in type_.properties.values() if each.archived is archived]
    return 200, {"results": [_property(type_, each) for each in found]}


def read_property(call: Call) -> tuple[int, Any]:
    """One property of a type."""
    type_ = call.object_type(is_schema=True)
    found = type_.properties.get(call.path["property_name"])
    if found is None:
        raise missing(f"property {call.path['property_name']}")
    return 200, _property(type_, found)


def _property(type_: ObjectType, found: Property) -> dict[str, Any]:
    options = [
        {"label": each, "value": each, "displayOrder": position, "hidden": False}
        for position, each in enumerate(found.options)
    ]
    return {
        "name": found.name,
        "label": found.name.removeprefix("hs_").replace("_", " ").capitalize(),
        "type": found.type,
        "fieldType": FIELD_TYPES[found.type],
        "description": "",
        "groupName": f"{type_.singular}information",
        "options": options,
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": found.name == "hubspot_owner_id",
        "hasUniqueValue": False,
        "hidden": False,
        "hubspotDefined": not found.is_custom,
        "formField": False,
        "archived": found.archived,
    }
