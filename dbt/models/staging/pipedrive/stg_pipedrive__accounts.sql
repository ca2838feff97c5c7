{{ stage_entity("pipedrive", "accounts", "organizations", {
    "account_id": "id",
    "name": "name",
    "employee_count": "employee_count",
    "annual_revenue": "annual_revenue",
    "country": "address.country",
    "created_at": "add_time",
}) }}
