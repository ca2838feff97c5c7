"""The two limits of an account: requests per two seconds, and tokens per day."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from demo.servers.pipedrive.errors import ApiError

WINDOW_SECONDS = 2.0


@dataclass
class Limits:
    """Switchable while running; None is no limit.

    The window goes by real elapsed time, not by the company's clock: a client that waits really
    waits. `tells_tokens` is whether the undocumented headers about the day's tokens come along.
    """

    burst: int | None = 80
    daily_tokens: int | None = 30_000 * 5 * 7
    tells_tokens: bool = True
    used_tokens: int = 0
    timer: Callable[[], float] = time.monotonic
    _calls: deque[float] = field(default_factory=deque)

    def take(self, cost: int) -> None:
        """Count a call; raises ApiError 429 when it is one too many. It costs nothing then."""
        now = self.timer()
        while self._calls and self._calls[0] <= now - WINDOW_SECONDS:
            self._calls.popleft()
        if self.burst is not None and len(self._calls) >= self.burst:
            raise ApiError(429, "request over limit")
        if self.daily_tokens is not None and self.used_tokens + cost > self.daily_tokens:
            self.used_tokens = self.daily_tokens
            raise ApiError(429, "request over daily limit")
        self._calls.append(now)
        self.used_tokens += cost

    def headers(self) -> dict[str, str]:
        """What is left of both."""
        shown: dict[str, int] = {}
        if self.burst is not None:
            shown["x-ratelimit-limit"] = self.burst
            shown["x-ratelimit-remaining"] = max(self.burst - len(self._calls), 0)
            shown["x-ratelimit-reset"] = 2
        if self.daily_tokens is not None and self.tells_tokens:
            shown["x-daily-ratelimit-token-limit"] = self.daily_tokens
            shown["x-daily-ratelimit-token-remaining"] = self.daily_tokens - self.used_tokens
        return {name: str(value) for name, value in shown.items()}
