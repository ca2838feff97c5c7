{{ stage_entity("demo", "content") }}
