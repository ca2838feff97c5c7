{{ stage_entity("salesforce", "products", "product2", {
    "product_id": "Id",
    "name": "Name",
    "family": "Family",
    "currency": "CurrencyIsoCode",
}) }}
