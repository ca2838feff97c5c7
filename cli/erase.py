"""`jalur erase`: take one person out of everything below the home, for good.

The list of erased persons is written first and their own landed rows are emptied last, so that a
second run finds and finishes what a first one left undone.
"""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from cli.screen import console
from ingestion import erasure
from ingestion.compaction_journal import finish_compactions
from ingestion.erasure import Person
from ingestion.persons import PersonTable, person_tables
from ingestion.sources.files.holders import files_with_person
from jalur.errors import ConfigurationError, JalurError
from jalur.files import remove_leftovers
from jalur.forget import forget_below
from jalur.landing_zone import reach
from jalur.lock import run_lock
from jalur.personal_data import address_hash, keyed_hash
from jalur.settings import Settings, load_settings
from jalur.warehouse import empty


def erase_person(kind: str, record_id: str, source: str | None, *, force: bool) -> None:
    """Erase a lead or a contact; raises `ConfigurationError` where an input file still has it."""
    settings = load_settings()
    home = settings.paths
    reach(home)
    with run_lock(home.lock):
        name, table = _table(settings, kind, source)
        person = erasure.find_person(home, name, table, record_id)
        if person is None:
            raise JalurError(f"{name} never brought a {kind} with the id '{record_id}'")
        if name == "files" and not force:
            _refuse_files_with(settings, person)
        counts = _erase(settings, person)
    _log(settings, person, counts)
    done = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    console.print(f"Erased the {kind} from {name}: {done}.", soft_wrap=True)
    console.print("`jalur run` builds the warehouse without them and publishes it.")


def _table(settings: Settings, kind: str, source: str | None) -> tuple[str, PersonTable]:
    """The source that the person is of, and its table of such persons."""
    if source is not None and source not in settings.sources:
        raise ConfigurationError(
            f"'{source}' is not among JALUR_SOURCES ({', '.join(settings.sources)})"
        )
    found = {
        name: tables[kind]
        for name in ([source] if source else settings.sources)
        if kind in (tables := person_tables(name))
    }
    if not found:
        where = source or ", ".join(settings.sources)
        raise ConfigurationError(f"{where} has no {kind}s that can be erased")
    if len(found) > 1:
        raise ConfigurationError(f"say of which source: --source {' or --source '.join(found)}")
    return next(iter(found.items()))


def _refuse_files_with(settings: Settings, person: Person) -> None:
    assert settings.files_path is not None
    files = files_with_person(
        settings.files_path, settings.files_mapping, person.record_id, person.addresses
    )
    if files:
        raise ConfigurationError(
            f"still in {', '.join(map(str, files))}: take the person out of the export first, and"
            " out of the system that makes it. With --force they are erased here and kept out,"
            " and the file stays as it is"
        )


def _erase(settings: Settings, person: Person) -> dict[str, int]:
    home, key = settings.paths, settings.address_key
    finish_compactions(home)
    for folder in (home.root, home.landing):
        remove_leftovers(folder)
    erasure.begin(home, person, key)
    counts = {"quarantined rows": erasure.erase_quarantine(home, person)}
    counts["rows with their address"] = erasure.erase_mentions(home, person)
    counts["rows about them"] = erasure.erase_told(home, person)
    _forget_working_files(settings)
    hashes = [address_hash(key, address) for address in person.addresses]
    texts = {*person.addresses, *filter(None, hashes)}
    exports = [settings.files_path] if settings.files_path is not None else []
    # The landing zone is seen to row by row, wherever it lies.
    landing = [home.landing] if isinstance(home.landing, Path) else []
    left_alone = [*landing, home.lock, *exports]
    counts["other files"] = len(forget_below(home.root, texts, but=left_alone))
    counts["landed rows"] = erasure.erase_rows(home, person)
    erasure.finish(home, person)
    return counts


def _forget_working_files(settings: Settings) -> None:
    """What holds landed values and can be made again from the landing zone."""
    home = settings.paths
    empty(home.warehouse)
    shutil.rmtree(home.spark, ignore_errors=True)
    # Copies of what was landed, from versions of Jalur that kept them.
    for folder in home.dlt.glob("jalur_*/load/loaded"):
        shutil.rmtree(folder, ignore_errors=True)


def _log(settings: Settings, person: Person, counts: dict[str, int]) -> None:
    """One line that says that it was done; who it was can be told only by who knows the id."""
    key = settings.address_key
    line = {
        "erased_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": person.source,
        "table": person.table.name,
        "id_hash": keyed_hash(key, person.record_id) if key else None,
        "counts": counts,
    }
    _append(settings.paths.erasures, json.dumps(line))


def _append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
