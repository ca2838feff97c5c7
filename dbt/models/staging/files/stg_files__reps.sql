{{ stage_entity("files", "reps") }}
