{{ stage_entity("files", "touchpoints") }}
