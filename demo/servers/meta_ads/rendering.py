"""Accounts, campaigns and insights as Meta sends them: numbers as texts, budgets in minor units."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from demo.servers.campaign_days import Result
from demo.servers.meta_ads.store import Account, Campaign

# Of these Meta counts whole units.
WITHOUT_CENTS = {"CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"}


def account(found: Account) -> dict[str, Any]:
    """The node of an ad account."""
    return {
        "id": f"act_{found.id}",
        "account_id": str(found.id),
        "name": found.name,
        "currency": found.currency,
        "timezone_name": found.time_zone,
        "account_status": 1,
    }


def campaign(found: Campaign, owner: Account) -> dict[str, Any]:
    """A campaign as the edge lists it."""
    minor = found.budget * (1 if owner.currency in WITHOUT_CENTS else 100)
    began = _moment(found.started_on, time.min, owner)
    rendered = {
        "id": str(found.id),
        "account_id": str(owner.id),
        "name": found.name,
        "objective": "OUTCOME_LEADS",
        "status": found.status,
        "effective_status": found.status,
        "start_time": began,
        "created_time": began,
        "updated_time": began,
    }
    if found.ended_on is None:
        return rendered | {"daily_budget": str(int(minor))}
    ended = _moment(found.ended_on, time(23, 59, 59), owner)
    return rendered | {"stop_time": ended, "lifetime_budget": str(int(minor))}


def insight(found: Campaign, owner: Account, day: date, result: Result) -> dict[str, Any]:
    """What a campaign did on a day."""
    return {
        "account_id": str(owner.id),
        "account_currency": owner.currency,
        "campaign_id": str(found.id),
        "campaign_name": found.name,
        "spend": str(result.spend),
        "impressions": str(result.impressions),
        "clicks": str(result.clicks),
        "inline_link_clicks": str(result.clicks),
        "actions": [{"action_type": "link_click", "value": str(result.clicks)}],
        "date_start": day.isoformat(),
        "date_stop": day.isoformat(),
    }


def _moment(day: date, at: time, owner: Account) -> str:
    return datetime.combine(day, at, ZoneInfo(owner.time_zone)).strftime("%Y-%m-%dT%H:%M:%S%z")
