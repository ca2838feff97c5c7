{{ stage_entity("files", "content") }}
