{{ stage_entity("files", "leads") }}
