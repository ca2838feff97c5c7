{{ stage_entity("demo", "deals") }}
