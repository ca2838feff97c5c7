{{ stage_entity("demo", "stages") }}
