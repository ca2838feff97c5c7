"""A real Tryton on loopback, in an environment of its own, for as long as a test wants it."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.alerts.receivers import free_port

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
MODULES = ("sale_opportunity", "marketing_campaign")
DATABASE = "jalur"
LOGIN = "admin"
PASSWORD = "only-on-loopback"

INSTALL_SECONDS = 300
START_SECONDS = 60


class NotInstallable(Exception):
    """Why there is no Tryton here: the text is the reason a test gives for skipping."""


@dataclass(frozen=True)
class Server:
    url: str
    """Of the database, with a slash at its end."""
    login: str
    password: str
    log: Path
    pid: int
    """Of the process, and of its group."""


@contextmanager
def tryton(cache: Path, folder: Path, session: dict[str, str] | None = None) -> Iterator[Server]:
    """Serve a fresh database in `folder`. `session` are settings of that name, as `max_age`.

    The first call for a `cache` takes about a minute and asks the package index, later ones some
    seconds and nobody. Raises `NotInstallable`.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        # Tests run in several processes.
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = _installed(cache)
        template = _template(cache, python)
    shutil.copy(template, folder / template.name)
    port = free_port()
    config = _config(folder, session or {}, listen=f"127.0.0.1:{port}")
    log = folder / "trytond.log"
    command = [str(python), "-m", "trytond.cli", "-c", str(config), "-d", DATABASE, "-v"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(port, process, log)
        yield Server(f"http://127.0.0.1:{port}/{DATABASE}/", LOGIN, PASSWORD, log, process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            # Children that outlive their parent.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _installed(cache: Path) -> Path:
    """The Python of the environment, which is made anew for other pins or another Python."""
    stated = REQUIREMENTS.read_bytes() + sys.version.encode()
    home = cache / f"venv-{hashlib.sha256(stated).hexdigest()[:12]}"
    python, complete = home / "bin" / "python", home / "complete"
    if complete.exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(home)])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--retries", "1"]
    # Only wheels: what has to be built may need a compiler, and may download while it builds.
    _run([*pip, "--only-binary", ":all:", "--timeout", "20", "-r", str(REQUIREMENTS)])
    complete.touch()
    return python


def _template(cache: Path, python: Path) -> Path:
    """A database with the modules activated. Making one takes half a minute, copying it nothing."""
    home = cache / f"database-{python.parent.parent.name.removeprefix('venv-')}"
    database = home / f"{DATABASE}.sqlite"
    complete = home / "complete"
    if complete.exists():
        return database
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    database.touch()
    password = home / "password"
    password.write_text(PASSWORD)
    options = ["-c", str(_config(home, {})), "-d", DATABASE, "--email", "admin@example.com"]
    activate = ["--activate-dependencies", "-u", *MODULES]
    _run([str(python), "-m", "trytond.cli.admin", *options, *activate], TRYTONPASSFILE=password)
    # Only then is all of it in the one file that is copied.
    assert not database.with_name(f"{database.name}-wal").exists()
    complete.touch()
    return database


def _config(folder: Path, session: dict[str, str], listen: str = "127.0.0.1:0") -> Path:
    lines = ["[database]", "uri = sqlite://", f"path = {folder}", "[web]", f"listen = {listen}"]
    lines += ["[session]", *(f"{name} = {value}" for name, value in session.items())]
    config = folder / "trytond.conf"
    config.write_text("\n".join(lines) + "\n")
    return config


def _environment(**more: Path) -> dict[str, str]:
    """Of whoever runs this, without settings for another Tryton or another Python."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TRYTON", "PYTHON"))}
    return kept | {name: str(path) for name, path in more.items()}


def _run(command: list[str], **environment: Path) -> None:
    try:
        done = subprocess.run(
            command,
            env=_environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotInstallable(f"no Tryton: not installed in {INSTALL_SECONDS} s") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
        raise NotInstallable(f"no Tryton: {' '.join(command[1:4])} said: {said}")


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/rpc/",
        data=b'{"id":0,"method":"common.server.version","params":[]}',
        headers={"Content-Type": "application/json"},
    )
    while True:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            assert time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.1)
