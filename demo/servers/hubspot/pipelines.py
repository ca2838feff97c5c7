"""Pipelines, their stages, and the log of their edits."""

from typing import Any

from demo.servers.hubspot.call import Call, missing
from demo.servers.hubspot.clock import to_text
from demo.servers.hubspot.directory import Pipeline, Stage


def list_pipelines(call: Call) -> tuple[int, Any]:
    """All pipelines of an object type with their stages, unpaged; archived ones if asked for."""
    kind, archived = call.object_type(is_schema=True).name, call.flag("archived")
    found = call.store.directory.pipelines.get(kind, [])
    return 200, {"results": [_pipeline(each) for each in found if each.archived is archived]}


def read_pipeline(call: Call) -> tuple[int, Any]:
    """One pipeline, also an archived one."""
    return 200, _pipeline(_named_pipeline(call))


def list_stages(call: Call) -> tuple[int, Any]:
    """The stages of a pipeline; archived ones if asked for."""
    archived = call.flag("archived")
    stages = _in_order(_named_pipeline(call).stages, archived)
    return 200, {"results": [_stage(each) for each in stages]}


def read_stage(call: Call) -> tuple[int, Any]:
    """One stage, also an archived one: deals keep its id in their history."""
    for stage in _named_pipeline(call).stages:
        if stage.id == call.path["stage_id"]:
            return 200, _stage(stage)
    raise missing(f"stage {call.path['stage_id']}")


def audit(call: Call) -> tuple[int, Any]:
    """The edits of a pipeline or, where the path names one, a stage; newest first."""
    call.object_type(is_schema=True)
    identifier = call.path.get("stage_id", call.path["pipeline_id"])
    edits = [each for each in call.store.directory.audits if each.identifier == identifier]
    results = [
        {
            "portalId": call.portal.portal_id,
            "identifier": each.identifier,
            "action": each.action,
            "timestamp": to_text(each.at),
            "rawObject": each.raw,
        }
        for each in reversed(edits)
    ]
    return 200, {"results": results}


def _named_pipeline(call: Call) -> Pipeline:
    kind = call.object_type(is_schema=True).name
    try:
        return call.store.directory.pipeline(kind, call.path["pipeline_id"])
    except KeyError:
        raise missing(f"pipeline {call.path['pipeline_id']}") from None


def _in_order(stages: list[Stage], archived: bool = False) -> list[Stage]:
    chosen = [each for each in stages if each.archived is archived]
    return sorted(chosen, key=lambda stage: stage.display_order)


def _pipeline(pipeline: Pipeline) -> dict[str, Any]:
    return _common(pipeline) | {"stages": [_stage(each) for each in _in_order(pipeline.stages)]}


def _stage(stage: Stage) -> dict[str, Any]:
    """The metadata are texts, the boolean too."""
    metadata = {"isClosed": str(stage.is_closed).lower(), "probability": stage.probability}
    permissions = "CRM_PERMISSIONS_ENFORCEMENT"
    return _common(stage) | {"metadata": metadata, "writePermissions": permissions}


def _common(thing: Pipeline | Stage) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": thing.id,
        "label": thing.label,
        "displayOrder": thing.display_order,
        "createdAt": to_text(thing.created_at),
        "updatedAt": to_text(thing.updated_at),
        "archived": thing.archived,
    }
    if thing.archived_at is not None:
        shown["archivedAt"] = to_text(thing.archived_at)
    return shown
