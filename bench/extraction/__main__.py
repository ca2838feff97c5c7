"""What the extraction over an API costs, beside what it cannot be quicker than, and what it loses.

`SEED=` gives other records and moments, `RECORDS=` (1,000,000) their number, `KILLS=` (200) how
many syncs are killed. Writes `<home>/bench/extraction.json`.
"""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.extraction.calls import count_calls
from bench.extraction.faults import Figures, break_records, figures, refuse, show
from bench.extraction.kills import kill_syncs
from bench.extraction.throughput import measure
from jalur.settings import load_settings

DEALS = 20_000


def main() -> None:
    """Measure, print, write."""
    seed = int(os.environ.get("SEED", "1"))
    records = int(os.environ.get("RECORDS", "1000000"))
    with TemporaryDirectory() as name:
        folder = Path(name)
        few = measure("ours", records // 10, seed, folder / "few")
        many = measure("ours", records, seed, folder / "many")
        bound = measure("lower bound", records, seed, folder / "bound")
        parsed = measure("pyarrow", records, seed, folder / "parsed")
        calls = count_calls(DEALS, folder / "calls")
        malformed = break_records(seed, folder / "malformed")
        refusals = refuse(seed, folder / "refusals")
        kills = kill_syncs(int(os.environ.get("KILLS", "200")), seed, folder / "kills")
    found: Figures = {
        f"{records:,} records, of the lower bound's speed": (
            "ratio", bound["seconds"] / many["seconds"], ">= 0.6"),
        "of pyarrow's speed in parsing alone": (
            "ratio", parsed["seconds"] / many["seconds"], ">= 0.2"),
        "peak memory, against a tenth of the records": (
            "ratio", many["peak"] / few["peak"], "<= 1.2"),
        "peak memory": ("MB", many["peak"] / 1e6, "< 500"),
        f"calls of a sync of 1% of {DEALS:,} deals, of a full one's": (
            "ratio", calls.one_percent / calls.full, "<= 0.03"),
        "the same where each deal has a call and a line item": (
            "ratio", calls.with_more[1] / calls.with_more[0], "<= 0.03"),
        "calls with 30% refused, of those without": (
            "ratio", calls.refused / calls.full, "<= 1.6"),
        f"records lost in {kills.tried} kills ({kills.killed} within a sync)": (
            "records", kills.lost, "0"),
        "records lost otherwise": ("records", calls.lost, "0"),
    }  # fmt: skip
    show(found | figures(malformed, refusals))
    path = load_settings().paths.bench / "extraction.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    written: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "records": records,
        "runs": {"a tenth": few, "all": many, "lower bound": bound, "pyarrow": parsed},
        "calls": asdict(calls),
        "kills": asdict(kills),
        "malformed": asdict(malformed),
        "refusals": asdict(refusals),
    }
    path.write_text(json.dumps(written, indent=2))


if __name__ == "__main__":
    main()
