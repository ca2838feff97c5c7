{{ stage_entity("demo", "touchpoints") }}
