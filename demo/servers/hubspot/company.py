"""A portal filled with the demo company, or with the teams of it that work in HubSpot.

    store = fill(Store(), generate(folder), teams=lambda team: team == "Americas")

Ids are made from the demo's (`D-00042` is 82000042) and every record keeps its own as the custom
property `demo_id`. Two stores filled until different moments are one portal at two times.
"""

import gc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from demo.servers.hubspot import (
    company_activities,
    company_deals,
    company_marketing,
    company_people,
    company_products,
)
from demo.servers.hubspot.clock import to_ms
from demo.servers.hubspot.company_campaigns import add_campaigns
from demo.servers.hubspot.export_rows import Row, is_until, rows
from demo.servers.hubspot.store import Store

FOREVER = 2**62


def every_team(_: str) -> bool:
    """The predicate that takes the whole company."""
    return True


def fill(
    store: Store,
    export: Path,
    teams: Callable[[str], bool] = every_team,
    until: datetime | None = None,
) -> Store:
    """Add what belongs to reps of the chosen teams (no team is the empty text), as of a moment.

    A merged deal goes with the deal that it became. Every owner that is named anywhere is there.
    """
    # Nothing of what is built here is garbage; looking for it takes as long as the rest.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        _fill(store, export, teams, until)
    finally:
        if was_enabled:
            gc.enable()
    return store


def _fill(store: Store, export: Path, teams: Callable[[str], bool], until: datetime | None) -> None:
    end = FOREVER if until is None else to_ms(until)
    for kind in store.types:
        store.define(kind, "demo_id")
    reps = {row["rep_id"]: row for row in rows(export, "reps")}
    chosen = {rep_id for rep_id, row in reps.items() if teams(row["team"])}
    if teams(""):
        chosen.add("")

    deals = _deals_of(export, chosen, end)
    leads = [
        row
        for row in rows(export, "leads")
        if row["rep_id"] in chosen and is_until(row["created_at"], end)
    ]
    company_people.add_owners(store, reps)
    company_people.add_companies(store, export, {row["account_id"] for row in deals}, end)
    company_people.add_contacts(store, export, leads, end)
    company_deals.add_pipelines(store, export)
    company_products.add_products(store, export)
    company_deals.add_deals(store, export, deals, end)
    company_activities.add_activities(store, export, end)
    # Only then: what happened to a merged deal belongs to the one that remains.
    company_deals.end_deals(store, deals, end)
    add_campaigns(store, export, end)
    company_marketing.add_emails(store, export, end)
    company_marketing.add_form(store, export, end)
    store.clock.run()


def _deals_of(export: Path, chosen: set[str], end: int) -> list[Row]:
    deals = {row["deal_id"]: row for row in rows(export, "deals")}

    def rep_of_remaining(row: Row) -> str:
        while row["merged_into_deal_id"]:
            row = deals[row["merged_into_deal_id"]]
        return row["rep_id"]

    return [
        row
        for row in deals.values()
        if rep_of_remaining(row) in chosen and is_until(row["created_at"], end)
    ]
