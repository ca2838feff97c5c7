"""`jalur erase` and `jalur doctor` where something is wrong: nobody is erased by mistake."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from ingestion.erased import Erased, write_erased
from jalur.paths import Home
from tests.marts.warehouse import land

Jalur = Callable[..., Result]


@pytest.fixture
def jalur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jalur:
    for name in [name for name in os.environ if name.startswith("JALUR_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JALUR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JALUR_SOURCES", "files")
    monkeypatch.setenv("JALUR_FILES_PATH", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_a_wrong_person_is_a_message(jalur: Jalur, tmp_path: Path) -> None:
    land(tmp_path / "home", {})
    assert jalur("erase").exit_code == 2
    assert jalur("erase", "--lead", "1", "--contact", "1").exit_code == 2
    nobody = jalur("erase", "--lead", "L1")
    assert (nobody.exit_code, "never brought a lead" in nobody.stderr) == (1, True)
    no_contacts = jalur("erase", "--contact", "L1")
    assert (no_contacts.exit_code, "has no contacts" in no_contacts.stderr) == (2, True)
    other = jalur("erase", "--lead", "L1", "--source", "hubspot")
    assert (other.exit_code, "JALUR_SOURCES" in other.stderr) == (2, True)


def test_two_sources_with_leads_want_a_name(jalur: Jalur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALUR_SOURCES", "files,hubspot")
    which = jalur("erase", "--lead", "L1")
    assert (which.exit_code, "--source files or --source hubspot" in which.stderr) == (2, True)


def test_a_run_in_progress_is_named(jalur: Jalur, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    with home.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("123")
        lock.flush()
        refused = jalur("erase", "--lead", "L1")
    assert (refused.exit_code, "123" in refused.stderr) == (4, True)


def test_the_doctor_tells_of_keys_and_of_interrupted_erasures(
    jalur: Jalur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no key: addresses have no hash" in jalur("doctor").stdout
    monkeypatch.setenv("JALUR_PERSONAL_DATA_KEY", "a key for tests only")
    said = jalur("doctor").stdout
    assert "hashed under your key" in said
    assert "a key for tests only" not in said
    home = Home(tmp_path / "home")
    write_erased(home, "files", Erased({"leads": {"L1"}}, set(), {("leads", "L1")}))
    interrupted = jalur("doctor")
    assert interrupted.exit_code == 2
    assert "was interrupted" in interrupted.stdout
