{{ stage_entity("files", "accounts") }}
