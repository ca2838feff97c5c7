"""The types of objects that are read from HubSpot, each with its properties."""

from dataclasses import replace

from ingestion.sources.hubspot.object_calls import ObjectType
from jalur.own_fields import OwnFields

DEALS = ObjectType(
    "deals",
    properties=(
        "dealname", "dealstage", "pipeline", "amount", "deal_currency_code", "createdate",
        "closedate", "hubspot_owner_id", "hs_manual_forecast_category", "closed_lost_reason",
        "dealtype", "hs_analytics_source", "hs_is_closed", "hs_lastmodifieddate",
        "hs_merged_object_ids",
    ),
    history=(
        "dealstage", "pipeline", "amount", "closedate", "hubspot_owner_id",
        "hs_manual_forecast_category", "hs_merged_object_ids",
    ),
)  # fmt: skip
CONTACTS = ObjectType(
    "contacts",
    properties=(
        "createdate", "lastmodifieddate", "lifecyclestage", "hs_lead_status", "email",
        "hs_analytics_source", "hubspot_owner_id", "company", "jobtitle", "industry", "country",
        "hs_merged_object_ids",
    ),
    history=("lifecyclestage", "hs_lead_status"),
    modified="lastmodifieddate",
)  # fmt: skip
COMPANIES = ObjectType(
    "companies",
    properties=(
        "name", "industry", "numberofemployees", "annualrevenue", "country", "createdate",
        "hs_lastmodifieddate", "hs_parent_company_id",
    ),
)  # fmt: skip


PRODUCTS = ObjectType(
    "products",
    properties=("name", "price", "hs_sku", "hs_product_type", "createdate", "hs_lastmodifieddate"),
    rests=True,
    is_slow=True,
)
LINE_ITEMS = ObjectType(
    "line_items",
    properties=(
        "name", "hs_product_id", "hs_sku", "quantity", "price", "amount", "createdate",
        "hs_line_item_currency_code", "hs_lastmodifieddate",
    ),
    rests=True,
)  # fmt: skip
# What people wrote is not read: no subjects, no bodies.
ENGAGEMENTS = (
    ObjectType(
        "calls",
        properties=(
            "hs_timestamp", "hubspot_owner_id", "hs_call_duration", "hs_call_disposition",
            "hs_call_status", "hs_call_direction", "hs_activity_type", "hs_lastmodifieddate",
        ),
        rests=True,
    ),
    ObjectType(
        "emails",
        properties=(
            "hs_timestamp", "hubspot_owner_id", "hs_email_direction", "hs_email_status",
            "hs_lastmodifieddate",
        ),
        rests=True,
    ),
    ObjectType(
        "meetings",
        properties=(
            "hs_timestamp", "hubspot_owner_id", "hs_meeting_start_time", "hs_meeting_end_time",
            "hs_meeting_outcome", "hs_activity_type", "hs_lastmodifieddate",
        ),
        rests=True,
    ),
    ObjectType(
        "notes", properties=("hs_timestamp", "hubspot_owner_id", "hs_lastmodifieddate"), rests=True
    ),
    ObjectType(
        "tasks",
        properties=(
            "hs_timestamp", "hubspot_owner_id", "hs_task_status", "hs_task_type",
            "hs_task_completion_date", "hs_lastmodifieddate",
        ),
        rests=True,
    ),
)  # fmt: skip
# What each type is called here.
_ENTITIES = {
    "deals": "deals", "contacts": "leads", "companies": "accounts", "products": "products",
}  # fmt: skip


def with_own(kind: ObjectType, own: OwnFields) -> ObjectType:
    """A type with the properties that a company takes columns from.

    Those of activities are whatever it defined for any kind of them, and read anyway.
    """
    entity = _ENTITIES.get(kind.name)
    return replace(kind, own=tuple(own.get(entity, {}).values())) if entity else kind
