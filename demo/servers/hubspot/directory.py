"""Owners, pipelines and stages: what records refer to by id."""

from dataclasses import dataclass, field
from typing import Any

from demo.servers.hubspot.clock import Clock


@dataclass
class Owner:
    """A user who can own records; an archived one keeps its user id under another name."""

    id: int
    email: str
    first_name: str
    last_name: str
    user_id: int
    created_at: int
    updated_at: int
    teams: list[tuple[int, str]] = field(default_factory=list)
    archived: bool = False


@dataclass
class Stage:
    """A stage of a pipeline; `probability` is 0-1 as text, as the metadata carries it."""

    id: str
    label: str
    display_order: int
    probability: str
    is_closed: bool
    created_at: int
    updated_at: int
    archived: bool = False
    archived_at: int | None = None


@dataclass
class Pipeline:
    """Stages in no particular order; `display_order` says how they follow each other."""

    id: str
    label: str
    display_order: int
    created_at: int
    updated_at: int
    stages: list[Stage] = field(default_factory=list)
    archived: bool = False
    archived_at: int | None = None


@dataclass(frozen=True)
class Audit:
    """One edit of a pipeline or a stage."""

    identifier: str
    action: str
    at: int
    raw: dict[str, Any]


class Directory:
    """Owners by id, pipelines by object type, and the log of their edits."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.owners: dict[int, Owner] = {}
        self.pipelines: dict[str, list[Pipeline]] = {}
        self.audits: list[Audit] = []

    def add_owner(self, owner: Owner) -> None:
        self.owners[owner.id] = owner

    def archive_owner(self, owner_id: int, archived: bool = True) -> None:
        """Deactivate a user, or bring one back."""
        owner = self.owners[owner_id]
        owner.archived, owner.updated_at = archived, self.clock.now()

    def add_pipeline(self, kind: str, pipeline: Pipeline) -> None:
        self.pipelines.setdefault(kind, []).append(pipeline)
        self._log(pipeline, "CREATE")
        for stage in pipeline.stages:
            self._log(stage, "CREATE")

    def pipeline(self, kind: str, pipeline_id: str) -> Pipeline:
        """Raises KeyError when there is none; archived ones are found, too."""
        for pipeline in self.pipelines.get(kind, []):
            if pipeline.id == pipeline_id:
                return pipeline
        raise KeyError(pipeline_id)

    def stage(self, kind: str, pipeline_id: str, stage_id: str) -> Stage:
        for stage in self.pipeline(kind, pipeline_id).stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)

    def rename_pipeline(self, kind: str, pipeline_id: str, label: str) -> None:
        self._rename(self.pipeline(kind, pipeline_id), label)

    def rename_stage(self, kind: str, pipeline_id: str, stage_id: str, label: str) -> None:
        self._rename(self.stage(kind, pipeline_id, stage_id), label)

    def archive_stage(self, kind: str, pipeline_id: str, stage_id: str) -> None:
        self._archive(self.stage(kind, pipeline_id, stage_id))

    def archive_pipeline(self, kind: str, pipeline_id: str) -> None:
        self._archive(self.pipeline(kind, pipeline_id))

    def _rename(self, thing: Pipeline | Stage, label: str) -> None:
        thing.label, thing.updated_at = label, self.clock.now()
        self._log(thing, "UPDATE")

    def _archive(self, thing: Pipeline | Stage) -> None:
        thing.archived, thing.archived_at = True, self.clock.now()
        self._log(thing, "DELETE")

    def _log(self, thing: Pipeline | Stage, action: str) -> None:
        raw = {"label": thing.label, "displayOrder": thing.display_order}
        self.audits.append(Audit(thing.id, action, thing.updated_at, raw))
