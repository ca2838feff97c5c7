"""Quality results are landed like any other source, so that a rebuild keeps them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime

import pyarrow as pa

from ingestion.landing import LANDED, is_landed, land
from jalur.checks import CheckResult
from jalur.errors import GateRefused
from jalur.landing_zone import connect
from jalur.paths import Home

SOURCE, TABLE = "jalur", "check_results"


def land_check_results(home: Home, run_id: str, results: Sequence[CheckResult]) -> None:
    """Append one row per result to `raw_jalur/check_results`."""
    if not results and is_landed(home, SOURCE, TABLE):
        return
    checked_at = datetime.now(UTC)
    rows = []
    for number, result in enumerate(results):
        values = {
            "run_id": run_id,
            "check_name": result.check_name,
            "source": result.source,
            "entity": result.entity,
            "severity": result.severity,
            "status": result.status,
            "failing_rows": result.failing_rows,
            "detail": result.detail,
            "tool": result.tool,
            "checked_at": checked_at.isoformat(),
        }
        payload = json.dumps(values, sort_keys=True)
        rows.append(
            {
                "record_id": f"{run_id}|{result.source}|{result.check_name}",
                "source_updated_at": checked_at,
                "is_deleted": False,
                "payload": payload,
                "payload_hash": hashlib.sha256(payload.encode()).hexdigest(),
                "extracted_at": checked_at,
                "run_id": run_id,
                "load_seq": number,
            }
        )
    batches = pa.Table.from_pylist(rows, schema=LANDED).to_batches()
    land(home, SOURCE, {TABLE: lambda: batches})


def read_check_results(home: Home, run_id: str) -> list[CheckResult]:
    """The results of one run that were landed so far."""
    if not is_landed(home, SOURCE, TABLE):
        return []
    pattern = str(home.landed_table(SOURCE, TABLE) / "*.parquet")
    with connect(home) as connection:
        rows = connection.execute(
            "select payload from read_parquet($pattern) where run_id = $run_id"
            " qualify row_number() over (partition by record_id order by extracted_at desc) = 1"
            " order by extracted_at, load_seq",
            {"pattern": pattern, "run_id": run_id},
        ).fetchall()
    names = [field.name for field in fields(CheckResult)]
    return [
        CheckResult(**{name: values[name] for name in names})
        for values in (json.loads(payload) for (payload,) in rows)
    ]


def refuse_on_critical(results: Sequence[CheckResult]) -> None:
    """Raise `GateRefused`, naming every critical check that failed."""
    refusing = [result for result in results if result.refuses]
    if refusing:
        found = "; ".join(
            f"{result.check_name} ({result.failing_rows:,} rows): {result.detail}"
            for result in refusing
        )
        raise GateRefused(f"not published, what was published before stays: {found}")
