{{ stage_entity("files", "deals") }}
