"""How long an answer is waited for: as the answers that came so far ask for, per way through the network. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

LONGEST_S: Final = 3.0
SHORTEST_S: Final = 0.05
"""A busy computer may be so late in reading."""
LOOK_S: Final = 0.1
"""While nothing has answered yet, it is looked so often whether something has."""
_TIMES_SLOWEST: Final = 4


class Patience:
    """The slowest answer by every way, from which the wait for the next one follows."""

    def __init__(self) -> None:
        self._slowest_s: dict[Hashable, float] = {}

    def heard(self, way: Hashable, rtt_s: float) -> None:
        """Take in how long an answer took."""
        if rtt_s > self._slowest_s.get(way, 0.0):
            self._slowest_s[way] = rtt_s

    def wait_s(self, way: Hashable, planned_s: float) -> float:
        """Return how long to wait; ``planned_s`` while nothing has answered by this way."""
        slowest = self._slowest_s.get(way)
        if slowest is None:
            return planned_s
        return min(max(LONGEST_S, planned_s), max(min(SHORTEST_S, planned_s), _TIMES_SLOWEST * slowest))

    def knows(self, way: Hashable) -> bool:
        """Whether anything has answered by this way."""
        return way in self._slowest_s
