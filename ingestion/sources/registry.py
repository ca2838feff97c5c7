"""The sources that there are, and the tables that each lands."""

from ingestion.contract import ENTITIES, Entity

# Sources over an API land their streams as these send them; the others land the shape of `files`.
STREAMS: dict[str, tuple[str, ...]] = {
    "hubspot": (
        "pipelines",
        "owners",
        "companies",
        "contacts",
        "deals",
        "deal_companies",
        "deal_contacts",
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
}


def landed_entities(source: str) -> dict[str, Entity]:
    """What a source lands, by table; of a stream nothing is declared but its name."""
    if source in STREAMS:
        return {name: Entity(name, (), ()) for name in STREAMS[source]}
    return ENTITIES
