"""When packets leave: an absolute schedule on a clock that is handed in. Pure."""

from __future__ import annotations

import math
from typing import Final

CATCH_UP_S: Final = 0.05
"""A timetable that is late sends what it missed in this time at once, and forgets what it missed before."""


class Timetable:
    """An absolute schedule: the k-th packet leaves ``k / rate`` after the first, however late the one before was.

    A bucket loses what a late loop could not spend; here a late loop catches up, so the rate is kept as asked. Who has
    nothing to send says so by :meth:`rest`, and saves up nothing meanwhile.
    """

    __slots__ = ("_next", "rate")

    def __init__(self, rate: float, now: float) -> None:
        if not (math.isfinite(rate) and rate > 0):
            message = f"a pace must be a positive number, not {rate}"
            raise ValueError(message)
        self.rate = rate
        self._next = now

    def ready(self, now: float) -> int:
        """Return how many packets may leave now."""
        if now < self._next:
            return 0
        self._next = max(self._next, now - CATCH_UP_S)
        return int((now - self._next) * self.rate) + 1

    def take(self, count: float) -> None:
        """Spend the turns of ``count`` packets."""
        self._next += count / self.rate

    def rest(self, now: float) -> None:
        """Forget the turns nobody wanted."""
        self._next = max(self._next, now)

    def wait(self, now: float) -> float:
        """Seconds until the next turn."""
        return max(0.0, self._next - now)
