"""A company filled with the demo company, or with the teams of it that work in Pipedrive.

    store = fill(Store(), generate(folder), teams=lambda team: team == "Americas")

Ids are made from the demo's (`D-00042` is 42). Two stores filled until different moments are one
company at two times.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from demo.servers.pipedrive.company_deals import add_deals, end_deals
from demo.servers.pipedrive.company_setup import Setup, set_up
from demo.servers.pipedrive.export_rows import Row, is_until, moment, number, rows
from demo.servers.pipedrive.store import Store

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
TYPES = {"call": "call", "email": "email", "meeting": "meeting", "demo": "demo"}


def every_team(_: str) -> bool:
    """The predicate that takes the whole company."""
    return True


def fill(
    store: Store,
    export: Path,
    teams: Callable[[str], bool] = every_team,
    until: datetime = FOREVER,
) -> Store:
    """Add the deals of the chosen teams (no team is the empty text) and what belongs to them.

    All of it as of a moment; a merged deal goes with the deal that it became. The clock stands at
    that moment, or at the end of the export.
    """
    reps = {row["rep_id"]: row for row in rows(export, "reps")}
    chosen = {rep_id for rep_id, row in reps.items() if teams(row["team"])}
    if teams(""):
        chosen.add("")
    deals = _deals_of(export, chosen, until)
    setup = set_up(store, export, {row["account_id"] for row in deals}, until)
    add_deals(store, export, deals, setup, until)
    _add_activities(store, export, setup, until)
    end_deals(store, deals, until)
    last = max((row["updated_at"] for row in rows(export, "deals")), default="2026-01-01T00:00:00Z")
    store.clock.set(min(until, moment(last)))
    return store


def _deals_of(export: Path, chosen: set[str], until: datetime) -> list[Row]:
    deals = {row["deal_id"]: row for row in rows(export, "deals")}

    def rep_of_remaining(row: Row) -> str:
        while row["merged_into_deal_id"]:
            row = deals[row["merged_into_deal_id"]]
        return row["rep_id"]

    return [
        row
        for row in deals.values()
        if rep_of_remaining(row) in chosen and is_until(row["created_at"], until)
    ]


def _add_activities(store: Store, export: Path, setup: Setup, until: datetime) -> None:
    """What was done about these deals."""
    for row in rows(export, "activities"):
        deal = number(row["deal_id"])
        if deal not in store.records["deals"] or not is_until(row["occurred_at"], until):
            continue
        store.clock.set(moment(row["occurred_at"]))
        minutes = round(float(row["duration_minutes"] or 0))
        store.create(
            "activities",
            number(row["activity_id"]),
            subject=row["kind"].capitalize(),
            type=TYPES[row["kind"]],
            owner_id=number(row["rep_id"]) or setup.nobody,
            deal_id=deal,
            due_date=store.clock.text[:10],
            due_time=store.clock.text[11:19],
            duration=f"{minutes // 60:02}:{minutes % 60:02}:00" if minutes else None,
            done=True,
            marked_as_done_time=store.clock.text,
        )
