"""`jalur extract --again`: a stream is read from its beginning, and lands what is another."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.loopback import serve
from jalur.paths import Home
from jalur.state import open_state
from tests.cli.conftest import JALUR
from tests.ingestion.api.portal import NOON, Desk

Jalur = Callable[..., Result]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store()
    store.clock.set(NOON)
    server = HubSpot(store, limits=Limits(burst=None, searches_per_second=None))
    with serve(server) as url:
        yield Desk(url, server, Home(tmp_path / "home"))


@pytest.fixture
def jalur(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jalur:
    for name in [name for name in os.environ if name.startswith("JALUR_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JALUR_HOME", str(desk.home.root))
    monkeypatch.setenv("JALUR_SOURCES", "hubspot,files")
    (tmp_path / "exports").mkdir()
    monkeypatch.setenv("JALUR_FILES_PATH", str(tmp_path / "exports"))
    monkeypatch.setenv("JALUR_HUBSPOT_URL", desk.url)
    monkeypatch.setenv("JALUR_HUBSPOT_TOKEN", desk.token)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, ["extract", *arguments])


def counts(desk: Desk, stream: str) -> tuple[int, ...]:
    """Fetched, landed and unchanged in the newest run."""
    with open_state(desk.home) as state:
        row = state.execute(
            "select fetched, landed, unchanged from stream_counts where stream = ?"
            " order by rowid desc limit 1",
            (stream,),
        ).fetchone()
    return tuple(row)


def test_a_field_that_can_be_read_only_now(desk: Desk, jalur: Jalur) -> None:
    for number in range(120):
        desk.store.create("deals", {"dealname": f"Deal {number}", "dealstage": "new"})
        desk.store.create("companies", {"name": f"Company {number}"})
    desk.store.clock.advance(3600)
    assert jalur("hubspot").exit_code == 0
    desk.store.clock.advance(3600)
    desk.store.define("deals", "tier")
    # Defined, and filled in all records by an import that left their times alone.
    for deal in desk.store.after("deals"):
        deal.properties["tier"] = "gold"
    assert jalur("hubspot").exit_code == 0
    assert counts(desk, "deals") == (0, 0, 0)
    done = jalur("hubspot", "--again", "deals", "--again", "companies")
    assert done.exit_code == 0, done.output
    assert counts(desk, "deals") == (120, 120, 0)
    assert counts(desk, "companies") == (120, 0, 120)
    tiers = {payload["properties"]["tier"] for _, payload in desk.landed("deals").values()}
    assert tiers == {"gold"}
    assert jalur("hubspot", "--again", "all").exit_code == 0
    assert counts(desk, "deals") == (120, 0, 120)
    assert len(desk.query("select 1 from {}", "deals")) == 240
    # From here on only what changes is read, as ever.
    desk.store.clock.advance(3600)
    assert jalur("hubspot").exit_code == 0
    assert counts(desk, "deals") == (0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--again", "deals"], "for one source"),
        (["hubspot", "--again", "deal"], "companies, contacts, products, deals"),
        (["hubspot", "--again", "deal_companies"], "companies, contacts, products, deals"),
        (["files", "--again", "deals"], "quarantine requeue"),
    ],
)
def test_what_cannot_be_read_again_is_told(
    desk: Desk, jalur: Jalur, arguments: list[str], told: str
) -> None:
    done = jalur(*arguments)
    assert (done.exit_code, told in " ".join(done.stderr.split())) == (2, True), done.stderr
    assert desk.server.faults.calls == 0


def test_a_run_beside_an_extraction_names_it(desk: Desk, jalur: Jalur) -> None:
    beside: list[subprocess.CompletedProcess[str]] = []

    def start_another() -> None:
        command = [str(JALUR), "run"]
        beside.append(subprocess.run(command, capture_output=True, text=True, check=False))

    desk.store.create("deals", {"dealname": "Deal", "dealstage": "new"})
    desk.server.faults.before_call(3, start_another)
    assert jalur("hubspot").exit_code == 0
    [other] = beside
    assert (other.returncode, str(os.getpid()) in other.stderr) == (4, True), other.stderr
    assert len(desk.landed("deals")) == 1
