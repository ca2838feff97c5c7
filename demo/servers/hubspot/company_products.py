"""The price list, and each deal's one line item."""

from pathlib import Path

from demo.servers.hubspot.clock import from_text
from demo.servers.hubspot.export_rows import LINE_ITEMS, PRODUCTS, Row, filled, rows
from demo.servers.hubspot.record import Record
from demo.servers.hubspot.store import Store

LISTED = from_text("2018-01-01")


def add_products(store: Store, export: Path) -> None:
    """The price list."""
    for position, row in enumerate(rows(export, "products")):
        properties = {
            "demo_id": row["product_id"],
            "name": row["name"],
            "hs_sku": row["product_id"],
            "price": row["list_price"],
            "description": row["family"],
        }
        store.put("products", Record(PRODUCTS + position, {}, LISTED, LISTED), properties)


def products_by_sku(store: Store) -> dict[str, int]:
    """Ids of products by what the demo calls them."""
    return {each.properties["hs_sku"]: each.id for each in store.after("products")}


def add_line_item(store: Store, row: Row, record: Record, skus: dict[str, int]) -> None:
    """What a deal is about, once, at the deal's amount; a product may be missing from the list."""
    sku, amount = row["product_id"], record.properties.get("amount", "")
    if not sku:
        return
    properties = {
        "name": sku,
        "hs_sku": sku,
        "hs_product_id": str(skus.get(sku, "")),
        "quantity": "1",
        "price": amount,
        "amount": amount,
        "hs_line_item_currency_code": row["currency"],
    }
    at = record.created_at
    item = Record(LINE_ITEMS + int(row["deal_id"][2:]), {}, at, at)
    store.put("line_items", item, filled(properties))
    store.associate("line_items", item.id, "deals", record.id)
