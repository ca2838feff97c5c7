{{ stage_entity("demo", "survey_responses") }}
