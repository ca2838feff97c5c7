"""The sources that there are, and the tables that each lands."""

from ingestion.contract import ENTITIES, Entity

# Where these are read, a folder of files may lack deals and stages: theirs are there.
CRMS = frozenset({"hubspot", "pipedrive", "salesforce", "tryton"})
# Sources over an API land their streams as these send them; the others land the shape of `files`.
STREAMS: dict[str, tuple[str, ...]] = {
    "ga4": ("campaign_results",),
    "google_ads": ("customers", "campaigns", "campaign_days"),
    "hubspot": (
        "pipelines",
        "owners",
        "companies",
        "contacts",
        "products",
        "deals",
        "line_items",
        "calls",
        "emails",
        "meetings",
        "notes",
        "tasks",
        "campaigns",
        "marketing_emails",
        "forms",
        "deal_companies",
        "deal_contacts",
        "line_item_deals",
        "activity_deals",
        "activity_contacts",
        "campaign_budgets",
        "form_submissions",
    ),
    "linkedin_ads": ("ad_accounts", "campaigns", "campaign_days"),
    "mailchimp": ("campaigns", "reports"),
    "meta_ads": ("ad_accounts", "campaigns", "campaign_days"),
    "pipedrive": (
        "users",
        "pipelines",
        "stages",
        "organizations",
        "persons",
        "products",
        "deals",
        "deal_changelogs",
        "deal_products",
        "activities",
    ),
    "salesforce": (
        "user",
        "opportunity_stage",
        "record_type",
        "account",
        "contact",
        "campaign",
        "product2",
        "opportunity",
        "opportunity_line_item",
        "opportunity_history",
        "opportunity_field_history",
        "lead",
        "lead_history",
        "campaign_member",
        "task",
        "event",
    ),
    "tryton": (
        "stages",
        "employees",
        "campaigns",
        "parties",
        "opportunity_revisions",
    ),
}


def landed_entities(source: str) -> dict[str, Entity]:
    """What a source lands, by table; of a stream nothing is declared but its name."""
    if source in STREAMS:
        return {name: Entity(name, (), ()) for name in STREAMS[source]}
    return ENTITIES
