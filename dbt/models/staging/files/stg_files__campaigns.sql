{{ stage_entity("files", "campaigns") }}
