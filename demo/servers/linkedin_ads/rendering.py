"""Accounts, campaigns and results in the words of LinkedIn's API."""

from datetime import date, timedelta
from typing import Any

from demo.servers.campaign_days import Result
from demo.servers.linkedin_ads.store import Account, Campaign, milliseconds


def account(found: Account) -> dict[str, Any]:
    """An ad account."""
    return {
        "id": found.id,
        "name": found.name,
        "currency": found.currency,
        "status": "ACTIVE",
        "type": "BUSINESS",
        "test": False,
        "changeAuditStamps": {"created": {"time": 0}, "lastModified": {"time": 0}},
    }


def campaign(found: Campaign, currency: str) -> dict[str, Any]:
    """A campaign; its schedule ends before a moment, and is open where it has no end."""
    schedule = {"start": milliseconds(found.started_on)}
    if found.ended_on is not None:
        schedule["end"] = milliseconds(found.ended_on + timedelta(days=1))
    modified = milliseconds(found.modified_at)
    return {
        "id": found.id,
        "account": f"urn:li:sponsoredAccount:{found.account}",
        "name": found.name,
        "status": "ACTIVE" if found.ended_on is None else "COMPLETED",
        "type": "SPONSORED_UPDATES",
        "costType": "CPM",
        "runSchedule": schedule,
        "totalBudget": {"amount": str(found.budget), "currencyCode": currency},
        "changeAuditStamps": {"created": {"time": modified}, "lastModified": {"time": modified}},
    }


def analytics(campaign_id: int, day: date, result: Result) -> dict[str, Any]:
    """All that can be asked for of a campaign's day."""
    on = {"year": day.year, "month": day.month, "day": day.day}
    return {
        "pivotValues": [f"urn:li:sponsoredCampaign:{campaign_id}"],
        "dateRange": {"start": on, "end": dict(on)},
        "impressions": result.impressions,
        "clicks": result.clicks,
        "landingPageClicks": result.clicks,
        "costInLocalCurrency": str(result.spend),
        "costInUsd": str(result.spend),
        "externalWebsiteConversions": result.clicks // 40,
        "oneClickLeads": result.clicks // 50,
    }
