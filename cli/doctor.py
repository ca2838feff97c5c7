"""`jalur doctor`: settings, sources and paths, each with what to mend."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from cli.screen import console
from jalur.demo_company import DEMO_PLATFORMS
from jalur.errors import JalurError
from jalur.landing_zone import reach
from jalur.lock import run_lock
from jalur.settings import Settings, load_settings

LEAST_FREE_BYTES = 1024**3
MANY_FILES = 2000
Check = Callable[[Settings], str]


def examine() -> bool:
    """Print one line per check; false where something has to be mended."""
    try:
        settings = load_settings()
    except JalurError as error:
        _line(False, "settings", str(error))
        return False
    _line(True, "settings", ", ".join(settings.sources))
    # Every check runs, also after one that failed.
    passed = [_run(name, check, settings) for name, check in CHECKS.items()]
    return all(passed)


def _run(name: str, check: Check, settings: Settings) -> bool:
    try:
        _line(True, name, check(settings))
    except (JalurError, OSError, duckdb.Error) as error:
        _line(False, name, str(error).splitlines()[0])
        return False
    return True


def _line(is_well: bool, name: str, detail: str) -> None:
    mark = "[green]ok  [/]" if is_well else "[bold red]mend[/]"
    console.print(f"{mark}  {name:<14} ", end="")
    console.print(detail, markup=False, soft_wrap=True)


def _home(settings: Settings) -> str:
    root = settings.paths.root
    settings.paths.create()
    if not os.access(root, os.W_OK):
        raise JalurError(f"{root} cannot be written; set JALUR_HOME to a folder of yours")
    free = shutil.disk_usage(root).free
    if free < LEAST_FREE_BYTES:
        raise JalurError(f"{root} has {free / 1024**2:.0f} MB left; make room for 1 GB")
    return f"{root} ({free / 1024**3:.0f} GB free)"


def _landing(settings: Settings) -> str:
    from jalur.files import sizes_below

    reach(settings.paths)
    sizes = sizes_below(settings.paths.landing)
    where = f"{settings.paths.landing}: {len(sizes):,} files"
    # Every build opens each of them.
    if len(sizes) > MANY_FILES:
        return f"{where}; `jalur compact` makes them few"
    return where


def _sources(settings: Settings) -> str:
    return "; ".join(_source(settings, name) for name in settings.sources)


def _source(settings: Settings, name: str) -> str:
    if name == "demo":
        return "the demo company, with platforms of its own"
    if name in DEMO_PLATFORMS and "demo" in settings.sources:
        return f"its {name}, served on this machine while it is read"
    if name != "files":
        # Whether it answers is told by the first extraction: this command asks nobody.
        address = getattr(settings, f"{name}_url") or f"JALUR_{name.upper()}_URL is missing"
        return f"{name} at {address}; `jalur extract {name}` tries it"
    from ingestion.contract import REQUIRED_ENTITIES
    from ingestion.sources.files.mapping import load_mapping
    from ingestion.sources.files.plan import make_plan
    from ingestion.sources.registry import CRMS

    assert settings.files_path is not None
    mapping = load_mapping(settings.files_path, settings.files_mapping)
    with tempfile.TemporaryDirectory() as work:
        required = () if CRMS & set(settings.sources) else REQUIRED_ENTITIES
        plan = make_plan(settings.files_path, mapping, Path(work), {}, required=required)
    found = [name for name, planned in plan.items() if planned.all_files]
    by = f", mapped by {mapping.path}" if mapping.path else ""
    return f"{settings.files_path}{by}: {', '.join(found)}"


def _personal_data(settings: Settings) -> str:
    from ingestion.erased import read_erased

    for source in settings.sources:
        for table, record_id in sorted(read_erased(settings.paths, source).unfinished):
            raise JalurError(
                f"the erasure of {record_id} from {source} {table} was interrupted; run"
                f" `jalur erase` for it once more"
            )
    if settings.personal_data_key is None:
        return (
            "no key: addresses have no hash, only their domain; set JALUR_PERSONAL_DATA_KEY"
            " (openssl rand -hex 32 makes one)"
        )
    return "addresses are hashed under your key"


def _lock(settings: Settings) -> str:
    with run_lock(settings.paths.lock):
        return "no run in progress"


def _serving(settings: Settings) -> str:
    database = settings.paths.published_database
    if not database.exists():
        return "nothing is published yet; `jalur run` does"
    with duckdb.connect(str(database), read_only=True) as connection:
        (as_of,) = connection.execute("select as_of from marts.mart_publication").fetchall()[0]
    return f"{database}, as of {as_of:%d %B %Y}"


def _alerts(settings: Settings) -> str:
    from alerts.delivery import stops_of

    stops = stops_of(settings)
    refused = [stop.channel.problem for stop in stops if stop.channel.problem]
    if refused:
        raise JalurError("; ".join(refused))
    if not stops:
        return f"to {settings.paths.alerts}; set JALUR_ALERT_URLS to send them"
    return ", ".join(stop.channel.label for stop in stops)


def _outbox(settings: Settings) -> str:
    from alerts.outbox import unsent

    waiting = unsent(settings.paths)
    given_up = [item for item in waiting if item.given_up_at]
    if given_up:
        newest = given_up[-1]
        raise JalurError(
            f"{len(given_up)} messages were given up after a week; the newest is"
            f" '{newest.title}' ({newest.last_error}). Mend the channel, try it with"
            " `jalur alerts test`, then `jalur alerts resend`"
        )
    if waiting:
        return (
            f"{len(waiting)} messages wait; the first: {waiting[0].last_error or 'not tried yet'}"
        )
    return "every message was sent"


CHECKS: dict[str, Check] = {
    "home": _home,
    "landing zone": _landing,
    "sources": _sources,
    "personal data": _personal_data,
    "lock": _lock,
    "serving file": _serving,
    "alerts": _alerts,
    "outbox": _outbox,
}
