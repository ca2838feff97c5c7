"""What a field is, and the few words that its name says about it.

An object is written as text, one word per field: `Amount:currency AccountId:reference>Account`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "int": "xsd:int",
    "currency": "xsd:double",
    "double": "xsd:double",
    "percent": "xsd:double",
    "anyType": "xsd:anyType",
}
LENGTHS = {
    "id": 18,
    "reference": 18,
    "string": 255,
    "picklist": 255,
    "email": 80,
    "textarea": 32000,
}
NUMBERS = ("currency", "double", "percent", "int")
_HISTORY_TYPES = {
    "picklist": "DynamicEnum",
    "reference": "EntityId",
    "currency": "Currency",
    "percent": "Percent",
    "date": "DateOnly",
    "datetime": "DateTime",
    "boolean": "Boolean",
    "double": "Double",
}


@dataclass(frozen=True)
class Field:
    """A field of an object; `refers_to` names the objects that a reference may point at."""

    name: str
    type: str
    refers_to: tuple[str, ...] = ()

    @cached_property
    def relationship(self) -> str | None:
        """How a query walks along this reference: `AccountId` by `Account`, `X__c` by `X__r`."""
        if not self.refers_to:
            return None
        if self.name.endswith("__c"):
            return f"{self.name.removesuffix('__c')}__r"
        return self.name.removesuffix("Id")

    @property
    def is_custom(self) -> bool:
        """Made by the org's own administrators."""
        return self.name.endswith("__c")

    @property
    def is_filterable(self) -> bool:
        """Values of any type and long texts cannot be asked for in a WHERE."""
        return self.type not in ("anyType", "textarea")

    @property
    def history_type(self) -> str:
        """What a history row says of the type of the field that changed."""
        return _HISTORY_TYPES.get(self.type, "Text")

    def describe(self, picklist: list[dict[str, Any]]) -> dict[str, Any]:
        """The field's part of a describe."""
        return {
            "name": self.name,
            "label": self.name.removesuffix("__c").replace("_", " "),
            "type": self.type,
            "soapType": SOAP_TYPES.get(self.type, "xsd:string"),
            "length": LENGTHS.get(self.type, 0),
            "precision": 18 if self.type in ("currency", "double") else 0,
            "scale": 2 if self.type in ("currency", "double") else 0,
            "custom": self.is_custom,
            "calculated": False,
            "filterable": self.is_filterable,
            "sortable": self.type != "textarea",
            "nillable": self.type not in ("id", "boolean"),
            "referenceTo": list(self.refers_to),
            "relationshipName": self.relationship,
            "polymorphicForeignKey": len(self.refers_to) > 1,
            "picklistValues": picklist,
        }


def parse_fields(text: str) -> dict[str, Field]:
    """Fields by name, from words `Name:type` or `Name:reference>Account,Contact`."""
    fields = {}
    for word in text.split():
        name, _, rest = word.partition(":")
        kind, _, targets = rest.partition(">")
        fields[name] = Field(name, kind or "string", tuple(targets.split(",")) if targets else ())
    return fields
