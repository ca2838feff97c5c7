"""The `demo` source: the simulated export, landed by the very code that lands anyone's files."""

from demo.generator import generate
from ingestion.extraction import Extraction, Progress
from ingestion.sources import files
from jalur.settings import Settings


def extract(settings: Settings, run_id: str, *, progress: Progress | None = None) -> Extraction:
    """Write the export where it is missing or of an older generator, and land what is new in it."""
    export = generate(settings.paths.demo)
    return files.extract(settings, run_id, source="demo", folder=export, progress=progress)
