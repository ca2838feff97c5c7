"""One export of the demo company for all tests, read as plain tables of text."""

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from demo import generate

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def truth(export: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((export.parent / "truth.json").read_text())
    return known


@pytest.fixture(scope="session")
def tables(export: Path) -> Tables:
    """Every file as a reader of CSV sees it, the one broken line left out."""
    found = {}
    for path in sorted(export.glob("*.csv")):
        lines = path.read_text().splitlines()
        if path.stem == "activities":
            lines.pop()
        found[path.stem] = pd.read_csv(io.StringIO("\n".join(lines)), dtype=str)
    return found


@pytest.fixture(scope="session")
def deals(tables: Tables) -> pd.DataFrame:
    """Deals by id, times and amounts typed."""
    frame = tables["deals"].set_index("deal_id")
    for name in ("created_at", "closed_at", "deleted_at", "merged_at", "updated_at"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.assign(
        amount=frame.amount.astype(float),
        ended_at=frame.deleted_at.fillna(frame.merged_at),
    )


@pytest.fixture(scope="session")
def entries(tables: Tables) -> pd.DataFrame:
    """Stage history in its true order, with the kind and position of each stage."""
    frame = tables["deal_stage_history"].copy()
    frame["in_file"] = range(len(frame))
    frame["entered_at"] = pd.to_datetime(frame.entered_at)
    frame["sequence"] = frame.sequence.astype(int)
    stages = tables["stages"].set_index("stage_id")
    frame["kind"] = frame.stage_id.map(stages.kind)
    frame["position"] = frame.stage_id.map(stages.position).astype(int)
    frame = frame.sort_values(["deal_id", "entered_at", "sequence"], ignore_index=True)
    previous = frame.groupby("deal_id")[["stage_id", "pipeline_id", "kind", "position"]].shift()
    return frame.join(previous.add_prefix("from_"))
