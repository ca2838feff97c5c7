"""The `demo` source: the simulated export, landed by the very code that lands anyone's files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from demo.generator import generate
from jalur.settings import Settings

if TYPE_CHECKING:
    from ingestion.extraction import Extraction


def extract(
    settings: Settings, run_id: str, *, progress: Callable[..., Any] | None = None
) -> Extraction:
    """Write the export where it is missing or of an older generator, and land what is new in it."""
    from ingestion.sources import files

    export = generate(settings.paths.demo)
    return files.extract(settings, run_id, source="demo", folder=export, progress=progress)
