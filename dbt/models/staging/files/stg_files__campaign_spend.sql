{{ stage_entity("files", "campaign_spend") }}
