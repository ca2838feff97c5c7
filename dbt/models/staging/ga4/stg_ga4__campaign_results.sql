-- No entity of ours: what these visits cost is in the spend of the platforms that sent them.
{{ stage_entity("ga4", "web_results", "campaign_results", {
    "property_id": "property",
    "result_date": "date",
    "time_zone": "time_zone",
    "campaign_id": "dimensions.sessionCampaignId",
    "campaign_name": "dimensions.sessionCampaignName",
    "channel_group": "dimensions.sessionDefaultChannelGroup",
    "sessions": "metrics.sessions",
    "engaged_sessions": "metrics.engagedSessions",
    "key_events": "metrics.keyEvents",
    "ad_cost": "metrics.advertiserAdCost",
    "currency": "currency",
    "ad_impressions": "metrics.advertiserAdImpressions",
    "ad_clicks": "metrics.advertiserAdClicks",
}) }}
