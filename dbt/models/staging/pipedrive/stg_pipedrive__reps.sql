{{ stage_entity("pipedrive", "reps", "users", {
    "rep_id": "id",
    "name": "name",
    "email": "email",
    "is_active": "active_flag",
}) }}
