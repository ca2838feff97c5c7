"""Whether the warehouse already holds what a build would make, or rows that must be made anew.

The marts are a function of the landed files, the dbt project and the settings, as-of among them.
The marks of what was built lie in the warehouse itself, so they go when that goes.
"""

from datetime import datetime

import duckdb

from dagster_project.dbt_invocation import PROJECT
from dagster_project.dbt_project import project_fingerprint
from jalur.files import sizes_below
from jalur.settings import Settings

# Where the SQL of tables lies that keep rows from one run to the next.
SQL_FOLDERS = ("macros", "models")


def build_fingerprint(settings: Settings, as_of: datetime) -> str:
    """Changes when a build would make something else: landed files, project, settings, as-of."""
    environment = settings.dbt_environment("", as_of) | {"key": settings.address_key_mark}
    landed = [
        f"raw_{source}/{name} {size}"
        for source in settings.sources
        for name, size in sorted(sizes_below(settings.paths.landing / f"raw_{source}").items())
    ]
    models = PROJECT.rglob("*")
    return project_fingerprint(models, *(f"{k}={v}" for k, v in environment.items()), *landed)


def built_by(settings: Settings, fingerprint: str) -> str | None:
    """The run whose complete build of this fingerprint the warehouse holds, if it does."""
    mark = _read(settings, "last_build")
    return mark[1] if mark is not None and mark[0] == fingerprint else None


def needs_full_refresh(settings: Settings) -> bool:
    """Whether rows that earlier runs left in place would come out differently now."""
    mark = _read(settings, "last_full_refresh")
    return mark is None or mark[0] != _sql_fingerprint(settings)


def begin_build(settings: Settings, *, full_refresh: bool) -> None:
    """From here on the warehouse holds no complete build, and perhaps rows of two kinds."""
    marks = ("last_build", "last_full_refresh") if full_refresh else ("last_build",)
    with duckdb.connect(str(settings.paths.warehouse)) as connection:
        for mark in marks:
            connection.execute(f"drop table if exists main.{mark}")


def incremental_models_are_complete(settings: Settings, run_id: str) -> None:
    """Mark that all rows that stay in place were made in one way."""
    _write(settings, "last_full_refresh", _sql_fingerprint(settings), run_id)


def build_is_complete(settings: Settings, fingerprint: str, run_id: str) -> None:
    """Mark what the warehouse holds as complete."""
    _write(settings, "last_build", fingerprint, run_id)


def _sql_fingerprint(settings: Settings) -> str:
    files = [path for folder in SQL_FOLDERS for path in (PROJECT / folder).rglob("*.sql")]
    staged_by = (settings.timezone, settings.hubspot_fields, settings.salesforce_fields)
    origin = settings.landing_url or ""
    return project_fingerprint(files, *staged_by, settings.address_key_mark, origin)


def _read(settings: Settings, mark: str) -> tuple[str, str] | None:
    if not settings.paths.warehouse.exists():
        return None
    try:
        with duckdb.connect(str(settings.paths.warehouse), read_only=True) as connection:
            row = connection.execute(f"select fingerprint, run_id from main.{mark}").fetchone()
    except duckdb.Error:
        return None
    return None if row is None else (str(row[0]), str(row[1]))


def _write(settings: Settings, mark: str, fingerprint: str, run_id: str) -> None:
    with duckdb.connect(str(settings.paths.warehouse)) as connection:
        connection.execute(
            f"create or replace table main.{mark} as select $1 as fingerprint, $2 as run_id",
            [fingerprint, run_id],
        )
