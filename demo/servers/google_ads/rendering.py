"""Rows as Google sends them: names in camel case, whole numbers as texts, nothing for nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from demo.servers.campaign_days import Result
from demo.servers.google_ads.query import Query
from demo.servers.google_ads.store import Campaign, Customer, Store

MICROS = 1_000_000
# What some campaigns have for no end, from before that could be left out.
FOREVER = date(2037, 12, 30)


def rows(store: Store, customer: Customer, query: Query) -> Iterator[dict[str, Any]]:
    """What the query finds in an account."""
    if query.resource == "customer":
        yield _row(query, _customer(customer))
        return
    campaigns = {
        campaign.key: campaign
        for campaign in store.campaigns.values()
        if campaign.customer == customer.id
    }
    if not query.is_by_day:
        for campaign in campaigns.values():
            yield _row(query, _customer(customer) | _campaign(campaign))
        return
    assert query.days is not None
    for key, day, result in store.days.shown(store.today(customer), *query.days):
        if key in campaigns:
            parts = _customer(customer) | _campaign(campaigns[key]) | _result(day, result)
            yield _row(query, parts)


def _row(query: Query, parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in query.fields:
        resource, name = field.split(".")
        part = row.setdefault(_camel(resource), {})
        if "resource_name" in parts[resource]:
            part["resourceName"] = parts[resource]["resource_name"]
        if (value := parts[resource].get(name)) is not None:
            part[_camel(name)] = value
    return row


def _customer(customer: Customer) -> dict[str, dict[str, Any]]:
    return {
        "customer": {
            "resource_name": f"customers/{customer.id}",
            "id": str(customer.id),
            "descriptive_name": customer.name,
            "currency_code": customer.currency,
            "time_zone": customer.time_zone,
            "manager": customer.is_manager,
        }
    }


def _campaign(campaign: Campaign) -> dict[str, dict[str, Any]]:
    micros = str(int(campaign.budget * MICROS))
    is_open = campaign.ended_on in (None, FOREVER)
    ends = None if campaign.ended_on is None else f"{campaign.ended_on} 23:59:59"
    budget = {"period": "DAILY", "amount_micros": micros}
    if not is_open:
        budget = {"period": "CUSTOM_PERIOD", "total_amount_micros": micros}
    name = f"customers/{campaign.customer}/campaigns/{campaign.id}"
    return {
        "campaign": {
            "resource_name": name,
            "id": str(campaign.id),
            "name": campaign.name,
            "status": campaign.status,
            "advertising_channel_type": campaign.channel_type,
            "start_date_time": f"{campaign.started_on} 00:00:00",
            "end_date_time": ends,
        },
        "campaign_budget": {
            "resource_name": name.replace("campaigns", "campaignBudgets"),
            **budget,
        },
    }


def _result(day: date, result: Result) -> dict[str, dict[str, Any]]:
    return {
        "segments": {"date": day.isoformat()},
        "metrics": {
            "cost_micros": str(int(result.spend * MICROS)),
            "impressions": str(result.impressions),
            "clicks": str(result.clicks),
            "conversions": round(result.clicks * 0.04, 2),
            "conversions_value": 0,
        },
    }


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
