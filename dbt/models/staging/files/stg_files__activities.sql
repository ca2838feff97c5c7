{{ stage_entity("files", "activities") }}
