"""Whether the warehouse already holds what a build would make.

The marts are a function of the landed files, the dbt project and the settings, as-of among them.
The mark of the last complete build lies in the warehouse itself, so it goes when that goes.
"""

from datetime import datetime

import duckdb

from dagster_project.dbt_project import PROJECT, project_fingerprint
from jalur.settings import Settings


def build_fingerprint(settings: Settings, as_of: datetime) -> str:
    """Changes when a build would make something else: landed files, project, settings, as-of."""
    environment = settings.dbt_environment("", as_of)
    landing = settings.paths.landing
    landed = [
        f"{path.relative_to(landing)} {path.stat().st_size}"
        for source in settings.sources
        for path in sorted((landing / f"raw_{source}").rglob("*.parquet"))
    ]
    models = PROJECT.rglob("*")
    return project_fingerprint(models, *(f"{k}={v}" for k, v in environment.items()), *landed)


def built_by(settings: Settings, fingerprint: str) -> str | None:
    """The run whose complete build of this fingerprint the warehouse holds, if it does."""
    if not settings.paths.warehouse.exists():
        return None
    try:
        with duckdb.connect(str(settings.paths.warehouse), read_only=True) as connection:
            row = connection.execute(
                "select run_id from main.last_build where fingerprint = $1", [fingerprint]
            ).fetchone()
    except duckdb.Error:
        return None
    return None if row is None else str(row[0])


def begin_build(settings: Settings) -> None:
    """From here on the warehouse holds no complete build."""
    _write(settings, "drop table if exists main.last_build", [])


def complete_build(settings: Settings, fingerprint: str, run_id: str) -> None:
    """Mark what the warehouse holds as complete."""
    _write(
        settings,
        "create or replace table main.last_build as select $1 as fingerprint, $2 as run_id",
        [fingerprint, run_id],
    )


def _write(settings: Settings, sql: str, values: list[str]) -> None:
    with duckdb.connect(str(settings.paths.warehouse)) as connection:
        connection.execute(sql, values)
