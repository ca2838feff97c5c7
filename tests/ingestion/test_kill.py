"""Kill an extraction at any moment and run again: it landed as if nothing had happened."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import ENTITIES
from tests.ingestion.desk import DEALS, Desk
from tests.ingestion.killed_runs import MOMENTS

ROOT = Path(__file__).parents[2]
Versions = dict[str, Any]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Versions, Path]:
    """A desk after an undisturbed second run, what it landed, and a folder of killed homes."""
    desk = Desk(tmp_path_factory.mktemp("killed"))
    desk.write("mapping.toml", '[deals]\nmode = "snapshot"\n')
    desk.write("accounts.csv", "account_id,name\nA1,a\nA2,b\n")
    desk.extract()
    homes = tmp_path_factory.mktemp("homes")
    for moment in MOMENTS:
        shutil.copytree(desk.home.root, homes / moment)
    desk.write("deals.csv", DEALS.replace("D1,new", "D3,new").replace("Two", "2nd"))
    desk.write("accounts.csv", "account_id,name\nA1,a\nA2,B\nA3,c\n,nobody\n")
    desk.write("reps.csv", "rep_id,name\nR1,r\n")
    desk.write("orders.csv", "order_id,account_id,ordered_at,amount\nO1,A1,2026-01-01,1\n")
    command = [sys.executable, "-m", "tests.ingestion.killed_runs", str(desk.folder)]
    died = subprocess.run(
        [*command, *(str(homes / moment) for moment in MOMENTS)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert died.stdout.splitlines() == [f"{moment} {-signal.SIGKILL}" for moment in MOMENTS]
    desk.extract()
    return desk, versions(desk), homes


def versions(desk: Desk) -> Versions:
    """Every landed version, how often it landed, and the newest of every record."""
    found: Versions = {}
    for entity in ENTITIES:
        rows = desk.landed(entity)
        found[entity] = sorted(
            (row["record_id"], row["payload_hash"], row["is_deleted"]) for row in rows
        )
        found[f"newest {entity}"] = desk.newest(entity)
    found["quarantine"] = set(desk.quarantined())
    return found


@pytest.mark.parametrize("moment", MOMENTS)
def test_run_again_after_a_kill(killed: tuple[Desk, Versions, Path], moment: str) -> None:
    desk, undisturbed, homes = killed
    desk = desk.at(homes / moment)
    desk.extract()
    assert versions(desk) == undisturbed
    assert desk.extract().rows_landed == 0
    assert not list(desk.home.dlt.glob("reading-*")), "copies of a killed run are removed"
