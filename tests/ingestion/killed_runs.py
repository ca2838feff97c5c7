"""Run extractions that die by SIGKILL, each at its moment: `python killed_runs.py FOLDER HOME...`.

Every home is named after the moment at which its extraction dies. One process imports the
libraries and forks per home, because that is most of the time a start takes.
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

from ingestion.sources.files import candidates, extract, source
from jalur.settings import Settings


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(home: Any, name: str, call: int = 1) -> None:
    """Die when the function is called for the `call`th time."""
    true, calls = getattr(home, name), []

    def wrapper(*arguments: Any, **named: Any) -> Any:
        calls.append(name)
        if len(calls) == call:
            die()
        return true(*arguments, **named)

    setattr(home, name, wrapper)


def half_a_file() -> None:
    """Die with the first half of a file in the landing zone."""

    def run(job: Any) -> None:
        target = Path(job.make_remote_path())
        target.parent.mkdir(parents=True, exist_ok=True)
        content = Path(job._file_path).read_bytes()
        target.write_bytes(content[: len(content) // 2])
        die()

    FilesystemLoadJob.run = run  # type: ignore[method-assign, assignment]


MOMENTS: dict[str, Callable[[], None]] = {
    "files-copied": lambda: before(source, "_work_database"),
    "half-read": lambda: before(candidates, "_insert", 2),
    "everything-read": lambda: before(source, "land"),
    "half-extracted": lambda: before(Extractor, "_write_item", 3),
    "extracted": lambda: before(Pipeline, "normalize"),
    "normalized": lambda: before(Pipeline, "load"),
    "half-a-file-landed": half_a_file,
    "some-files-landed": lambda: before(FilesystemLoadJob, "run", 3),
    "landed": lambda: before(source, "save_readings"),
    "remembered": lambda: before(source, "save_volumes"),
}


def main(folder: Path, homes: list[Path]) -> None:
    for home in homes:
        child = os.fork()
        if child == 0:
            MOMENTS[home.name]()
            settings = Settings(_env_file=None, home=home, sources=("files",), files_path=folder)
            extract(settings, "killed")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(home.name, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(home) for home in sys.argv[2:]])
