"""`jalur init`: a first mapping for someone's folder."""

from pathlib import Path

from cli.screen import console
from ingestion.sources.files.draft import draft_mapping
from jalur.errors import ConfigurationError


def write_mapping(folder: Path, output: Path, *, force: bool) -> None:
    """Write the draft; never over a file that is there, unless told so."""
    if output.exists() and not force:
        raise ConfigurationError(f"{output} is there already; add --force to replace it")
    output.write_text(draft_mapping(folder))
    console.print(f"Wrote {output}. Read it, correct it, then run:")
    console.print(
        f"  JALUR_SOURCES=files JALUR_FILES_PATH={folder} JALUR_FILES_MAPPING={output} jalur run",
        markup=False,
        soft_wrap=True,
    )
