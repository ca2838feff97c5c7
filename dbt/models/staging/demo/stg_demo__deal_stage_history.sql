{{ stage_entity("demo", "deal_stage_history") }}
