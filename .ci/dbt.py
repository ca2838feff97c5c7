"""Run dbt by hand as the main job does: same settings, same warehouse, same folders.

`.ci/dbt.py build -s fct_deals` and the like; `docs` without a warehouse describes the models only.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from jalur.errors import JalurError
from jalur.settings import load_settings

PROJECT = Path(__file__).resolve().parent.parent / "dbt"


def main(arguments: list[str]) -> int:
    """Replace this process by dbt; exit code 2 where the settings are wrong."""
    try:
        settings = load_settings()
    except JalurError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    paths = settings.paths
    paths.create()
    target = paths.dbt / "target"
    if arguments[:1] == ["docs"]:
        target = paths.dbt / "docs"
        # A catalog needs the warehouse; asking for one would create it, empty.
        if not paths.warehouse.exists():
            arguments = [*arguments, "--empty-catalog", "--no-compile"]
        print(f"docs: {target / 'static_index.html'}", flush=True)
    environment = settings.dbt_environment("manual", settings.resolve_as_of(_now(settings.sources)))
    os.environ.update(environment)
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    folders += ["--target-path", str(target), "--log-path", str(paths.dbt / "logs")]
    dbt = str(Path(sys.executable).with_name("dbt"))
    os.execv(dbt, [dbt, *arguments, *folders])


def _now(sources: tuple[str, ...]) -> datetime:
    """The default as-of moment: the demo company's world has a last day."""
    if sources == ("demo",):
        from demo import LAST_DAY
        from jalur.as_of import end_of_day

        return end_of_day(LAST_DAY, "UTC")
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
