"""Run dbt by hand as the main job does: same settings, same warehouse.

For example `.ci/run_dbt.py build -s fct_deals`. It has a target folder of its own, so it never
changes the manifest that Dagster reads. `docs` without a warehouse describes the models only.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project.run_context import default_as_of
from ingestion.compaction_journal import finish_compactions
from jalur.errors import JalurError
from jalur.lock import run_lock
from jalur.settings import load_settings

PROJECT = Path(__file__).resolve().parent.parent / "dbt"
DBT = Path(sys.executable).with_name("dbt")


def main(arguments: list[str]) -> int:
    """Run dbt and return its exit code; 2 where the settings are wrong."""
    try:
        settings = load_settings()
    except JalurError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    paths = settings.paths
    paths.create()
    try:
        with run_lock(paths.lock):
            finish_compactions(paths)
    except JalurError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    environment = settings.dbt_environment(
        "manual", settings.resolve_as_of(default_as_of(settings))
    )
    environment |= settings.dbt_secrets()
    if "spark" in arguments or "--target=spark" in arguments:
        # Spark keeps its catalog in memory: to the next process its tables would be strange files.
        shutil.rmtree(paths.spark, ignore_errors=True)
    if arguments[:1] != ["docs"]:
        return _dbt(arguments, environment, paths.dbt / "manual", paths.dbt / "logs")
    docs = paths.dbt / "docs"
    with TemporaryDirectory() as nowhere:
        # dbt would create a warehouse to look into; an empty one is none.
        if not paths.warehouse.exists():
            environment["JALUR_HOME"] = nowhere
        code = _dbt(arguments, environment, docs, paths.dbt / "logs")
    if code == 0:
        print(f"docs: {docs / 'static_index.html'}")
    return code


def _dbt(arguments: list[str], environment: dict[str, str], target: Path, logs: Path) -> int:
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    folders += ["--target-path", str(target), "--log-path", str(logs)]
    command = [DBT, *arguments, *folders]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
