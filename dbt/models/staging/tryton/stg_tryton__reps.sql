with

{{ tryton_texts(
    "employees",
    {
        "rep_id": "id",
        "name": ("record", "party.", "name"),
        "email": ("record", "party.", "email"),
        "manager_id": "record.supervisor",
        "is_active": "record.active",
    },
    {"hired_on": "record.start_date"},
) }},

{{ typed_versions(
    "reps", ["rep_id", "name", "email", "manager_id", "is_active", "hired_on"], "texts"
) }}
