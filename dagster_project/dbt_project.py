"""The dbt project's folder, and when it has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "dbt"
SUFFIXES = (".sql", ".yml", ".md", ".csv")


def project_fingerprint(paths: Iterable[Path], *texts: str) -> str:
    """Changes with the content of those of the paths that dbt reads, and with the texts."""
    digest = hashlib.sha256("\n".join(texts).encode())
    for path in sorted(paths):
        if path.suffix in SUFFIXES:
            digest.update(str(path.relative_to(PROJECT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
