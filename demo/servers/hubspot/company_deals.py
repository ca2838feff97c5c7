"""Deals with their past, and the pipelines they go through."""

from pathlib import Path

from demo.servers.hubspot.clock import from_text, to_text
from demo.servers.hubspot.company_campaigns import campaign_uuid
from demo.servers.hubspot.company_products import add_line_item, products_by_sku
from demo.servers.hubspot.directory import Pipeline, Stage
from demo.servers.hubspot.export_rows import (
    MERGED,
    Row,
    filled,
    grouped,
    is_until,
    number,
    rows,
    text_id,
    user_id,
)
from demo.servers.hubspot.record import Change, Record
from demo.servers.hubspot.store import Store

FOUNDED = from_text("2018-01-01")
FIELDS = {
    "amount": "amount",
    "expected_close_date": "closedate",
    "rep_id": "hubspot_owner_id",
    "forecast_category": "hs_manual_forecast_category",
}
FORECAST = {
    "omitted": "OMIT", "pipeline": "PIPELINE", "best_case": "BEST_CASE", "commit": "COMMIT",
    "closed": "CLOSED",
}  # fmt: skip
CUSTOM = (
    "competitor", "lead_source", "campaign_id", "deal_type", "budget", "authority", "need",
    "timeline",
)  # fmt: skip


def add_pipelines(store: Store, export: Path) -> None:
    """The pipelines of the export, with win probabilities."""
    pipelines: dict[str, Pipeline] = {}
    for row in rows(export, "stages"):
        new = Pipeline(row["pipeline_id"], row["pipeline_name"], len(pipelines), FOUNDED, FOUNDED)
        pipeline = pipelines.setdefault(row["pipeline_id"], new)
        pipeline.stages.append(
            Stage(
                id=row["stage_id"],
                label=row["stage_name"],
                display_order=int(row["position"]) - 1,
                probability=str(float(row["default_probability"])),
                is_closed=row["kind"] != "open",
                created_at=FOUNDED,
                updated_at=FOUNDED,
            )
        )
    for pipeline in pipelines.values():
        store.directory.add_pipeline("deals", pipeline)


def add_deals(store: Store, export: Path, deals: list[Row], end: int) -> None:
    """Deals as of the end, each associated with its company, its contact and one line item."""
    for name in CUSTOM:
        store.define("deals", name)
    wanted = {row["deal_id"] for row in deals}
    stages = grouped(export, "deal_stage_history", "deal_id", wanted)
    fields = grouped(export, "deal_field_history", "deal_id", wanted)
    skus = products_by_sku(store)
    for row in deals:
        at = from_text(row["created_at"])
        record = Record(number(row["deal_id"]), {}, at, at)
        _add_stages(record, stages.get(row["deal_id"], []), end)
        for change in fields.get(row["deal_id"], []):
            _add_field(record, change, end)
        _add_unrecorded(record, row, end)
        _close(record, row, end)
        moments = [change.at for changes in record.changes.values() for change in changes]
        record.updated_at = max([at, *moments])
        store.put("deals", record, filled(_properties(row)))
        _connect(store, row, record)
        add_line_item(store, row, record, skus)


def end_deals(store: Store, deals: list[Row], end: int) -> None:
    """Archive the deleted and merge the merged, each at its time."""
    for row in deals:
        if row["is_deleted"] == "true" and is_until(row["deleted_at"], end):
            store.clock.set(from_text(row["deleted_at"]))
            store.archive("deals", number(row["deal_id"]))
    merged = [row for row in deals if is_until(row["merged_at"], end)]
    for row in sorted(merged, key=lambda each: from_text(each["merged_at"])):
        store.clock.set(from_text(row["merged_at"]))
        loser = number(row["deal_id"])
        winner = number(row["merged_into_deal_id"])
        store.merge("deals", winner, loser, MERGED + int(row["deal_id"][2:]))


def _add_stages(record: Record, history: list[Row], end: int) -> None:
    for row in sorted(history, key=lambda each: (each["entered_at"], int(each["sequence"]))):
        moment = from_text(row["entered_at"])
        if moment > end:
            continue
        # What no rep changed, an automation did.
        by = row["changed_by"]
        user = user_id(by) if by.startswith("R-") else None
        source = f"userId:{user}" if user else by or None
        kind = "CRM_UI" if user else "AUTOMATION_PLATFORM"
        for name, value in (("pipeline", row["pipeline_id"]), ("dealstage", row["stage_id"])):
            record.write(name, Change(value, moment, kind, source, user))


def _add_field(record: Record, row: Row, end: int) -> None:
    moment, value = from_text(row["changed_at"]), row["value"]
    if moment > end:
        return
    if row["field"] == "rep_id":
        value = text_id(value)
    elif row["field"] == "forecast_category":
        value = FORECAST[value]
    elif row["field"] == "expected_close_date":
        value += "T00:00:00Z"
    record.write(FIELDS[row["field"]], Change(value, moment))


def _add_unrecorded(record: Record, row: Row, end: int) -> None:
    """What an export says without its past was imported: when the deal was closed, or created."""
    moment = from_text(row["closed_at"] or row["created_at"])
    closing, forecast = row["expected_close_date"], row["forecast_category"]
    values = {
        "pipeline": row["pipeline_id"],
        "dealstage": row["stage_id"],
        "amount": row["amount"],
        "closedate": closing and f"{closing}T00:00:00Z",
        "hubspot_owner_id": text_id(row["rep_id"]),
        "hs_manual_forecast_category": forecast and FORECAST[forecast],
    }
    for name, value in values.items():
        if name not in record.changes and moment <= end:
            record.write(name, Change(value, moment, "IMPORT"))


def _close(record: Record, row: Row, end: int) -> None:
    """A closed deal's close date is the moment it was closed, as the vendor sets it."""
    if not is_until(row["closed_at"], end):
        return
    moment = from_text(row["closed_at"])
    history = record.changes.get("closedate", [])
    record.changes["closedate"] = [each for each in history if each.at < moment]
    record.properties["closedate"] = ""
    record.write("closedate", Change(to_text(moment), moment, "DEALS"))


def _properties(row: Row) -> Row:
    return {
        "demo_id": row["deal_id"],
        "dealname": row["name"],
        "deal_currency_code": row["currency"],
        "dealtype": "newbusiness" if row["deal_type"] == "new" else "existingbusiness",
        "closed_lost_reason": row["loss_reason"],
        **{name: row[name] for name in CUSTOM},
        "campaign_id": campaign_uuid(row["campaign_id"]),
    }


def _connect(store: Store, row: Row, record: Record) -> None:
    company, contact = text_id(row["account_id"]), text_id(row["lead_id"])
    if company and store.get("companies", company):
        store.associate("deals", record.id, "companies", int(company), is_primary=True)
    if contact and store.get("contacts", contact):
        store.associate("deals", record.id, "contacts", int(contact))
        if company and store.get("companies", company):
            store.associate("contacts", int(contact), "companies", int(company), is_primary=True)
