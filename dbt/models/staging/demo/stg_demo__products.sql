{{ stage_entity("demo", "products") }}
