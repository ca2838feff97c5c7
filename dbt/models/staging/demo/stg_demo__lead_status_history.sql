{{ stage_entity("demo", "lead_status_history") }}
