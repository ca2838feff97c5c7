{{ stage_entity("demo", "reps") }}
