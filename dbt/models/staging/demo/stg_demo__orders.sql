{{ stage_entity("demo", "orders") }}
