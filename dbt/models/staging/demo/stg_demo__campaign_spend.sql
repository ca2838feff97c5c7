{{ stage_entity("demo", "campaign_spend") }}
