"""Land rows by hand in the shape of the landing contract, and build the warehouse from them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import ENTITIES
from ingestion.landing import LANDED
from tests.warehouse import build

EXTRACTED_AT = datetime(2026, 1, 2, tzinfo=UTC)


def land(
    home: Path,
    entities: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    extracted_at: datetime = EXTRACTED_AT,
    run_id: str = "run",
    source: str = "files",
) -> None:
    """One Parquet file per entity of a source, empty where there are no rows."""
    for entity in ENTITIES.values():
        folder = home / "landing" / f"raw_{source}" / entity.name
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for number, row in enumerate(entities.get(entity.name, [])):
            values = {name: str(value) for name, value in row.items() if value is not None}
            payload = json.dumps(values, sort_keys=True)
            rows.append(
                {
                    "record_id": "|".join(values.get(name, "") for name in entity.key),
                    "source_updated_at": _source_updated_at(values, extracted_at),
                    "is_deleted": values.get("is_deleted") == "true",
                    "payload": payload,
                    "payload_hash": hashlib.sha256(payload.encode()).hexdigest(),
                    "extracted_at": extracted_at,
                    "run_id": run_id,
                    "load_seq": number,
                }
            )
        pq.write_table(pa.Table.from_pylist(rows, schema=LANDED), folder / f"{run_id}.parquet")


def _source_updated_at(values: Mapping[str, str], extracted_at: datetime) -> datetime:
    """The source's own time, read as UTC; where it has none, that of the extraction."""
    if "updated_at" not in values:
        return extracted_at
    return datetime.fromisoformat(values["updated_at"]).replace(tzinfo=UTC)


def build_warehouse(
    home: Path,
    entities: Mapping[str, Sequence[Mapping[str, Any]]],
    as_of: datetime,
    *,
    unit_tests: bool = False,
    timezone: str = "UTC",
    select: str | None = None,
) -> None:
    """Land the rows and run the models that they feed; raises where dbt does not succeed."""
    land(home, entities)
    build(home, as_of, unit_tests=unit_tests, timezone=timezone, select=select)
