{{ stage_entity("files", "stages") }}
