{{ stage_entity("demo", "activities") }}
