{{ stage_entity("demo", "leads") }}
