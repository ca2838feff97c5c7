"""Syncs that die by SIGKILL at random moments, each followed by an undisturbed one."""

import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from rich.progress import track

from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.loopback import serve
from jalur.paths import Home
from tests.ingestion.api.portal import NOON, Desk, differences


@dataclass(frozen=True)
class Kills:
    """How many syncs were started to be killed, how many were, and how many records were lost."""

    tried: int
    killed: int
    lost: int


def kill_syncs(kills: int, seed: int, folder: Path) -> Kills:
    """Kill within the time that an undisturbed sync takes, then sync again and compare."""
    store = Store()
    store.clock.set(NOON)
    for number in range(900):
        store.create("deals", {"dealname": f"Deal {number}", "dealstage": "new"})
    server = HubSpot(store, limits=Limits(burst=None, searches_per_second=None))
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    killed = lost = 0
    with serve(server) as url:
        started = perf_counter()
        Desk(url, server, Home(folder / "whole")).extract()
        longest = max(1.0, perf_counter() - started) * 1.5
        moments = [rng.randrange(5, int(1000 * longest)) for _ in range(kills)]
        homes = [folder / f"{n}" / f"after-{moment}" for n, moment in enumerate(moments)]
        for home in track(homes, "killing", transient=True):
            command = [sys.executable, "-m", "tests.ingestion.api.killed_syncs", url]
            died = subprocess.run(
                [*command, HubSpot.token, str(home)], check=True, capture_output=True, text=True
            )
            killed += died.stdout.split()[-1] == str(-signal.SIGKILL)
            desk = Desk(url, server, Home(home))
            desk.extract()
            lost += len(differences(desk))
    return Kills(kills, killed, lost)
