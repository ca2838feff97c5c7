"""The dbt project as Dagster and the command line see it: paths, environment, manifest."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from dagster_dbt import DbtCliResource

from dagster_project.dbt_project import PROJECT, project_fingerprint
from jalur.errors import JalurError
from jalur.settings import Settings

DBT = Path(sys.executable).with_name("dbt")
DATA_QUALITY = "tag:data_quality"


def dbt_resource() -> DbtCliResource:
    """The dbt beside this Python, whether or not its environment is active."""
    return DbtCliResource(
        project_dir=str(PROJECT), profiles_dir=str(PROJECT), dbt_executable=str(DBT)
    )


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
        _parse(settings)
        mark.write_text(expected)
    return manifest


def _parse(settings: Settings) -> None:
    environment = settings.dbt_environment("parse", datetime.now(UTC))
    folder = str(target_path(settings))
    environment |= {"DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder, "DO_NOT_TRACK": "1"}
    result = subprocess.run(
        [
            str(DBT),
            "--quiet",
            "parse",
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
        ],
        env={**os.environ, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise JalurError(f"the dbt project does not parse:\n{result.stdout}{result.stderr}")


def use_environment(settings: Settings, run_id: str, as_of: datetime) -> None:
    """Give every dbt that this process starts the settings of the run."""
    os.environ.update(settings.dbt_environment(run_id, as_of))
    os.environ["DO_NOT_TRACK"] = "1"


def needs_full_refresh(settings: Settings) -> bool:
    """Whether rows that staging typed before would come out differently now."""
    mark = _build_mark(settings)
    return not mark.is_file() or mark.read_text() != _staging_fingerprint(settings)


def note_full_build(settings: Settings) -> None:
    """Remember how staging typed the rows of a build that has ended well."""
    _build_mark(settings).write_text(_staging_fingerprint(settings))


def _build_mark(settings: Settings) -> Path:
    return settings.paths.dbt / "staging.fingerprint"


def _staging_fingerprint(settings: Settings) -> str:
    folders = ("macros/staging", "macros/engine", "models/staging")
    files = [path for folder in folders for path in (PROJECT / folder).rglob("*.sql")]
    return project_fingerprint(files, settings.timezone)
