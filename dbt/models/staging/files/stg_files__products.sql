{{ stage_entity("files", "products") }}
