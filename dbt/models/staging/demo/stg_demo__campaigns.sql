{{ stage_entity("demo", "campaigns") }}
