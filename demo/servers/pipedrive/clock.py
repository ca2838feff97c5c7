"""The company's own clock, in whole seconds as the API tells time."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """Stands still until a test moves it; back is allowed, as a past is written in any order."""

    def __init__(self, now: datetime = START) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        """Move to a moment; without offset it is UTC."""
        self.now = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
        self.text = to_text(self.now)

    def advance(self, seconds: float) -> None:
        self.set(self.now + timedelta(seconds=seconds))


def to_text(moment: datetime) -> str:
    """As the second version of the API writes it: of one width, so that texts compare as times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_old_text(text: str) -> str:
    """The same as the first version writes it: UTC, and does not say so."""
    return text.replace("T", " ").removesuffix("Z")
