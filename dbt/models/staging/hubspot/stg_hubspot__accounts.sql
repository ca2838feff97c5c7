{{ stage_entity("hubspot", "accounts", "companies", {
    "account_id": "id",
    "name": "properties.name",
    "industry": "properties.industry",
    "employee_count": "properties.numberofemployees",
    "annual_revenue": "properties.annualrevenue",
    "country": "properties.country",
    "parent_account_id": "properties.hs_parent_company_id",
    "created_at": "properties.createdate",
}) }}
