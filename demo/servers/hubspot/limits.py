"""The limits of an account: per ten seconds, per day, and per second for searches."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from demo.servers.hubspot.errors import ApiError, rate_limited

WINDOW_SECONDS = 10


@dataclass
class Limits:
    """Switchable while running; None is no limit.

    The defaults are an enterprise account's. The windows go by real elapsed time, not by the
    portal's clock: a client that waits really waits.
    """

    burst: int | None = 190
    daily: int | None = 1_000_000
    searches_per_second: int | None = 5
    retry_after: int | None = None
    """Seconds in the header `Retry-After` of 429; not documented, so left out by default."""
    used_today: int = 0
    timer: Callable[[], float] = time.monotonic
    _calls: deque[float] = field(default_factory=deque)
    _searches: deque[float] = field(default_factory=deque)

    def take(self, is_search: bool) -> None:
        """Count a call; raises ApiError 429 when it is one too many. A refused call counts, too."""
        now = self.timer()
        self.used_today += 1
        if self.daily is not None and self.used_today > self.daily:
            raise self._refusal("DAILY", "Daily limit reached.")
        if _is_over(self._calls, now, WINDOW_SECONDS, self.burst):
            raise self._refusal("TEN_SECONDLY_ROLLING", "Ten secondly rolling limit reached.")
        if is_search and _is_over(self._searches, now, 1, self.searches_per_second):
            raise self._refusal("SECONDLY", "Secondly limit reached.")

    def headers(self, is_search: bool) -> dict[str, str]:
        """What is left; searches do not tell, as documented."""
        if is_search:
            return {}
        shown: dict[str, int] = {}
        if self.daily is not None:
            shown["Daily"] = self.daily
            shown["Daily-Remaining"] = max(self.daily - self.used_today, 0)
        if self.burst is not None:
            shown["Interval-Milliseconds"] = WINDOW_SECONDS * 1000
            shown["Max"] = self.burst
            shown["Remaining"] = max(self.burst - len(self._calls), 0)
        return {f"X-HubSpot-RateLimit-{name}": str(value) for name, value in shown.items()}

    def _refusal(self, policy: str, message: str) -> ApiError:
        error = rate_limited(policy, message)
        if self.retry_after is not None:
            error.headers["Retry-After"] = str(self.retry_after)
        return error


def _is_over(calls: deque[float], now: float, seconds: float, limit: int | None) -> bool:
    while calls and calls[0] <= now - seconds:
        calls.popleft()
    if limit is not None and len(calls) >= limit:
        return True
    calls.append(now)
    return False
