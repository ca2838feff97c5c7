"""Calls of a portal on loopback: what an incremental sync costs, and what refusals cost."""

from dataclasses import dataclass
from pathlib import Path

from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.loopback import serve
from jalur.paths import Home
from tests.ingestion.api.portal import NOON, Desk, differences


@dataclass(frozen=True)
class Calls:
    """Calls of each sync, and what of the portal was not landed as it is."""

    full: int
    one_percent: int
    refused: int
    lost: int


def count_calls(deals: int, folder: Path) -> Calls:
    """A full sync, one after 1% of the deals changed, and a full one with 30% of 429."""
    store = Store()
    store.clock.set(NOON)
    ids = [
        store.create("deals", {"dealname": f"Deal {n}", "dealstage": "new"}) for n in range(deals)
    ]
    server = HubSpot(store, limits=Limits(burst=None, searches_per_second=None))
    with serve(server) as url:
        desk = Desk(url, server, Home(folder / "quiet"))
        store.clock.advance(3600)
        full = _calls_of(desk)
        store.clock.advance(3600)
        for deal in ids[::100]:
            store.update("deals", deal, {"dealstage": "won"})
        one_percent = _calls_of(desk)
        lost = len(differences(desk))
        server.faults.too_many_requests, server.faults.retry_after = 0.3, None
        refused_desk = Desk(url, server, Home(folder / "refused"))
        refused = _calls_of(refused_desk)
        lost += len(differences(refused_desk))
    return Calls(full, one_percent, refused, lost)


def _calls_of(desk: Desk) -> int:
    before = desk.server.faults.calls
    desk.extract()
    return desk.server.faults.calls - before
