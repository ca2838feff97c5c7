{{ stage_entity("tryton", "campaigns", "campaigns", {
    "campaign_id": "id",
    "name": "record.name",
}) }}
