"""The part of Google's query language that is spoken here: fields of one resource, and its days."""

import re
from dataclasses import dataclass
from datetime import date

from demo.servers.google_ads.errors import invalid

QUERY = re.compile(
    r"\s*SELECT\s+(?P<fields>[\w.,\s]+?)\s+FROM\s+(?P<resource>\w+)"
    r"(\s+WHERE\s+segments\.date\s+BETWEEN\s+'(?P<first>[\d-]+)'\s+AND\s+'(?P<last>[\d-]+)')?\s*",
)
CUSTOMER = {
    "customer.id",
    "customer.descriptive_name",
    "customer.currency_code",
    "customer.time_zone",
    "customer.manager",
}
CAMPAIGN = {
    "campaign.id",
    "campaign.name",
    "campaign.status",
    "campaign.advertising_channel_type",
    "campaign.start_date_time",
    "campaign.end_date_time",
    "campaign_budget.period",
    "campaign_budget.amount_micros",
    "campaign_budget.total_amount_micros",
    "segments.date",
    "metrics.cost_micros",
    "metrics.impressions",
    "metrics.clicks",
    "metrics.conversions",
    "metrics.conversions_value",
}
FIELDS = {"customer": CUSTOMER, "campaign": CUSTOMER | CAMPAIGN}


@dataclass(frozen=True)
class Query:
    """What was asked for; the days are None where it was not asked by day."""

    resource: str
    fields: tuple[str, ...]
    days: tuple[date, date] | None

    @property
    def is_by_day(self) -> bool:
        return "segments.date" in self.fields


def read_query(text: str) -> Query:
    """Raises ApiError as Google does: one unknown field refuses the whole query."""
    match = QUERY.fullmatch(text)
    if match is None or match["resource"] not in FIELDS:
        raise invalid("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", "Error in query: cannot be read.")
    fields = tuple(name.strip() for name in match["fields"].split(","))
    for name in fields:
        if name not in FIELDS[match["resource"]]:
            raise invalid("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
    days = None
    if match["first"]:
        try:
            days = date.fromisoformat(match["first"]), date.fromisoformat(match["last"])
        except ValueError:
            raise invalid("BAD_VALUE", "Invalid date.") from None
    query = Query(match["resource"], fields, days)
    if query.is_by_day and days is None:
        raise invalid("MISSING_FINITE_DATE_FILTER", "The date must be filtered by a range.")
    return query
