"""The landing zone: append-only Parquet, one row per version of a record, written by dlt."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.compaction_journal import finish_compaction
from ingestion.erased import Eraser, read_erased
from jalur.errors import JalurError
from jalur.files import Place, parquet_files
from jalur.paths import Home
from jalur.settings import load_settings

if TYPE_CHECKING:
    import dlt

LANDED = pa.schema(
    [
        ("record_id", pa.string()),
        ("source_updated_at", pa.timestamp("us", "UTC")),
        ("is_deleted", pa.bool_()),
        ("payload", pa.string()),
        ("payload_hash", pa.string()),
        ("extracted_at", pa.timestamp("us", "UTC")),
        ("run_id", pa.string()),
        ("load_seq", pa.int64()),
    ]
)
QUARANTINE_TABLE = "_quarantine"
QUARANTINE = pa.schema(
    [
        ("entity", pa.string()),
        ("file", pa.string()),
        ("row_number", pa.int64()),
        ("field", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("record_text", pa.string()),
        ("run_id", pa.string()),
        ("extracted_at", pa.timestamp("us", "UTC")),
    ]
)

Batches = Callable[[], Iterable[pa.RecordBatch]]


def schema_of(table: str) -> pa.Schema:
    """The columns of a landed table, or of the quarantine."""
    return QUARANTINE if table == QUARANTINE_TABLE else LANDED


def land(home: Home, source: str, tables: dict[str, Batches]) -> None:
    """Append the batches of each table (schema `LANDED` or `QUARANTINE`) as one load package.

    A package that an earlier run could not finish is loaded first. A table without rows gets an
    empty, typed file, so that a reader's glob is never empty.
    """
    pipeline = _drained_pipeline(home, source)
    import dlt

    eraser = eraser_of(home, source)
    resources = [
        dlt.resource(_as_tables(batches, table, eraser), name=table, write_disposition="append")
        for table, batches in tables.items()
    ]
    if resources:
        with _told(home, source):
            pipeline.run(resources, loader_file_format="parquet").raise_on_failed_jobs()


def load_pending(home: Home, source: str) -> None:
    """Load what a run that was killed had begun to land, before anybody reads the landing zone.

    A file of such a package may lie there half written; loading it again writes it whole. A
    compaction that was killed is finished first.
    """
    finish_compaction(home, source)
    if (home.dlt / _pipeline_name(source)).is_dir():
        _drained_pipeline(home, source)


def _pipeline_name(source: str) -> str:
    return f"jalur_{source}"


def _drained_pipeline(home: Home, source: str) -> "dlt.Pipeline":
    import dlt

    pipeline = dlt.pipeline(
        pipeline_name=_pipeline_name(source),
        pipelines_dir=str(home.dlt),
        destination=dlt.destinations.filesystem(
            bucket_url=home.landing.as_uri(), layout="{table_name}/{load_id}.{file_id}.{ext}"
        ),
        dataset_name=f"raw_{source}",
    )
    # `run` with a package pending would load that and ignore the new data.
    if pipeline.has_pending_data:
        with _told(home, source):
            pipeline.run()
    return pipeline


@contextmanager
def _told(home: Home, source: str) -> Iterator[None]:
    """A disk that is full or refuses, in words; half a file is taken away again.

    The package is loaded anew by the next run, before anything else.
    """
    from dlt.pipeline.exceptions import PipelineStepFailed

    try:
        yield
    except PipelineStepFailed as failed:
        problem: BaseException | None = failed
        while problem is not None and not isinstance(problem, OSError):
            problem = problem.__cause__ or problem.__context__
        if problem is None:
            raise
        _remove_halves(home, source, failed.load_id)
        raise JalurError(
            f"{home.landing}: cannot be written to: {problem.strerror or problem}. What was landed"
            " before stays; see to it and run again, which goes on from there"
        ) from failed


def _remove_halves(home: Home, source: str, load_id: str | None) -> None:
    for path in home.landed_table(source, "*").parent.glob(f"*/{load_id}.*.parquet"):
        try:
            with path.open("rb") as file:
                pq.read_metadata(file)
        except (OSError, pa.ArrowInvalid):
            path.unlink(missing_ok=True)


def eraser_of(home: Home, source: str) -> Eraser:
    """What keeps the erased persons of a source out of what is landed."""
    erased = read_erased(home, source)
    # Only where somebody was erased: the key then tells their addresses in other rows.
    key = "" if erased.is_empty else load_settings().address_key
    return Eraser(source, erased, key)


def _as_tables(batches: Batches, table: str, eraser: Eraser) -> Callable[[], Iterator[pa.Table]]:
    schema = schema_of(table)

    def rows() -> Iterator[pa.Table]:
        empty = True
        for batch in batches():
            if batch.num_rows:
                empty = False
                if table == QUARANTINE_TABLE:
                    clean = eraser.quarantined(batch)
                else:
                    clean = eraser.landed(table, batch)
                yield pa.Table.from_batches([clean]).cast(schema)
        if empty:
            yield schema.empty_table()

    return rows


def landed_name(path: Place) -> str:
    """A landed file as staging and the operational state name it: by its path below the landing."""
    return "/".join(path.parts[-3:])


def is_landed(home: Home, source: str, table: str) -> bool:
    """Whether a table has any file in the landing zone."""
    return bool(parquet_files(home.landed_table(source, table)))
