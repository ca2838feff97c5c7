{{ stage_entity("files", "deal_field_history") }}
