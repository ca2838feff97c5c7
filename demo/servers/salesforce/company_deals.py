"""Deals as opportunities: every change of the export, played at its time."""

import functools
from collections import defaultdict
from typing import Any

from demo.servers.salesforce.company_export import Book, Row, label, number
from demo.servers.salesforce.company_setup import FORECASTS
from demo.servers.salesforce.stages import FORECAST_NAMES

Values = dict[str, Any]


def add_deals(book: Book) -> None:
    """Put the life of every kept deal on the timeline."""
    stages, fields = _stage_changes(book), _field_changes(book)
    for deal_id, row in book.deals.items():
        steps = stages.get(deal_id) or _invented(book, row)
        changes = fields.get(deal_id, {})
        created_at, first = steps[0][0], steps[0][1] | changes.pop(steps[0][0], {})
        book.timeline.add(created_at, 3, functools.partial(_insert, book, row, first))
        for at, by, step in _joined(steps[1:], changes):
            if row["closed_at"] == at and row["loss_reason"]:
                step["Loss_Reason__c"] = row["loss_reason"]
            book.timeline.add(at, 4, functools.partial(_update, book, deal_id, step, by))
        _add_end(book, row)


def _stage_changes(book: Book) -> dict[str, list[tuple[str, Values, str]]]:
    """Entries into stages by deal, in order: moment, values, who did it."""
    names = {row["stage_id"]: row["stage_name"] for row in book.rows("stages")}
    found: dict[str, list[tuple[str, int, Values, str]]] = defaultdict(list)
    for row in book.rows("deal_stage_history"):
        if row["deal_id"] in book.deals:
            values = {
                "StageName": names[row["stage_id"]],
                "RecordTypeId": book.ids[row["pipeline_id"]],
            }
            by = book.user(row["changed_by"])
            entry = (row["entered_at"], int(row["sequence"]), values, by)
            found[row["deal_id"]].append(entry)
    return {
        deal_id: [(at, values, by) for at, _, values, by in sorted(steps, key=lambda s: s[:2])]
        for deal_id, steps in found.items()
    }


def _field_changes(book: Book) -> dict[str, dict[str, Values]]:
    """Changes of other fields by deal and moment."""
    found: dict[str, dict[str, Values]] = defaultdict(lambda: defaultdict(dict))
    for row in book.rows("deal_field_history"):
        if row["deal_id"] in book.deals:
            name, value = _field(book, row["field"], row["value"])
            found[row["deal_id"]][row["changed_at"]][name] = value
    return found


def _field(book: Book, field: str, value: str) -> tuple[str, Any]:
    if field == "amount":
        return "Amount", number(value)
    if field == "expected_close_date":
        return "CloseDate", value or None
    if field == "rep_id":
        return "OwnerId", book.user(value)
    return "ForecastCategoryName", FORECAST_NAMES[FORECASTS[value]]


def _invented(book: Book, row: Row) -> list[tuple[str, Values, str]]:
    """A deal from before the history: the first stage when it was made, then how it ended."""
    every = [each for each in book.rows("stages") if each["pipeline_id"] == row["pipeline_id"]]
    last = next(each["stage_name"] for each in every if each["stage_id"] == row["stage_id"])
    record_type, by = book.ids[row["pipeline_id"]], book.user(row["rep_id"])
    names = {row["created_at"]: every[0]["stage_name"], row["closed_at"]: last}
    names.pop("", None)
    return [(at, {"StageName": each, "RecordTypeId": record_type}, by)
            for at, each in names.items()]  # fmt: skip


def _joined(
    steps: list[tuple[str, Values, str]], changes: dict[str, Values]
) -> list[tuple[str, str | None, Values]]:
    """Stage and other changes of one moment are one change, as one click on Save makes them."""
    left = dict(changes)
    joined: list[tuple[str, str | None, Values]] = []
    for place, (at, values, by) in enumerate(steps):
        is_last = place + 1 == len(steps) or steps[place + 1][0] != at
        joined.append((at, by, values | (left.pop(at, {}) if is_last else {})))
    joined += [(at, None, dict(values)) for at, values in left.items()]
    return joined


def _insert(book: Book, row: Row, first: Values) -> None:
    amount = number(row["amount"])
    product = book.id(row["product_id"])
    values: Values = {
        "Name": row["name"],
        "AccountId": book.id(row["account_id"]),
        "Amount": amount,
        "CloseDate": row["expected_close_date"] or row["created_at"][:10],
        "OwnerId": book.user(row["rep_id"]),
        "CurrencyIsoCode": row["currency"],
        "Type": label(row["deal_type"]),
        "LeadSource": label(row["lead_source"]),
        "CampaignId": book.id(row["campaign_id"]),
        "Competitor__c": row["competitor"] or None,
        "Budget__c": label(row["budget"]),
        "Authority__c": label(row["authority"]),
        "Need__c": label(row["need"]),
        "Timeline__c": label(row["timeline"]),
        "HasOpportunityLineItem": product is not None,
    } | first
    deal_id = row["deal_id"]
    book.ids[deal_id] = opportunity = book.store.insert("Opportunity", values, values["OwnerId"])
    if product is not None:
        record = book.store.get("Product2", product)
        book.ids[f"{deal_id} item"] = book.store.insert("OpportunityLineItem", {
            "OpportunityId": opportunity, "Product2Id": product, "Name": record["Name"],
            "ProductCode": record["ProductCode"], "Quantity": 1.0,
            "UnitPrice": values["Amount"], "TotalPrice": values["Amount"],
            "CurrencyIsoCode": row["currency"],
        })  # fmt: skip


def _update(book: Book, deal_id: str, values: Values, by: str | None) -> None:
    opportunity = book.ids[deal_id]
    owner = book.store.get("Opportunity", opportunity)["OwnerId"]
    book.store.update("Opportunity", opportunity, values, by or owner)
    item = book.id(f"{deal_id} item")
    if item is not None and "Amount" in values:
        price = {"UnitPrice": values["Amount"], "TotalPrice": values["Amount"]}
        book.store.update("OpportunityLineItem", item, price, by or owner)


def _add_end(book: Book, row: Row) -> None:
    """Deletions. Salesforce merges no opportunities: the loser says where it went, and goes."""
    deal_id = row["deal_id"]

    def delete() -> None:
        survivor = book.id(row["merged_into_deal_id"])
        if survivor is not None:
            book.store.update("Opportunity", book.ids[deal_id], {"Merged_Into__c": survivor})
        book.store.delete("Opportunity", book.ids[deal_id])

    ended_at = row["deleted_at"] or row["merged_at"]
    if ended_at:
        book.timeline.add(ended_at, 5, delete)
