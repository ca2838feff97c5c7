"""Date literals: TODAY, LAST_N_DAYS:7 and their like, as spans of days in UTC."""

from datetime import date, timedelta

from demo.servers.salesforce.errors import malformed
from demo.servers.salesforce.moments import month_start

_DAY = timedelta(days=1)


def span(name: str, number: int, today: date) -> tuple[date, date]:
    """First day of the span and first day after it; MALFORMED_QUERY for a name nobody knows."""
    week = today - timedelta(days=(today.weekday() + 1) % 7)  # weeks begin on Sunday, as in the US
    month, quarter = month_start(today), month_start(today, -((today.month - 1) % 3))
    year = date(today.year, 1, 1)
    fixed = {
        "TODAY": (today, today + _DAY),
        "YESTERDAY": (today - _DAY, today),
        "TOMORROW": (today + _DAY, today + 2 * _DAY),
        "THIS_WEEK": (week, week + 7 * _DAY),
        "LAST_WEEK": (week - 7 * _DAY, week),
        "NEXT_WEEK": (week + 7 * _DAY, week + 14 * _DAY),
        "THIS_MONTH": (month, month_start(month, 1)),
        "LAST_MONTH": (month_start(month, -1), month),
        "NEXT_MONTH": (month_start(month, 1), month_start(month, 2)),
        "THIS_QUARTER": (quarter, month_start(quarter, 3)),
        "LAST_QUARTER": (month_start(quarter, -3), quarter),
        "NEXT_QUARTER": (month_start(quarter, 3), month_start(quarter, 6)),
        "THIS_YEAR": (year, month_start(year, 12)),
        "LAST_YEAR": (month_start(year, -12), year),
        "NEXT_YEAR": (month_start(year, 12), month_start(year, 24)),
        "LAST_90_DAYS": (today - 90 * _DAY, today + _DAY),
        "NEXT_90_DAYS": (today + _DAY, today + 91 * _DAY),
        # From that many days back to the end of today.
        "LAST_N_DAYS": (today - number * _DAY, today + _DAY),
        "NEXT_N_DAYS": (today + _DAY, today + (number + 1) * _DAY),
        "N_DAYS_AGO": (today - number * _DAY, today - (number - 1) * _DAY),
        "LAST_N_MONTHS": (month_start(month, -number), month),
        "NEXT_N_MONTHS": (month_start(month, 1), month_start(month, number + 1)),
        "LAST_N_YEARS": (month_start(year, -12 * number), year),
    }
    if name not in fixed:
        raise malformed(f"unexpected token: '{name}'")
    return fixed[name]
