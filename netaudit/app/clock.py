"""The time within one sweep: it goes on evenly, whoever sets the computer's clock meanwhile."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _since_boot() -> float:
    """Return seconds that are never set and go on while the computer sleeps (CLOCK_BOOTTIME, clock_gettime(2))."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SweepClock:
    """Reads the computer's clock once and counts from there."""

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = _since_boot,
    ) -> None:
        """Start; ``steady`` returns seconds that never step."""
        self._steady, self._from = steady, steady()
        self.began = wall()
        """When this clock was started."""

    def now(self) -> datetime:
        """Return what the computer's clock would show had nobody set it since."""
        return self.began + timedelta(seconds=self._steady() - self._from)
