{{ stage_entity("files", "survey_responses") }}
