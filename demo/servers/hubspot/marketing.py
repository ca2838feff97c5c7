"""Campaigns with budget and spend, marketing emails with statistics, forms with submissions."""

from typing import Any, TypeVar

from demo.servers.hubspot.call import Call, missing
from demo.servers.hubspot.clock import to_text
from demo.servers.hubspot.errors import invalid
from demo.servers.hubspot.marketing_store import Asset, Campaign, Money, Submission
from demo.servers.hubspot.rendering import next_page

Item = TypeVar("Item", Campaign, Asset, Submission)


def list_campaigns(call: Call) -> tuple[int, Any]:
    """A page of campaigns; without `properties` they come with none."""
    call.require("marketing.campaigns.read")
    campaigns = call.store.marketing.campaigns
    page, paging = _page(call, campaigns, call.number("limit", 50, 100))
    return 200, {"total": len(campaigns), "results": [_campaign(call, c) for c in page]} | paging


def read_campaign(call: Call) -> tuple[int, Any]:
    """One campaign."""
    return 200, _campaign(call, _named(call))


def budget_totals(call: Call) -> tuple[int, Any]:
    """Budget and spend items of a campaign and their sums."""
    campaign = _named(call)
    budget = sum(item.amount for item in campaign.budget)
    spend = sum(item.amount for item in campaign.spend)
    return 200, {
        "currencyCode": campaign.properties.get("hs_currency_code", "USD"),
        "budgetItems": [_money(*each) for each in enumerate(campaign.budget)],
        "spendItems": [_money(*each) for each in enumerate(campaign.spend)],
        "budgetTotal": budget,
        "spendTotal": round(spend, 2),
        "remainingBudget": round(budget - spend, 2),
    }


def list_emails(call: Call) -> tuple[int, Any]:
    """A page of marketing emails, with `includeStats` also with what became of them."""
    call.require("content", "marketing-email", "transactional-email")
    return _assets(call, call.store.marketing.emails, 100)


def list_forms(call: Call) -> tuple[int, Any]:
    """A page of forms."""
    call.require("forms")
    return _assets(call, call.store.marketing.forms, 50)


def list_submissions(call: Call) -> tuple[int, Any]:
    """A page of what was sent with a form, newest first."""
    call.require("forms", "forms-uploaded-files")
    form_id = call.path["form_id"]
    if all(form.id != form_id for form in call.store.marketing.forms):
        raise missing(f"form {form_id}")
    sent = [each for each in call.store.marketing.submissions if each.form_id == form_id]
    sent.sort(key=lambda each: each.at, reverse=True)
    page, paging = _page(call, sent, call.number("limit", 20, 50))
    results = [
        {
            "conversionId": each.id,
            "submittedAt": each.at,
            "values": [
                {"name": name, "value": value, "objectTypeId": "0-1"}
                for name, value in each.values.items()
            ],
            "pageUrl": each.page_url,
        }
        for each in page
    ]
    return 200, {"results": results} | paging


def _assets(call: Call, assets: list[Asset], most: int) -> tuple[int, Any]:
    archived = call.flag("archived")
    live = [each for each in assets if each.archived is archived]
    page, paging = _page(call, live, call.number("limit", min(most, 20), most))
    results = [_asset(call, each) for each in page]
    return 200, {"total": len(live), "results": results} | paging


def _asset(call: Call, asset: Asset) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": asset.id,
        "name": asset.name,
        "createdAt": to_text(asset.created_at),
        "updatedAt": to_text(asset.updated_at),
        "archived": asset.archived,
        **asset.details,
    }
    if call.flag("includeStats"):
        shown["stats"] = {"counters": asset.counters, "ratios": {}}
    wanted = call.names("includedProperties")
    return {name: shown[name] for name in shown if not wanted or name in {"id", *wanted}}


def _page(call: Call, items: list[Item], limit: int) -> tuple[list[Item], dict[str, Any]]:
    after = call.query.get("after") or "0"
    if not after.isdigit():
        raise invalid(f"after is not a cursor that was given out: {after}")
    end = int(after) + limit
    more = {"paging": next_page(call.base_url, str(end))} if end < len(items) else {}
    return items[int(after) : end], more


def _named(call: Call) -> Campaign:
    call.require("marketing.campaigns.read")
    for campaign in call.store.marketing.campaigns:
        if campaign.id == call.path["campaign_id"]:
            return campaign
    raise missing(f"campaign {call.path['campaign_id']}")


def _campaign(call: Call, campaign: Campaign) -> dict[str, Any]:
    names = call.names("properties")
    return {
        "id": campaign.id,
        "properties": {n: campaign.properties[n] for n in names if n in campaign.properties},
        "createdAt": to_text(campaign.created_at),
        "updatedAt": to_text(campaign.updated_at),
    }


def _money(order: int, item: Money) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "name": item.name,
        "amount": item.amount,
        "order": order,
        "createdAt": item.created_at,
        "updatedAt": item.created_at,
    }
