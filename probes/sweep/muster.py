"""Shares of blocks gathered into waves. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING, Final, TypeAlias

from probes.sweep.shares import Share

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from probes.sweep.orders import Lane, Orders, Path, Task

_MOST: Final = 1 << 16
_LEAST: Final = 256
_WAVE_S: Final = 10.0
"""About so long a wave takes for its first step: a block is told within this and the time its answers need."""

Way: TypeAlias = "tuple[Path, str, Lane | None]"
"""Path, gateway, lane: shares with the same three go together."""


class Muster:
    """Shares wait here, by path, gateway and lane, until a wave takes them."""

    def __init__(self, orders: Orders) -> None:
        self._sizes = {
            direct: max(_LEAST, min(_MOST, int(min(rate, orders.rate_pps) * _WAVE_S)))
            for direct, rate in ((False, orders.new_pps), (True, orders.arp_pps))
        }
        self._queues: dict[Way, deque[Share]] = {}

    @property
    def waiting(self) -> bool:
        """Whether a share has no wave yet."""
        return bool(self._queues)

    def add(self, task: Task) -> None:
        """Take in a share."""
        key = (task.path, "" if task.path.direct else task.gateway, task.lane)
        self._queues.setdefault(key, deque()).append(Share(task.number, task.runs, task.begun, answered=task.answered))

    def ready(self, beginning: Collection[Way]) -> Iterator[tuple[Way, list[Share]]]:
        """Yield what the next waves are made of; none for paths, gateways and lanes whose last wave has only begun."""
        for key in [key for key in self._queues if key not in beginning]:
            path, _gateway, lane = key
            queue, shares, taken, count = self._queues[key], list[Share](), Taken(), 0
            size = self._sizes[path.direct]
            if lane:
                size = max(_LEAST, min(size, int(lane.pps * _WAVE_S)))
            # The same address twice (in two planes) must not be in one wave: a reply could not tell them apart.
            while queue and (not shares or count + queue[0].count <= size) and taken.add(queue[0].runs):
                count += queue[0].count
                shares.append(queue.popleft())
            if not queue:
                del self._queues[key]
            yield key, shares


class Taken:
    """Runs of addresses, none of which has an address with another in common."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def add(self, runs: Sequence[tuple[int, int]]) -> bool:
        """Take in runs that are apart from each other, unless one of them has an address that is taken."""
        places = [bisect_left(self._lasts, first) for first, _last in runs]
        if any(at < len(self._firsts) and self._firsts[at] <= last for at, (_, last) in zip(places, runs, strict=True)):
            return False
        for first, last in runs:
            at = bisect_left(self._lasts, first)
            self._firsts.insert(at, first)
            self._lasts.insert(at, last)
        return True
