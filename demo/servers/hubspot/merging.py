"""What remains of two records when they are merged."""

from demo.servers.hubspot.clock import to_text
from demo.servers.hubspot.record import Change, Record
from demo.servers.hubspot.schema import ObjectType

MERGED_IDS = "hs_merged_object_ids"


def merged_record(
    type_: ObjectType, primary: Record, other: Record, new_id: int, now: int
) -> Record:
    """The primary's values, where it has any, over the history of both.

    Where the last word before the merge was the other record's, the merge itself writes the
    primary's value. Of two values in one moment only the primary's stays.
    """
    own = {type_.created, type_.modified, "hs_object_id", MERGED_IDS}
    result = Record(new_id, {}, primary.created_at, max(now, primary.updated_at))
    for name in {**primary.properties, **other.properties}:
        if name in own:
            continue
        changes = _combined(primary.history(name), other.history(name), now)
        value = changes[-1].value
        result.properties[name] = value
        if len(changes) > 1 or changes[0].at != result.created_at:
            result.changes[name] = changes
    before = [each.properties.get(MERGED_IDS, "").split(";") for each in (primary, other)]
    ids = [*before[0], str(primary.id), *before[1], str(other.id)]
    result.properties |= {
        MERGED_IDS: ";".join(dict.fromkeys(each for each in ids if each and each != str(new_id))),
        "hs_object_id": str(new_id),
        type_.created: primary.properties[type_.created],
        type_.modified: to_text(result.updated_at),
    }
    return result


def _combined(primary: list[Change], other: list[Change], now: int) -> list[Change]:
    taken = {change.at for change in primary}
    foreign = [change for change in other if change.at not in taken and change.at <= now]
    changes = sorted([*primary, *foreign], key=lambda change: change.at)
    held = [change for change in primary if change.at <= now]
    before = [change for change in changes if change.at <= now]
    if held and before[-1].value != held[-1].value:
        restored = Change(held[-1].value, now, "MERGE_OBJECTS")
        return [*before, restored, *changes[len(before) :]]
    return changes or [*other]
