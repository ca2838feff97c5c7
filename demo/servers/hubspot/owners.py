"""Owners: active ones and, separately, archived ones."""

from typing import Any

from demo.servers.hubspot.call import Call, missing
from demo.servers.hubspot.clock import to_text
from demo.servers.hubspot.directory import Owner
from demo.servers.hubspot.errors import invalid
from demo.servers.hubspot.rendering import next_page

PAGE = 500


def list_owners(call: Call) -> tuple[int, Any]:
    """A page in the order of ids, of active owners or of archived ones."""
    call.require("crm.objects.owners.read")
    limit, archived = call.number("limit", 100, PAGE), call.flag("archived")
    after, email = call.query.get("after") or "0", call.query.get("email")
    if not after.isdigit():
        raise invalid(f"after is not a cursor that was given out: {after}")
    found = [
        owner
        for _, owner in sorted(call.store.directory.owners.items())
        if owner.id > int(after) and owner.archived is archived and email in (None, owner.email)
    ]
    answer: dict[str, Any] = {"results": [_owner(each) for each in found[:limit]]}
    if len(found) > limit:
        answer["paging"] = next_page(call.base_url, str(found[limit - 1].id))
    return 200, answer


def read_owner(call: Call) -> tuple[int, Any]:
    """By owner id, or by user id with `idProperty=userId`."""
    call.require("crm.objects.owners.read")
    asked, archived = call.path["owner_id"], call.flag("archived")
    by_user = call.query.get("idProperty", "id") == "userId"
    for owner in call.store.directory.owners.values():
        if str(owner.user_id if by_user else owner.id) == asked and owner.archived is archived:
            return 200, _owner(owner)
    raise missing(f"owner {asked}")


def _owner(owner: Owner) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": str(owner.id),
        "email": owner.email,
        "type": "PERSON",
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "userId": None if owner.archived else owner.user_id,
        "userIdIncludingInactive": owner.user_id,
        "createdAt": to_text(owner.created_at),
        "updatedAt": to_text(owner.updated_at),
        "archived": owner.archived,
    }
    if owner.teams:
        shown["teams"] = [
            {"id": str(number), "name": name, "primary": position == 0}
            for position, (number, name) in enumerate(owner.teams)
        ]
    return shown
