"""Calls of a portal on loopback: what an incremental sync costs, and what refusals cost."""

from dataclasses import dataclass
from pathlib import Path

from demo.servers.hubspot import HubSpot, Limits, Store
from demo.servers.loopback import serve
from jalur.paths import Home
from tests.ingestion.api.portal import NOON, Desk, differences


@dataclass(frozen=True)
class Calls:
    """Calls of each sync, and what of the portal was not landed as it is.

    `with_more` are those of a full sync and of one of 1% where each deal has a call and a line
    item.
    """

    full: int
    one_percent: int
    with_more: tuple[int, int]
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
    with_more, lost_of_more = _with_more(deals, folder)
    return Calls(full, one_percent, with_more, refused, lost + lost_of_more)


def _with_more(deals: int, folder: Path) -> tuple[tuple[int, int], int]:
    store = Store()
    store.clock.set(NOON)
    types = ("deals", "calls", "line_items")
    for _ in range(deals):
        deal, *others = (store.create(kind, {"hs_object_id": ""}) for kind in types)
        for kind, record in zip(types[1:], others, strict=True):
            store.associate(kind, record, "deals", deal)
    server = HubSpot(store, limits=Limits(burst=None, searches_per_second=None))
    with serve(server) as url:
        desk = Desk(url, server, Home(folder / "more"))
        store.clock.advance(3600)
        full = _calls_of(desk)
        store.clock.advance(3600)
        for kind in types:
            name = {"deals": "dealname", "calls": "hs_call_status"}.get(kind, "name")
            for changed in list(store.after(kind))[::100]:
                store.update(kind, changed.id, {name: "other"})
        one_percent = _calls_of(desk)
        return (full, one_percent), len(differences(desk, types))


def _calls_of(desk: Desk) -> int:
    before = desk.server.faults.calls
    desk.extract()
    return desk.server.faults.calls - before
