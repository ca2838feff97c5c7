{{ stage_entity("demo", "accounts") }}
