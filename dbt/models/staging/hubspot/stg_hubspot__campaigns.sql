{{ stage_entity("hubspot", "campaigns", "campaigns", {
    "campaign_id": "id",
    "name": "properties.hs_name",
    "started_on": "properties.hs_start_date",
    "ended_on": "properties.hs_end_date",
    "budget": "properties.hs_budget_items_sum_amount",
    "currency": "properties.hs_currency_code",
}) }}
