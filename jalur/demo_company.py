"""What the settings know of the demo company: its platforms, and its own fields in them."""

# Served by the demo itself while one of them is extracted.
DEMO_PLATFORMS = (
    "hubspot",
    "salesforce",
    "google_ads",
    "meta_ads",
    "linkedin_ads",
    "ga4",
    "mailchimp",
)
# Who sets one of these has an account of their own there.
KEYS_OF_PLATFORMS = (
    "hubspot_token",
    "salesforce_client_id",
    "google_ads_customers",
    "meta_ads_token",
    "linkedin_ads_token",
    "ga4_properties",
    "mailchimp_key",
)
_OF_DEALS = (
    "competitor", "lead_source", "campaign_id", "deal_type", "budget", "authority", "need",
    "timeline",
)  # fmt: skip
DEMO_HUBSPOT_FIELDS = ", ".join(
    [
        *(f"deals.{name}={name}" for name in _OF_DEALS),
        "leads.source=lead_source",
        "leads.campaign_id=campaign_id",
        "products.family=description",
        "activities.outcome=outcome",
        "activities.objection=objection",
    ]
)
