{{ stage_entity("files", "orders") }}
