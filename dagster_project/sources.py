"""Extract any source by its name; the demo's platforms with settings of its own."""

from importlib import import_module

import demo
from ingestion.extraction import Extraction, Progress
from ingestion.sources import files
from jalur.demo_company import DEMO_PLATFORMS
from jalur.settings import Settings


def extract(
    source: str, settings: Settings, run_id: str, accept_volume: bool, progress: Progress
) -> Extraction:
    """Extract one source by its name in `JALUR_SOURCES`."""
    if source == "demo":
        return demo.extract(settings, run_id, progress=progress)
    if source == "files":
        return files.extract(settings, run_id, accept_volume=accept_volume, progress=progress)
    if source not in DEMO_PLATFORMS:
        return _over_an_api(source, settings, run_id, progress)
    if "demo" not in settings.sources:
        demo.refuse_demo_rows(settings.paths, source)
        return _over_an_api(source, settings, run_id, progress)
    with demo.connected(settings, source) as connected:
        return _over_an_api(source, connected, run_id, progress)


def _over_an_api(source: str, settings: Settings, run_id: str, progress: Progress) -> Extraction:
    # Every source has the same door; its client takes a second to import, so only where it is used.
    module = import_module(f"ingestion.sources.{source}")
    extraction: Extraction = module.extract(settings, run_id, progress=progress)
    return extraction
