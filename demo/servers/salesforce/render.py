"""A record as JSON or CSV: the selected columns, parents nested or dotted."""

from typing import Any

from demo.servers.salesforce.history import Record
from demo.servers.salesforce.moments import bulk
from demo.servers.salesforce.objects import SObject
from demo.servers.salesforce.soql_run import Column, Result
from demo.servers.salesforce.store import Store


def attributes(sobject: str, record_id: str, version: str) -> dict[str, str]:
    """What stands before the fields of every record."""
    url = f"/services/data/v{version}/sobjects/{sobject}/{record_id}"
    return {"type": sobject, "url": url}


def whole(sobject: SObject, record: Record, version: str) -> dict[str, Any]:
    """A record with all its fields."""
    return {"attributes": attributes(sobject.name, record["Id"], version)} | record


def as_json(store: Store, result: Result, record: Record, version: str) -> dict[str, Any]:
    """A record with the columns of a query; the parent of an empty reference is null."""
    shown: dict[str, Any] = {"attributes": attributes(result.sobject.name, record["Id"], version)}
    for column in result.columns:
        place, parent = shown, record
        for step, reference in zip(column.path[:-1], column.references, strict=True):
            found = store.find(parent[reference] or "")
            if found is None:
                place.setdefault(step, None)
                break
            sobject, parent = found
            place = place.setdefault(
                step, {"attributes": attributes(sobject.name, parent["Id"], version)}
            )
        else:
            place[column.path[-1]] = column.get(record)
    return shown


def as_row(columns: list[Column], record: Record) -> list[str]:
    """A record as texts for CSV; null is the empty text."""
    return [_text(column.get(record), column.type) for column in columns]


def _text(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return bulk(value) if kind == "datetime" else str(value)
