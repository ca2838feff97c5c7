"""Associations of records, one record's or a batch's, with the kinds of each."""

from typing import Any

from demo.servers.hubspot.association_types import label
from demo.servers.hubspot.call import Call, missing
from demo.servers.hubspot.errors import invalid
from demo.servers.hubspot.objects import batch_answer, input_ids
from demo.servers.hubspot.rendering import next_page
from demo.servers.hubspot.schema import ObjectType

BATCH = 1_000


def batch_read_associations(call: Call) -> tuple[int, Any]:
    """For every input its associated records; a long list goes on with the input's `after`.

    An input without any is told in `errors`, with status 207.
    """
    from_type, to_type = call.object_type("from_type"), call.object_type("to_type")
    input_ids(call.body, BATCH)
    results, errors = [], []
    for given in call.body["inputs"]:
        asked = str(given["id"])
        page, after = _page(call, from_type, asked, to_type, str(given.get("after") or "0"))
        if not page:
            errors.append(_no_associations(from_type, asked, to_type))
            continue
        result: dict[str, Any] = {"from": {"id": asked}, "to": page}
        if after is not None:
            result["paging"] = next_page(call.base_url, after)
        results.append(result)
    return batch_answer(call, results, errors)


def list_associations(call: Call) -> tuple[int, Any]:
    """One record's associations with records of a type."""
    from_type, to_type = call.object_type(), call.object_type("to_type")
    asked = call.path["object_id"]
    if call.store.get(from_type.name, asked) is None:
        raise missing(f"{from_type.singular} {asked}")
    page, after = _page(call, from_type, asked, to_type, call.query.get("after") or "0")
    answer: dict[str, Any] = {"results": page}
    if after is not None:
        answer["paging"] = next_page(call.base_url, after)
    return 200, answer


def _page(
    call: Call, from_type: ObjectType, asked: str, to_type: ObjectType, after: str
) -> tuple[list[Any], str | None]:
    if not after.isdigit():
        raise invalid(f"after is not a cursor that was given out: {after}")
    record = call.store.get(from_type.name, asked)
    # Only under its own id: a merged record's old ids have no associations.
    if record is None or record.archived or str(record.id) != asked:
        return [], None
    ends = sorted(call.store.linked(from_type.name, record.id, to_type.name).items())
    rest = [end for end in ends if end[0] > int(after)]
    page = rest[: call.portal.associations_per_page]
    shown = [
        {
            "toObjectId": str(number),
            "associationTypes": [
                {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": label(type_id)}
                for type_id in type_ids
            ],
        }
        for number, type_ids in page
    ]
    return shown, str(page[-1][0]) if len(rest) > len(page) else None


def _no_associations(from_type: ObjectType, asked: str, to_type: ObjectType) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"{from_type.singular} {asked} has no associated {to_type.name}.",
        "context": {
            "fromObjectId": [asked],
            "fromObjectType": [from_type.name],
            "toObjectType": [to_type.name],
        },
    }
