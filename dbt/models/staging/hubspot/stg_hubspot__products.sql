{{ stage_entity("hubspot", "products", "products", {
    "product_id": "id",
    "name": "properties.name",
    "family": "properties.hs_product_type",
    "list_price": "properties.price",
}) }}
