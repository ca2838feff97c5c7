"""Deals of the demo company, each edit of their past made anew at its time."""

from datetime import datetime
from pathlib import Path
from typing import Any

from demo.servers.pipedrive.company_setup import Setup
from demo.servers.pipedrive.export_rows import Row, grouped, is_until, moment, number, rows
from demo.servers.pipedrive.store import Store

# What Pipedrive has no field for (a forecast category) has no past here either.
FIELDS = {"amount": "value", "expected_close_date": "expected_close_date", "rep_id": "owner_id"}


def add_deals(store: Store, export: Path, deals: list[Row], setup: Setup, until: datetime) -> None:
    """Deals as of a moment, with their person, organization and product."""
    wanted = {row["deal_id"] for row in deals}
    stages = grouped(export, "deal_stage_history", "deal_id", wanted)
    fields = grouped(export, "deal_field_history", "deal_id", wanted)
    leads = {row["lead_id"]: row for row in rows(export, "leads")}
    for row in deals:
        entries = sorted(
            stages.get(row["deal_id"], []), key=lambda e: (e["entered_at"], int(e["sequence"]))
        )
        values = _first_values(store, row, setup, leads)
        if entries:
            _relive(store, row, setup, values, entries, fields.get(row["deal_id"], []), until)
        else:
            _import(store, row, setup, values, until)


def end_deals(store: Store, deals: list[Row], until: datetime) -> None:
    """Delete the deleted and merge the merged, each at its time."""
    for row in deals:
        if row["is_deleted"] == "true" and is_until(row["deleted_at"], until):
            store.clock.set(moment(row["deleted_at"]))
            store.delete("deals", _id(row))
    merged = [row for row in deals if is_until(row["merged_at"], until)]
    for row in sorted(merged, key=lambda each: moment(each["merged_at"])):
        store.clock.set(moment(row["merged_at"]))
        winner = number(row["merged_into_deal_id"])
        assert winner is not None
        store.merge(_id(row), winner)


def _id(row: Row) -> int:
    found = number(row["deal_id"])
    assert found is not None
    return found


def _first_values(store: Store, row: Row, setup: Setup, leads: dict[str, Row]) -> dict[str, Any]:
    """What a deal has from the beginning on, as far as the export keeps no past of it."""
    store.clock.set(moment(row["created_at"]))
    organization = number(row["account_id"])
    has_organization = organization in store.records["organizations"]
    return {
        "title": row["name"],
        "owner_id": number(row["rep_id"]) or setup.nobody,
        "org_id": organization if has_organization else None,
        "person_id": _person(store, leads.get(row["lead_id"])),
        "value": float(row["amount"] or 0),
        "currency": row["currency"],
        "expected_close_date": row["expected_close_date"] or None,
        "pipeline_id": setup.pipelines[row["pipeline_id"]],
        "stage_id": setup.last_stage(row["pipeline_id"]),
    }


def _person(store: Store, lead: Row | None) -> int | None:
    if lead is None:
        return None
    person = number(lead["lead_id"])
    if person not in store.records["persons"]:
        first, _, last = lead["email"].partition("@")[0].partition(".")
        name = f"{first} {last}".title()
        email = {"value": lead["email"], "primary": True, "label": "work"}
        store.create("persons", person, name=name, emails=[email])
    return person


def _import(store: Store, row: Row, setup: Setup, values: dict[str, Any], until: datetime) -> None:
    """A deal that came with no past: created when it was closed, without a log."""
    kind = setup.closed.get((row["pipeline_id"], row["stage_id"]))
    at = moment(row["closed_at"] or row["created_at"])
    if at > until:
        return
    store.clock.set(at)
    if kind is None:
        values["stage_id"] = setup.stages[row["pipeline_id"], row["stage_id"]]
    else:
        values |= {"status": kind, f"{kind}_time": store.clock.text}
        values |= {"close_time": store.clock.text, "lost_reason": row["loss_reason"] or None}
    deal = store.create("deals", _id(row), **values)
    _attach(store, deal, row, setup)


def _relive(
    store: Store,
    row: Row,
    setup: Setup,
    values: dict[str, Any],
    entries: list[Row],
    fields: list[Row],
    until: datetime,
) -> None:
    """A deal that is created in its first stage, and every edit after that."""
    first, *later = entries
    began = moment(first["entered_at"])
    values |= {
        "pipeline_id": setup.pipelines[first["pipeline_id"]],
        "stage_id": setup.stages[first["pipeline_id"], first["stage_id"]],
    }
    edits = [(moment(entry["entered_at"]), _entry(entry, row, setup), entry) for entry in later]
    for change in fields:
        at, name = moment(change["changed_at"]), FIELDS.get(change["field"])
        if name is None:
            continue
        value = {name: _value(name, change["value"])}
        if at <= began:
            values |= value
        else:
            edits.append((at, value, change))
    store.clock.set(began)
    deal = store.create("deals", _id(row), **values)
    _attach(store, deal, row, setup)
    for at, value, edit in sorted(edits, key=lambda each: each[0]):
        if at > until:
            break
        store.clock.set(at)
        by = edit.get("changed_by", "")
        user = number(by) if by.startswith("R-") else setup.nobody
        store.update("deals", deal, user_id=user or setup.nobody, **value)


def _entry(entry: Row, row: Row, setup: Setup) -> dict[str, Any]:
    """An entry into an open stage reopens; one into a closed stage is a status."""
    key = entry["pipeline_id"], entry["stage_id"]
    kind = setup.closed.get(key)
    if kind is None:
        pipeline = setup.pipelines[entry["pipeline_id"]]
        return {"pipeline_id": pipeline, "stage_id": setup.stages[key], "status": "open"}
    reason = row["loss_reason"] or None
    return {"status": kind} | ({"lost_reason": reason} if kind == "lost" else {})


def _value(name: str, text: str) -> Any:
    if name == "owner_id":
        return number(text)
    return float(text) if name == "value" else text


def _attach(store: Store, deal: int, row: Row, setup: Setup) -> None:
    product = setup.products.get(row["product_id"])
    if product is not None:
        store.attach(deal, product, float(row["amount"] or 0))
