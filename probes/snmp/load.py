"""How many devices may be read at once: as many as sockets may be opened and our own loop keeps up with."""

from __future__ import annotations

import gc
import resource
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LATE_S: Final = 0.2
"""The loop hears answers this much later than they came: with more devices, live ones would seem silent."""
_FEWEST: Final = 4
_SHARE_LEFT: Final = 0.75
_CALM_LOOKS: Final = 20
_FILES_KEPT_FREE: Final = 64
_SOCKETS_EACH: Final = 2
"""A device, and one view of it."""
_OBJECTS_BETWEEN_SEARCHES: Final = 500_000


@dataclass(slots=True)
class Load:
    """The number of devices in flight; lower as long as the loop is late, slowly up to the most again."""

    most: int
    hands: int = 0
    _calm: int = 0

    def __post_init__(self) -> None:
        """Begin with the most."""
        self.hands = self.most

    def looked(self, late_s: float) -> None:
        """Take note how late the loop came to a timer."""
        if late_s > LATE_S:
            self._calm = 0
            self.hands = min(self.hands, max(_FEWEST, int(self.hands * _SHARE_LEFT)))
            return
        self._calm += 1
        if self._calm >= _CALM_LOOKS and self.hands < self.most:
            self._calm = 0
            self.hands += max(1, self.hands // 4)
            self.hands = min(self.hands, self.most)


def affordable(wanted: int) -> int:
    """Return how many devices this process has sockets for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, (soft - _FILES_KEPT_FREE) // _SOCKETS_EACH))


@contextmanager
def few_searches() -> Iterator[None]:
    """Have Python look for cyclic garbage rarely: rows are none, and searching them took a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES, *before[1:])
    gc.freeze()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
