"""The `files` source: a folder of exports, read whole or not at all, landed once."""

import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.contract import ENTITIES, REQUIRED_ENTITIES
from ingestion.extraction import EntityExtraction, Extraction, Progress
from ingestion.landing import QUARANTINE_TABLE, Batches, eraser_of, is_landed, land, load_pending
from ingestion.sources.files import candidates, changes, checks
from ingestion.sources.files.discovery import find_files, unknown_files
from ingestion.sources.files.erasures import erase_candidates
from ingestion.sources.files.fingerprints import (
    FileReading,
    last_readings,
    published_volumes,
    save_readings,
    save_volumes,
)
from ingestion.sources.files.mapping import Mapping, load_mapping
from ingestion.sources.files.plan import PlannedEntity, PlannedFile, make_plan
from ingestion.sources.files.raw_table import load_raw, load_rows
from ingestion.sources.files.sql import literal
from ingestion.sources.registry import CRMS
from jalur.checks import CheckResult
from jalur.errors import ConfigurationError
from jalur.landing_zone import let_read
from jalur.paths import Home
from jalur.settings import Settings


def extract(
    settings: Settings,
    run_id: str,
    *,
    source: str = "files",
    folder: Path | None = None,
    mapping_path: Path | None = None,
    entities: Collection[str] = tuple(ENTITIES),
    accept_volume: bool = False,
    progress: Progress | None = None,
) -> Extraction:
    """Land what is new of the entities in a folder (default: the settings' folder and mapping).

    Raises `ConfigurationError`, before anything is landed, where folder, mapping, a header or an
    encoding is wrong.
    """
    if folder is None:
        folder, mapping_path = settings.files_path, settings.files_mapping
    if folder is None:
        raise ConfigurationError("JALUR_FILES_PATH: name the folder with your exports")
    home = settings.paths
    home.create()
    mapping = load_mapping(folder, mapping_path)
    load_pending(home, source)
    with _work_folder(home, source) as work:
        readings = last_readings(home, source)
        required = () if CRMS & set(settings.sources) else REQUIRED_ENTITIES
        plan = make_plan(folder, mapping, work, readings, entities, required)
        with closing(_work_database(work)) as connection:
            let_read(connection, home.landing)
            extraction = _Extractor(connection, home, source, run_id, mapping, plan).run(progress)
        published = published_volumes(home, source)
        volumes = {entity.entity: entity.current_rows for entity in extraction.entities}
        save_volumes(home, source, run_id, volumes)
    found = find_files(folder, mapping)
    return Extraction(
        source,
        run_id,
        extraction.entities,
        (
            *extraction.checks,
            *(
                checks.volume(source, entity, published, accept_volume)
                for entity in extraction.entities
                if entity.files or published.get(entity.entity)
            ),
            checks.files_known(source, unknown_files(folder, found)),
        ),
    )


@contextmanager
def _work_folder(home: Home, source: str) -> Iterator[Path]:
    """A folder for copies of the input; those of a run that was killed are removed."""
    prefix = f"reading-{source}-"
    for left in home.dlt.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=home.dlt) as work:
        yield Path(work)


def _work_database(work: Path) -> duckdb.DuckDBPyConnection:
    """A database on disk, so that an export larger than memory is read all the same."""
    connection = duckdb.connect(str(work / "work.duckdb"))
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set memory_limit = '1GB'")
    connection.execute(f"set temp_directory = {literal(str(work / 'spill'))}")
    return connection


class _Extractor:
    """One extraction: read what changed, land it in one package, then remember the files."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        home: Home,
        source: str,
        run_id: str,
        mapping: Mapping,
        plan: dict[str, PlannedEntity],
    ) -> None:
        self._connection = connection
        self._home, self._source, self._run_id = home, source, run_id
        self._mapping, self._plan = mapping, plan
        self._extracted_at = datetime.now(UTC)
        self._readings: list[FileReading] = []
        self._tables: dict[str, Batches] = {}
        self._read: list[str] = []

    def run(self, progress: Progress | None) -> Extraction:
        entities: list[EntityExtraction] = []
        found: list[CheckResult] = []
        for number, (name, planned) in enumerate(self._plan.items(), start=1):
            started = time.monotonic()
            entity, results = self._entity(name, planned)
            seconds = time.monotonic() - started
            entities.append(EntityExtraction(**{**vars(entity), "seconds": seconds}))
            found += results
            if progress is not None:
                progress(name, number, len(self._plan))
        self._land()
        save_readings(self._home, self._source, self._run_id, self._readings)
        return Extraction(self._source, self._run_id, tuple(entities), tuple(found))

    def _entity(
        self, name: str, planned: PlannedEntity
    ) -> tuple[EntityExtraction, list[CheckResult]]:
        how = self._mapping.of(name)
        is_snapshot = how.mode == "snapshot"
        changed = [file for file in planned.all_files if file.reading is None]
        if changed and is_snapshot:
            # Only the whole of an export says what is missing from it.
            changed = list(planned.all_files)
        kept = [file.reading for file in planned.all_files if file not in changed]
        counts = self._read_files(name, planned, changed) if changed else {}
        readings = [reading for reading in kept if reading is not None]
        readings += [
            FileReading(
                name,
                file.snapshot.name,
                file.fingerprint,
                counts[file.snapshot.name].read,
                counts[file.snapshot.name].quarantined,
            )
            for file in changed
        ]
        landed = deleted = 0
        if changed:
            landed, deleted = changes.find_new(
                self._connection,
                self._home,
                self._source,
                ENTITIES[name],
                is_snapshot=is_snapshot,
                extracted_at=self._extracted_at,
            )
            self._read.append(name)
        if landed or deleted or not is_landed(self._home, self._source, name):
            self._tables[name] = self._batches_of(name, bool(changed))
        self._readings += readings
        read = sum(count.read for count in counts.values())
        quarantined = sum(count.quarantined for count in counts.values())
        extraction = EntityExtraction(
            name,
            files=len(planned.all_files),
            rows_read=read,
            rows_landed=landed,
            rows_unchanged=read - landed - quarantined,
            rows_quarantined=quarantined,
            rows_deleted=deleted,
            current_rows=sum(reading.rows_read for reading in readings),
            current_quarantined=sum(reading.rows_quarantined for reading in readings),
        )
        if not planned.all_files:
            return extraction, []
        empty = [reading.file for reading in readings if reading.rows_read == 0]
        return extraction, [
            checks.rows_readable(self._connection, self._source, extraction),
            checks.files_not_empty(self._source, name, empty),
        ]

    def _read_files(
        self, name: str, planned: PlannedEntity, files: list[PlannedFile]
    ) -> dict[str, candidates.Counts]:
        candidates.create(self._connection, name)
        for file in files:
            self._add_candidates(name, planned, file)
        erase_candidates(self._connection, name, eraser_of(self._home, self._source))
        candidates.quarantine_conflicts(self._connection, ENTITIES[name])
        names = [file.snapshot.name for file in files]
        return candidates.counts_by_file(self._connection, name, names)

    def _add_candidates(self, name: str, planned: PlannedEntity, file: PlannedFile) -> None:
        entity, mapping = ENTITIES[name], self._mapping.of(name)
        label = file.snapshot.name
        if file is planned.rows_file:
            raw = load_rows(self._connection, mapping.rows, file.header)
        else:
            how = self._mapping.of("deals") if mapping.from_columns else mapping
            raw = load_raw(self._connection, file.snapshot, file.format, how, file.header)
        if mapping.from_columns:
            candidates.add_history_from_columns(
                self._connection, self._mapping, raw, self._stage_kinds(), label
            )
        else:
            candidates.add(self._connection, entity, mapping, raw, label)

    def _stage_kinds(self) -> dict[str, str]:
        """Kinds by stage id, of the stages as they are in the files now."""
        if "stages" not in self._read:
            return dict(changes.landed_stage_kinds(self._connection, self._home, self._source))
        found = self._connection.execute(
            "select payload ->> 'stage_id', payload ->> 'kind' from stages where problem is null"
        )
        return dict(found.fetchall())

    def _batches_of(self, name: str, has_rows: bool) -> Batches:
        if not has_rows:
            return lambda: ()
        return lambda: changes.new_rows(
            self._connection.cursor(), name, self._run_id, self._extracted_at
        )

    def _land(self) -> None:
        quarantined = [
            name
            for name in self._read
            if self._connection.execute(f"select count(problem) from {name}").fetchall()[0][0]
        ]
        if quarantined:
            self._tables[QUARANTINE_TABLE] = lambda: changes.quarantined_rows(
                self._connection.cursor(), quarantined, self._run_id, self._extracted_at
            )
        elif not is_landed(self._home, self._source, QUARANTINE_TABLE):
            self._tables[QUARANTINE_TABLE] = lambda: ()
        if self._tables:
            land(self._home, self._source, self._tables)
