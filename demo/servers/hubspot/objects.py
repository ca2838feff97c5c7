"""Records of any object type: pages of them, one by id, a batch by ids."""

from typing import Any

from demo.servers.hubspot.call import Call, missing
from demo.servers.hubspot.clock import to_text
from demo.servers.hubspot.errors import invalid
from demo.servers.hubspot.record import Record
from demo.servers.hubspot.rendering import next_page, render, render_associations
from demo.servers.hubspot.schema import ObjectType

PAGE, PAGE_WITH_HISTORY = 100, 50


def list_objects(call: Call) -> tuple[int, Any]:
    """A page in the order of ids; `after` is the last id that was read.

    So a record that vanishes between two pages makes none be skipped, and one that is created
    appears at the end.
    """
    type_ = call.object_type()
    with_history = call.names("propertiesWithHistory")
    most = PAGE_WITH_HISTORY if with_history else PAGE
    limit = call.number("limit", 10, most)
    archived = call.flag("archived")
    after = call.query.get("after") or "0"
    if not after.isdigit():
        raise invalid(f"after is not a cursor that was given out: {after}")
    page: list[Record] = []
    for record in call.store.after(type_.name, int(after)):
        if record.archived is archived and call.is_kept(record):
            page.append(record)
        if len(page) > limit:
            break
    answer: dict[str, Any] = {"results": [_shown(call, type_, each) for each in page[:limit]]}
    if len(page) > limit:
        answer["paging"] = next_page(call.base_url, str(page[limit - 1].id))
    return 200, answer


def read_object(call: Call) -> tuple[int, Any]:
    """One record; a merged one's id leads to what it became, under another id."""
    type_ = call.object_type()
    asked, by = call.path["object_id"], call.query.get("idProperty", "hs_object_id")
    record = _find(call, type_, asked, by)
    if record is None or record.archived is not call.flag("archived"):
        raise missing(f"{type_.singular} {asked}")
    return 200, _shown(call, type_, record)


def batch_read(call: Call) -> tuple[int, Any]:
    """Records by id; those that are not there are told in `errors`, with status 207."""
    type_ = call.object_type()
    with_history: list[str] = call.body.get("propertiesWithHistory") or []
    inputs = input_ids(call.body, PAGE)
    if with_history and len(inputs) > PAGE_WITH_HISTORY:
        raise invalid(
            f"At most {PAGE_WITH_HISTORY} inputs of a batch can be read with property histories."
        )
    archived, by = call.flag("archived"), call.body.get("idProperty") or "hs_object_id"
    found: dict[int, Record] = {}
    lost = []
    for asked in inputs:
        record = _find(call, type_, asked, by)
        if record is None or record.archived is not archived:
            lost.append(asked)
        else:
            found[record.id] = record
    properties: list[str] = call.body.get("properties") or []
    results = [render(type_, each, properties, with_history) for each in found.values()]
    errors = []
    if lost:
        message = f"Some {type_.name} are not there; they may be deleted."
        errors.append(
            {
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "message": message,
                "context": {"ids": lost},
            }
        )
    return batch_answer(call, results, errors)


def batch_answer(call: Call, results: list[Any], errors: list[Any]) -> tuple[int, Any]:
    """The frame around a batch: 200 when all went well, else 207."""
    now = to_text(call.store.clock.now())
    answer = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if not errors:
        return 200, answer
    return 207, answer | {"numErrors": len(errors), "errors": errors}


def input_ids(body: dict[str, Any], most: int) -> list[str]:
    """The ids of a batch's inputs; raises 400 when there are none, too many, or other things."""
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise invalid("inputs must be a list of objects with an id")
    if len(inputs) > most:
        raise invalid(f"At most {most} inputs can be read in one batch.")
    if not all(isinstance(each, dict) and "id" in each for each in inputs):
        raise invalid("every input needs an id")
    return [str(each["id"]) for each in inputs]


def _find(call: Call, type_: ObjectType, asked: str, by: str) -> Record | None:
    if by == "hs_object_id":
        record = call.store.get(type_.name, asked)
        return record if record is not None and call.is_kept(record) else None
    if by not in type_.properties:
        raise invalid(f"{type_.name} have no property {by}")
    matches = (each for each in call.store.after(type_.name) if each.properties.get(by) == asked)
    return next(matches, None)


def _shown(call: Call, type_: ObjectType, record: Record) -> dict[str, Any]:
    shown = render(type_, record, call.names("properties"), call.names("propertiesWithHistory"))
    to_types = [_named(call, name) for name in call.names("associations")]
    found = [each for each in to_types if each is not None]
    associations = render_associations(call.store, type_, record, found)
    return shown | {"associations": associations} if associations else shown


def _named(call: Call, name: str) -> ObjectType | None:
    for type_ in call.store.types.values():
        if name.lower() in (type_.name, type_.singular, type_.type_id):
            return type_
    return None
