{{ stage_entity("salesforce", "accounts", "account", {
    "account_id": "Id",
    "name": "Name",
    "industry": "Industry",
    "employee_count": "NumberOfEmployees",
    "annual_revenue": "AnnualRevenue",
    "country": "BillingCountry",
    "parent_account_id": "ParentId",
    "created_at": "CreatedDate",
}) }}
