{{ stage_entity("salesforce", "campaigns", "campaign", {
    "campaign_id": "Id",
    "name": "Name",
    "channel": "Type",
    "started_on": "StartDate",
    "ended_on": "EndDate",
    "budget": "BudgetedCost",
    "currency": "CurrencyIsoCode",
}) }}
