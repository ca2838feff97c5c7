{{ stage_entity("tryton", "accounts", "parties", {
    "account_id": "id",
    "name": "record.name",
    "created_at": "created_at",
}) }}
