"""When people work: the settings `JALUR_BUSINESS_DAYS` and `JALUR_BUSINESS_HOURS`."""

import re

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)")


def parse_business_days(text: str) -> tuple[int, ...]:
    """`mon, tue, fri` as ISO numbers (1, 2, 5); `ValueError` where a name is no day."""
    names = [name.strip().lower()[:3] for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in _DAYS]
    if unknown or not names:
        raise ValueError(f"'{text}' must list days out of {', '.join(_DAYS)}")
    return tuple(sorted({_DAYS.index(name) + 1 for name in names}))


def parse_business_hours(text: str) -> tuple[float, float]:
    """`09:00-17:30` as hours after midnight (9.0, 17.5), at most 24:00; else `ValueError`."""
    match = _HOURS.fullmatch(text.strip())
    if match:
        opens, closes = (int(match[i]) + int(match[i + 1]) / 60 for i in (1, 3))
        if opens < closes <= 24:
            return opens, closes
    raise ValueError(f"'{text}' must be like 09:00-17:30, opening before it closes")
