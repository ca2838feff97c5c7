"""The dbt project's folder, when it has changed, and its manifest for the sources of a home."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from dagster_project.dbt_invocation import PROJECT, invoke
from dagster_project.run_context import new_as_of
from jalur.errors import JalurError
from jalur.settings import Settings

SUFFIXES = (".sql", ".yml", ".md", ".csv")
DATA_QUALITY = "tag:data_quality"


def project_fingerprint(paths: Iterable[Path], *texts: str) -> str:
    """Changes with the content of those of the paths that dbt reads, and with the texts."""
    digest = hashlib.sha256("\n".join(texts).encode())
    for path in sorted(paths):
        if path.suffix in SUFFIXES:
            digest.update(str(path.relative_to(PROJECT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def target_path(settings: Settings) -> Path:
    """Where dbt keeps manifest, partial parse and run results of this home."""
    return settings.paths.dbt / "target"


def manifest_path(settings: Settings) -> Path:
    """The manifest of this home's sources; parsed again when the project or they have changed."""
    manifest = target_path(settings) / "manifest.json"
    mark = settings.paths.dbt / "manifest.fingerprint"
    expected = project_fingerprint(PROJECT.rglob("*"), ",".join(settings.sources))
    if not manifest.is_file() or not mark.is_file() or mark.read_text() != expected:
        settings.paths.create()
        environment = settings.dbt_environment("parse", new_as_of(settings))
        problem = invoke(["parse"], environment, target_path(settings))
        if problem is not None:
            raise JalurError(f"the dbt project does not parse: {problem}")
        mark.write_text(expected)
    return manifest
