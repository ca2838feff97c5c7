{{ stage_entity("files", "experiments") }}
