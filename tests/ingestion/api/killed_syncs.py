"""Extract from a portal and die by SIGKILL: `python killed_syncs.py URL TOKEN HOME...`.

Every home is named after the moment at which its extraction dies: one of `MOMENTS`, or
`after-<milliseconds>`. One process imports the libraries and forks per home, because that is most
of the time a start takes. Prints each home's name and how its extraction ended.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dlt.destinations.impl.filesystem.filesystem import FilesystemLoadJob
from dlt.extract.extractors import Extractor
from dlt.pipeline.pipeline import Pipeline

import ingestion.api.sync as synchronisation
from ingestion.api import stream_state
from ingestion.api.client import ApiClient, Patience
from ingestion.sources import hubspot
from jalur.settings import Settings
from tests.ingestion.killed_runs import before, half_a_file

# So few that one extraction lands several packages.
ROWS_PER_PACKAGE = 250

MOMENTS: dict[str, Callable[[], None]] = {
    "first-page": lambda: before(ApiClient, "post", 2),
    "middle-page": lambda: before(ApiClient, "post", 16),
    "last-page": lambda: before(ApiClient, "get", 21),
    "before-landing": lambda: before(synchronisation, "land", 2),
    "half-extracted": lambda: before(Extractor, "_write_item", 3),
    "extracted": lambda: before(Pipeline, "normalize", 2),
    "normalized": lambda: before(Pipeline, "load", 2),
    "half-a-file-landed": half_a_file,
    "some-files-landed": lambda: before(FilesystemLoadJob, "run", 3),
    "landed": lambda: before(synchronisation, "save_bookmarks", 2),
    "remembered": lambda: before(stream_state, "add_page", 20),
}


def main(url: str, token: str, homes: list[Path]) -> None:
    synchronisation.ROWS_PER_PACKAGE = ROWS_PER_PACKAGE
    for home in homes:
        child = os.fork()
        if child == 0:
            _extract(url, token, home)
        _, status = os.waitpid(child, 0)
        print(home.name, os.waitstatus_to_exitcode(status), flush=True)


def _extract(url: str, token: str, home: Path) -> None:
    if home.name in MOMENTS:
        MOMENTS[home.name]()
    else:
        _die_after(int(home.name.split("-")[1]) / 1000)
    settings: Any = {"home": home, "hubspot_url": url, "hubspot_token": token}
    patience = Patience(first_pause=0.001, longest_pause=0.05)
    hubspot.extract(Settings(_env_file=None, sources=("hubspot",), **settings), "killed",
                    patience=patience)  # fmt: skip
    os._exit(0)


def _die_after(seconds: float) -> None:
    """By a signal that no code of ours or of a library can catch or delay."""
    parent = os.getpid()
    if os.fork() == 0:
        import time

        time.sleep(seconds)
        try:
            os.kill(parent, signal.SIGKILL)
        finally:
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [Path(home) for home in sys.argv[3:]])
