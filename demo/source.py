"""The `demo` source: what the simulated company keeps in files beside its platforms."""

from demo.generator import generate
from ingestion.api.landed import count_records
from ingestion.extraction import Extraction, Progress
from ingestion.sources import files
from jalur.errors import ConfigurationError
from jalur.settings import Settings

# What finance, the human resources and the website export; the rest comes from the platforms.
IN_FILES = (
    "reps",
    "quotas",
    "fx_rates",
    "orders",
    "survey_responses",
    "touchpoints",
    "content",
    "experiments",
)


def extract(settings: Settings, run_id: str, *, progress: Progress | None = None) -> Extraction:
    """Write the export where it is missing or of an older generator, and land what is new in it.

    Raises `ConfigurationError` where the deals were landed from files, as earlier versions did.
    """
    if count_records(settings.paths, "demo", "deals"):
        raise ConfigurationError(
            f"JALUR_HOME: {settings.paths.root} holds the demo company of an earlier Jalur;"
            " remove the folder, or name another"
        )
    export = generate(settings.paths.demo)
    return files.extract(
        settings, run_id, source="demo", folder=export, entities=IN_FILES, progress=progress
    )
