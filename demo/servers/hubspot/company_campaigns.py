"""Campaigns with one spend item per month, as somebody would type them in."""

import uuid
from collections import defaultdict
from pathlib import Path

from demo.servers.hubspot.clock import from_text
from demo.servers.hubspot.export_rows import filled, number, rows
from demo.servers.hubspot.marketing_store import Campaign, Money
from demo.servers.hubspot.store import Store

NAMESPACE = uuid.UUID("2f0f4c1e-6f0a-4b8e-9a53-0d5c7f1f6f11")


def campaign_uuid(demo_id: str) -> str:
    """The portal's id of a campaign, empty for no campaign."""
    return str(uuid.uuid5(NAMESPACE, demo_id)) if demo_id else ""


def add_campaigns(store: Store, export: Path, end: int) -> None:
    """The company's campaigns: marketing is one, whatever the teams."""
    spend: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(export, "campaign_spend"):
        if from_text(row["spend_date"]) <= end:
            spend[row["campaign_id"], row["spend_date"][:7]] += float(row["spend"])
    for row in rows(export, "campaigns"):
        campaign_id, at = row["campaign_id"], from_text(row["started_on"])
        if at > end:
            continue
        first = number(campaign_id) * 100
        months = [(month, total) for (id_, month), total in spend.items() if id_ == campaign_id]
        items = [
            Money(first + n, month, round(total, 2), from_text(f"{month}-01"))
            for n, (month, total) in enumerate(sorted(months), start=1)
        ]
        properties = {
            "hs_name": row["name"],
            "hs_start_date": row["started_on"],
            "hs_end_date": row["ended_on"],
            "hs_currency_code": row["currency"],
            "hs_utm": campaign_id,
            "hs_campaign_status": "in_progress",
            "hs_budget_items_sum_amount": row["budget"],
            "hs_spend_items_sum_amount": str(round(sum(item.amount for item in items), 2)),
        }
        store.marketing.campaigns.append(
            Campaign(
                id=campaign_uuid(campaign_id),
                properties=filled(properties),
                created_at=at,
                updated_at=max([at, *(item.created_at for item in items)]),
                budget=[Money(first, "Budget", float(row["budget"]), at)],
                spend=items,
            )
        )
