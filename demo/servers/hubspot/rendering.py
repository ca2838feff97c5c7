"""Records as JSON, the same way for lists, single reads, batches and searches."""

from collections.abc import Iterable
from typing import Any

from demo.servers.hubspot.association_types import PRIMARY
from demo.servers.hubspot.clock import to_text
from demo.servers.hubspot.record import Change, Record
from demo.servers.hubspot.schema import ObjectType
from demo.servers.hubspot.store import Store


def render(
    type_: ObjectType,
    record: Record,
    properties: Iterable[str] = (),
    with_history: Iterable[str] = (),
) -> dict[str, Any]:
    """A record with the properties asked for, or the type's defaults.

    A property without a value is null; one that the type does not have is left out.
    """
    known = type_.properties
    histories = [name for name in dict.fromkeys(with_history) if name in known]
    asked = [*properties, *histories] or [*type_.defaults]
    names = sorted({name for name in (*asked, *type_.always) if name in known})
    shown: dict[str, Any] = {
        "id": str(record.id),
        "properties": {name: record.properties.get(name) or None for name in names},
    }
    if histories:
        shown["propertiesWithHistory"] = {
            name: [_change(change) for change in reversed(record.history(name))]
            for name in histories
        }
    shown |= {
        "createdAt": to_text(record.created_at),
        "updatedAt": to_text(record.updated_at),
        "archived": record.archived,
    }
    if record.archived_at is not None:
        shown["archivedAt"] = to_text(record.archived_at)
    return shown


def render_associations(
    store: Store, type_: ObjectType, record: Record, to_types: list[ObjectType]
) -> dict[str, Any]:
    """Associated ids by plural type name; types without any are left out."""
    shown: dict[str, Any] = {}
    for to_type in to_types:
        results = []
        name = f"{type_.singular}_to_{to_type.singular}"
        has_primary = (type_.name, to_type.name) in PRIMARY
        for number, type_ids in store.linked(type_.name, record.id, to_type.name).items():
            for type_id in type_ids:
                is_plain = has_primary and type_id != PRIMARY[type_.name, to_type.name]
                suffix = "_unlabeled" if is_plain else ""
                results.append({"id": str(number), "type": name + suffix})
        if results:
            shown[to_type.name.replace("_", " ")] = {"results": results}
    return shown


def next_page(base_url: str, after: str) -> dict[str, Any]:
    """The `paging` of an answer that has more; absent where there is no more."""
    return {"next": {"after": after, "link": f"{base_url}?after={after}"}}


def _change(change: Change) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "value": change.value,
        "timestamp": to_text(change.at),
        "sourceType": change.source_type,
    }
    if change.source_id is not None:
        shown["sourceId"] = change.source_id
    if change.user_id is not None:
        shown["updatedByUserId"] = change.user_id
    return shown
