{{ stage_entity("demo", "fx_rates") }}
