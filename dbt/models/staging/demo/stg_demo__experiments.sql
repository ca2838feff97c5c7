{{ stage_entity("demo", "experiments") }}
