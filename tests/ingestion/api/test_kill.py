"""Kill a sync at any moment and run again: all is landed, and nothing is lost or another's."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jalur.paths import Home
from tests.ingestion.api.killed_syncs import MOMENTS
from tests.ingestion.api.portal import Desk, differences, reset

# The homes are killed once, on one worker.
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def killed(running: tuple[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Path]:
    """A portal, and a folder of homes whose first extraction of it was killed."""
    url, server = running
    reset(server)
    homes = tmp_path_factory.mktemp("homes")
    desk = Desk(url, server, Home(homes / "none"))
    companies = [desk.store.create("companies", {"name": f"Company {n}"}) for n in range(150)]
    for number in range(900):
        deal = desk.store.create("deals", {"dealname": f"Deal {number}", "dealstage": "new"})
        desk.store.associate("deals", deal, "companies", companies[number % 150])
    for deal in range(3):
        desk.store.archive("deals", list(desk.store.after("deals"))[deal * 100].id)
    died = subprocess.run(
        [sys.executable, "-m", "tests.ingestion.api.killed_syncs", url, desk.token,
         *(str(homes / moment) for moment in MOMENTS)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert died.stdout.splitlines() == [f"{moment} {-signal.SIGKILL}" for moment in MOMENTS]
    return desk, homes


@pytest.mark.parametrize("moment", MOMENTS)
def test_run_again_after_a_kill(killed: tuple[Desk, Path], moment: str) -> None:
    whole, homes = killed
    desk = Desk(whole.url, whole.server, Home(homes / moment))
    # The killed run and the next one share the portal with those of the other homes.
    desk.extract()
    assert differences(desk) == []
    assert len(desk.landed("deal_companies")) == 897
    desk.extract()
    assert differences(desk) == []
