{{ stage_entity("demo", "deal_field_history") }}
