{{ stage_entity("mailchimp", "mailing_results", "reports", {
    "campaign_id": "id",
    "sent_at": "send_time",
    "emails_sent": "emails_sent",
    "opens": "opens.opens_total",
    "unique_opens": "opens.unique_opens",
    "clicks": "clicks.clicks_total",
    "unique_clicks": "clicks.unique_subscriber_clicks",
    "unsubscribed": "unsubscribed",
    "hard_bounces": "bounces.hard_bounces",
    "soft_bounces": "bounces.soft_bounces",
    "abuse_reports": "abuse_reports",
}) }}
