"""The account itself, and how much of the day's calls its private apps have used."""

from datetime import UTC, timedelta
from typing import Any

from demo.servers.hubspot.call import Call
from demo.servers.hubspot.clock import to_moment, to_ms, to_text


def details(call: Call) -> tuple[int, Any]:
    """Currencies and time zone of the account."""
    return 200, {
        "portalId": call.portal.portal_id,
        "accountType": "STANDARD",
        "timeZone": "Etc/UTC",
        "companyCurrency": "USD",
        "additionalCurrencies": ["EUR", "GBP", "IDR"],
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


def daily_usage(call: Call) -> tuple[int, Any]:
    """Calls of today and their limit; the count includes this call."""
    now = to_moment(call.store.clock.now()).astimezone(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": call.portal.limits.daily,
        "currentUsage": call.portal.limits.used_today,
        "collectedAt": to_text(to_ms(now)),
        "fetchStatus": "SUCCESS",
        "resetsAt": to_text(to_ms(midnight)),
    }
    return 200, {"results": [usage]}
