"""What can be wrong with a Tryton is told, and costs nothing that was right."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingestion.api.client import Patience, SourceError
from ingestion.extraction import Extraction
from ingestion.sources import tryton as source
from ingestion.sources.tryton.session import Session
from jalur.errors import ConfigurationError
from jalur.settings import Settings
from tests.tryton.conftest import CACHE
from tests.tryton.drive import Driver
from tests.tryton.rpc import Rpc
from tests.tryton.server import DATABASE, NotInstallable, Server, tryton
from tests.tryton.world import READER, READER_PASSWORD, World, build

pytestmark = pytest.mark.slow

QUICK = Patience(attempts=2, first_pause=0.01, timeout=10)
BY_SESSION = {"tryton_login": READER, "tryton_password": READER_PASSWORD}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, World, Driver]]:
    """A server of its own: its history is going to be damaged."""
    try:
        with tryton(CACHE, tmp_path_factory.mktemp("tryton")) as running:
            rpc = Rpc(running.url, running.login, running.password)
            rpc.log_in()
            world = build(rpc)
            driver = Driver(rpc, world)
            driver.create(12)
            driver.act("opportunity", list(driver.now)[:6])
            yield running, world, driver
    except NotInstallable as reason:
        pytest.skip(str(reason))


Extract = Callable[..., Extraction]


@pytest.fixture
def extract(place: tuple[Server, World, Driver], tmp_path: Path) -> Extract:
    """An extraction into a fresh home, with some settings changed."""
    address, _, _ = place[0].url.rstrip("/").rpartition("/")

    def run(**changed: Any) -> Extraction:
        common = {"home": tmp_path, "tryton_url": address, "tryton_database": DATABASE}
        return source.extract(Settings.model_validate(common | changed), "run", patience=QUICK)

    return run


def landed(extraction: Extraction) -> dict[str, int]:
    return {each.entity: each.rows_landed for each in extraction.entities}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"tryton_url": None}, "JALUR_TRYTON_URL"),
        ({"tryton_database": None}, "JALUR_TRYTON_DATABASE"),
        ({}, "JALUR_TRYTON_KEY"),
        ({"tryton_login": READER}, "JALUR_TRYTON_PASSWORD"),
        ({"tryton_key": "no-such-key"}, "JALUR_TRYTON_KEY: Tryton rejected it"),
    ],
)
def test_a_wrong_setting_is_named(extract: Extract, settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        extract(**settings)


def test_a_rejected_login_is_tried_once(
    extract: Extract, place: tuple[Server, World, Driver]
) -> None:
    server, _, _ = place
    before = server.log.read_text().count("login failed")
    with pytest.raises(ConfigurationError, match=f"rejected {READER}") as told:
        extract(tryton_login=READER, tryton_password="a-wrong-password")
    assert "a-wrong-password" not in str(told.value)
    assert server.log.read_text().count("login failed") == before + 1


def test_an_unknown_database_is_no_riddle(extract: Extract) -> None:
    with pytest.raises(SourceError, match="HTTP 404"):
        extract(tryton_database="nowhere", **BY_SESSION)


def test_a_session_that_has_run_out_is_opened_again(
    extract: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def forgetful(session: Session, request: Any) -> Any:
        found = original(session, request)
        opened.append(session._authorization)
        if len(opened) == 3:
            session._authorization = found.headers["Authorization"] = "Session bm86MTp0b2tlbg=="
        return found

    original = Session.__call__
    monkeypatch.setattr(Session, "__call__", forgetful)
    assert landed(extract(**BY_SESSION))["opportunity_revisions"] == 18
    assert len(set(opened)) == 2


def test_a_time_that_the_server_cannot_read_costs_one_opportunity(
    extract: Extract, place: tuple[Server, World, Driver]
) -> None:
    server, world, driver = place
    (spoilt, *_) = driver.now
    with closing(sqlite3.connect(server.log.with_name(f"{DATABASE}.sqlite"))) as database:
        # On SQLite Tryton reads no time without microseconds, and refuses the whole list for it.
        database.execute(
            "update sale_opportunity__history set create_date = '2026-01-01 00:00:00'"
            " where id = ? and write_date is null",
            (spoilt,),
        )
        database.commit()
    # By key the others were landed already, and it alone is asked for again.
    for user, rows in ((BY_SESSION, 16), ({"tryton_key": world.key}, 0)):
        found = {each.entity: each for each in extract(**user).entities}
        revisions = found["opportunity_revisions"]
        assert (revisions.rows_landed, revisions.rows_quarantined) == (rows, 1)
