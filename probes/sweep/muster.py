"""Blocks cut into waves and put together again. Pure."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from probes.sweep.wave import Share

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from probes.contract import Lane, Pace
    from probes.sweep.paths import Path
    from probes.sweep.schedule import Step
    from probes.sweep.wave import Seen

_MOST: Final = 1 << 16
_LEAST: Final = 256
_WAVE_S: Final = 10.0
"""About so long a wave takes for its first step: a block is told within this and the time its answers need."""


class Part:
    """A block as far as it can be asked from here."""

    __slots__ = ("asked", "block", "limits", "open", "rest", "seen")

    def __init__(self, block: int, rest: list[int]) -> None:
        self.block = block
        self.open = 0
        """Shares still in a wave or waiting for one."""
        self.asked = 0
        self.limits: set[str] = set()
        self.seen: list[Seen] = []
        self.rest = rest
        """Addresses that must be asked in another way."""


class Muster:
    """Shares wait here, by path and gateway, until a wave takes them."""

    def __init__(self, chains: Mapping[bool, tuple[Step, ...]], pace: Pace) -> None:
        self._chains = chains
        self._sizes = {
            direct: max(_LEAST, min(_MOST, int(min(rate, pace.rate_pps) * _WAVE_S)))
            for direct, rate in ((False, pace.new_addresses_per_gateway_s), (True, pace.arp_pps))
        }
        self._queues: dict[tuple[Path, str, Lane | None], deque[Share]] = {}
        self._parts: dict[int, Part] = {}
        self._finished: list[Part] = []

    @property
    def waiting(self) -> bool:
        """Whether a share has no wave yet."""
        return bool(self._queues)

    def add(
        self, block: int, gateway: str, lane: Lane | None, parts: Mapping[Path, Sequence[int]], rest: list[int]
    ) -> None:
        """Take in a block, its addresses sorted by path; ``rest`` has none."""
        part = self._parts[block] = Part(block, rest)
        for path, addresses in parts.items():
            if not self._chains[path.direct]:
                continue  # no chosen probe can be sent there
            part.open += 1
            key = (path, "" if path.direct else gateway, lane)
            self._queues.setdefault(key, deque()).append(Share(block, addresses))
        if not part.open:
            self._finish(part)

    def ready(
        self, beginning: Collection[tuple[Path, str, Lane | None]]
    ) -> Iterator[tuple[Path, str, Lane | None, tuple[Step, ...], list[Share]]]:
        """Yield what the next waves are made of; none for paths, gateways and lanes whose last wave has only begun."""
        for key in [key for key in self._queues if key not in beginning]:
            queue, shares, taken = self._queues[key], list[Share](), set[int]()
            size = self._sizes[key[0].direct]
            if key[2]:
                size = max(_LEAST, min(size, int(key[2].pps * _WAVE_S)))
            # The same address twice (in two planes) must not be in one wave: a reply could not tell them apart.
            while queue and (not shares or (len(taken) + len(queue[0].addresses) <= size)):
                if not taken.isdisjoint(queue[0].addresses):
                    break
                taken.update(queue[0].addresses)
                shares.append(queue.popleft())
            if not queue:
                del self._queues[key]
            yield *key, self._chains[key[0].direct], shares

    def done(self, shares: Sequence[Share]) -> None:
        """Take back the shares of a finished wave."""
        for share in shares:
            part = self._parts[share.block]
            part.asked += share.asked
            part.limits |= share.limits
            part.seen += share.seen
            part.open -= 1
            if not part.open:
                self._finish(part)

    def finished(self) -> list[Part]:
        """Return the blocks that were finished since the last call."""
        finished, self._finished = self._finished, []
        return finished

    def _finish(self, part: Part) -> None:
        del self._parts[part.block]
        self._finished.append(part)
