{{ stage_entity("files", "lead_status_history") }}
