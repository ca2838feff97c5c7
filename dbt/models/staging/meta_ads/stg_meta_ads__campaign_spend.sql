{{ stage_entity("meta_ads", "campaign_spend", "campaign_days", {
    "campaign_id": "campaign_id",
    "spend_date": "date_start",
    "spend": "spend",
    "currency": "account_currency",
    "impressions": "impressions",
    "clicks": "clicks",
}) }}
