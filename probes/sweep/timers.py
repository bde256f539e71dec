"""Things to do at a time."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Timers:
    """A queue of actions by due time; actions due at the same time run in the order they were set."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[float], None]]] = []
        self._tick = itertools.count()

    @property
    def due(self) -> float:
        """When the next action is due; infinite when there is none."""
        return self._heap[0][0] if self._heap else float("inf")

    def at(self, when: float, action: Callable[[float], None]) -> None:
        """Call ``action(now)`` at ``when`` or soon after."""
        heapq.heappush(self._heap, (when, next(self._tick), action))

    def run(self, now: float) -> None:
        """Call what is due."""
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2](now)
