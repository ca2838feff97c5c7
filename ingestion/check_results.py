"""Quality results are landed like any other source, so that a rebuild keeps them."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from ingestion.landing import LANDED, is_landed, land
from jalur.checks import CheckResult
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
