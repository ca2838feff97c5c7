{{ stage_entity("files", "quotas") }}
