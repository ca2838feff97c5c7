{{ stage_entity("demo", "quotas") }}
