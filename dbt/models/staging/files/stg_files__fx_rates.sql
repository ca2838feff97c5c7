{{ stage_entity("files", "fx_rates") }}
