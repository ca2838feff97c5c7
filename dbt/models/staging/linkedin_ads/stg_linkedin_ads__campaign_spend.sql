{{ stage_entity("linkedin_ads", "campaign_spend", "campaign_days", {
    "campaign_id": "campaign",
    "spend_date": "date",
    "spend": "result.costInLocalCurrency",
    "currency": "currency",
    "impressions": "result.impressions",
    "clicks": "result.clicks",
}) }}
