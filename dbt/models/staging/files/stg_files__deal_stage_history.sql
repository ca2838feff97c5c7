{{ stage_entity("files", "deal_stage_history") }}
