"""What there is to read: each entity's files as still copies, their headers checked.

Everything that can be wrong with a configuration or an input folder is found here, before a row is
landed.
"""

import hashlib
import json
from collections.abc import Collection
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import ENTITIES, REQUIRED_ENTITIES
from ingestion.sources.files import candidates
from ingestion.sources.files.discovery import EntityFiles, find_files
from ingestion.sources.files.fingerprints import FileReading, fingerprint
from ingestion.sources.files.mapping import Mapping
from ingestion.sources.files.raw_table import header_of
from ingestion.sources.files.snapshot import Snapshot, take_snapshot
from jalur.errors import ConfigurationError

Readings = AbstractMapping[tuple[str, str], FileReading]


@dataclass(frozen=True)
class PlannedFile:
    """One file of an entity; `reading` is the last one where nothing has changed since."""

    snapshot: Snapshot
    format: str
    header: list[str]
    fingerprint: str
    reading: FileReading | None


@dataclass(frozen=True)
class PlannedEntity:
    """The files of one entity; rows of a mapping count as one file of their own."""

    entity: str
    files: tuple[PlannedFile, ...]
    rows_file: PlannedFile | None = None

    @property
    def all_files(self) -> tuple[PlannedFile, ...]:
        return (*self.files, self.rows_file) if self.rows_file else self.files


def make_plan(
    folder: Path,
    mapping: Mapping,
    work: Path,
    readings: Readings,
    entities: Collection[str] = tuple(ENTITIES),
    required: Collection[str] = REQUIRED_ENTITIES,
) -> dict[str, PlannedEntity]:
    """Every entity of the contract, and the files of those that are to be read.

    Deals need stages, also where neither is required. Raises `ConfigurationError`.
    """
    found = {name: files for name, files in find_files(folder, mapping).items() if name in entities}
    plan: dict[str, PlannedEntity] = {}
    snapshots: dict[tuple[Path, str], Snapshot] = {}
    for entity in ENTITIES:
        source_of_history = entity == "deal_stage_history" and mapping.of(entity).from_columns
        files = found.get("deals" if source_of_history else entity)
        plan[entity] = PlannedEntity(
            entity,
            tuple(_planned(folder, entity, files, mapping, work, readings, snapshots, plan)),
            _inline(entity, mapping, readings),
        )
    if any(plan[entity].all_files for entity in REQUIRED_ENTITIES):
        required = REQUIRED_ENTITIES
    for entity in required:
        if not plan[entity].all_files:
            hint = f" or [[{entity}.rows]] in the mapping" if entity == "stages" else ""
            raise ConfigurationError(
                f"{folder}: no {entity}.csv, {entity}.jsonl or {entity}.parquet{hint}; "
                f"{entity} are required. `jalur init {folder}` drafts a mapping of other names"
            )
    return plan


def _planned(
    folder: Path,
    entity: str,
    files: EntityFiles | None,
    mapping: Mapping,
    work: Path,
    readings: Readings,
    snapshots: dict[tuple[Path, str], Snapshot],
    plan: AbstractMapping[str, PlannedEntity],
) -> list[PlannedFile]:
    planned: list[PlannedFile] = []
    how = mapping.of("deals") if mapping.of(entity).from_columns else mapping.of(entity)
    if files is None:
        return planned
    for path in files.paths:
        name = _name(path, folder)
        encoding = how.encoding if path.suffix.lower() != ".parquet" else ""
        if (path, encoding) not in snapshots:
            target = work / f"input-{len(snapshots)}{path.suffix.lower()}"
            snapshots[path, encoding] = take_snapshot(path, name, target, encoding or None)
        snapshot = snapshots[path, encoding]
        header = header_of(snapshot.path, name, files.format, how)
        if header:
            candidates.check_columns(ENTITIES[entity], mapping.of(entity), header, name)
        configuration = [how.model_dump_json(), mapping.of(entity).model_dump_json()]
        if how is not mapping.of(entity):
            # History from the deals' columns depends on which stages are closed.
            configuration += [file.fingerprint for file in plan["stages"].all_files]
        mark = fingerprint(snapshot.content_hash, *configuration)
        reading = readings.get((entity, name))
        is_known = reading is not None and reading.fingerprint == mark
        planned.append(
            PlannedFile(snapshot, files.format, header, mark, reading if is_known else None)
        )
    return planned


def _name(path: Path, folder: Path) -> str:
    """A mapping may name a file that lies elsewhere."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _inline(entity: str, mapping: Mapping, readings: Readings) -> PlannedFile | None:
    rows = mapping.of(entity).rows
    if not rows:
        return None
    assert mapping.path is not None
    name = mapping.path.name
    header = list(dict.fromkeys(column for row in rows for column in row))
    candidates.check_columns(
        ENTITIES[entity], mapping.of(entity), header, f"{name} [[{entity}.rows]]"
    )
    content_hash = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    mark = fingerprint(content_hash, mapping.of(entity).model_dump_json())
    reading = readings.get((entity, name))
    is_known = reading is not None and reading.fingerprint == mark
    snapshot = Snapshot(mapping.path, name, content_hash)
    return PlannedFile(snapshot, "rows", header, mark, reading if is_known else None)
