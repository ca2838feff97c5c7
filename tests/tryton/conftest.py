"""One real Tryton for the folder's tests, with a company in it whose sales have been driven."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tryton.drive import Driver
from tests.tryton.rpc import Rpc
from tests.tryton.server import NotInstallable, Server, tryton
from tests.tryton.world import World, build

CACHE = Path(__file__).parents[2] / ".cache" / "tryton"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    try:
        with tryton(CACHE, tmp_path_factory.mktemp("tryton")) as running:
            yield running
    except NotInstallable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def admin(server: Server) -> Rpc:
    rpc = Rpc(server.url, server.login, server.password)
    rpc.log_in()
    return rpc


@pytest.fixture(scope="session")
def world(admin: Rpc) -> World:
    return build(admin)


@pytest.fixture(scope="session")
def driver(admin: Rpc, world: World) -> Driver:
    """Thirty opportunities with a past, two that are no more, two that lived a whole life."""
    driver = Driver(admin, world, largest_batch=5)
    driver.create(30)
    driver.run(120)
    doomed, lucky = driver.create(2), driver.create(2)
    for action in ("cancel", "delete"):
        driver.act(action, doomed)
    for action in ("opportunity", "convert", "cancel_sale", "quote_again", "confirm"):
        driver.act(action, lucky)
    return driver
