"""The rows that Salesforce writes by itself when a record changes.

Two kinds. OpportunityHistory holds the values after each change of stage, amount, probability or
close date, and needs no switching on. Field history holds one change of one tracked field, two rows
if the field is a reference: one with names, one with ids.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from demo.servers.salesforce.objects import OBJECTS

Record = dict[str, Any]

STAGE_HISTORY_FIELDS = ("StageName", "Amount", "Probability", "CloseDate")
# The object with the history, and its reference back.
FIELD_HISTORY = {"Opportunity": "OpportunityFieldHistory", "Lead": "LeadHistory"}
# What goes to the recycle bin and comes back with a record.
CHILDREN = {
    "Opportunity": ("OpportunityHistory", "OpportunityFieldHistory", "OpportunityLineItem"),
    "Lead": ("LeadHistory", "CampaignMember"),
}
TRACKED = {
    "Opportunity": ("StageName", "Amount", "CloseDate", "OwnerId", "ForecastCategoryName"),
    "Lead": ("Status", "OwnerId"),
}


def stage_history(before: Mapping[str, Any], after: Mapping[str, Any]) -> Record | None:
    """The OpportunityHistory row of a change, or None if nothing changed that it is about."""
    if before and all(before.get(name) == after.get(name) for name in STAGE_HISTORY_FIELDS):
        return None
    copied = ("StageName", "Amount", "ExpectedRevenue", "CloseDate", "Probability",
              "ForecastCategory", "CurrencyIsoCode")  # fmt: skip
    row = {name: after.get(name) for name in copied}
    row |= {"PrevAmount": before.get("Amount"), "PrevCloseDate": before.get("CloseDate")}
    return row | {"OpportunityId": after["Id"]}


def field_history(
    sobject: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[Record]:
    """The field history rows of a change; `names` gives the name of what an id points at."""
    parent = {f"{sobject}Id": after["Id"]}
    if not before:
        yield parent | {"Field": "created", "DataType": "Text", "OldValue": None, "NewValue": None}
        return
    if after.get("IsConverted") and not before.get("IsConverted"):
        yield parent | {"Field": "leadConverted", "DataType": "Text"}
    for name in TRACKED[sobject]:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        field = OBJECTS[sobject].fields[name]
        row = parent | {"Field": field.relationship or name, "DataType": field.history_type}
        if field.refers_to:
            yield row | {
                "DataType": "Text",
                "OldValue": names.get(old or ""),
                "NewValue": names.get(new or ""),
            }
        yield row | {"OldValue": old, "NewValue": new}
