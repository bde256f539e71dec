"""Who is next: addresses waiting for their next probe, sorted by what they wait for."""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING

from inventory.model.sightings import ProbeKind
from probes.sweep.pacing import UNKNOWN_GATEWAY, Toll
from probes.sweep.schedule import KERNEL_SOLICITS, Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from probes.sweep.asking import Asking
    from probes.sweep.pacing import Pacer


def toll(asking: Asking) -> Toll:
    """Return what the next probe of an address costs."""
    step, lane = asking.steps[asking.position], asking.run.block.lane
    if asking.way is Way.ARP:
        return Toll(step.packets, arp=1, lane=lane)
    if asking.way is Way.KERNEL and step.opens_round:
        return Toll(step.packets, arp=KERNEL_SOLICITS, lane=lane)
    if asking.way is Way.ROUTED and asking.asked_at is None:
        return Toll(step.packets, gateway=asking.run.block.gateway or UNKNOWN_GATEWAY, lane=lane)
    return Toll(step.packets, lane=lane)


class Queues:
    """Queues that never wait for one another: a busy gateway or lane does not hold up another one's addresses.

    Served in the order ARP, further probes, new addresses: the scarcest allowance first, and what is begun before what
    is new, so that the number of addresses in flight stays bounded.
    """

    def __init__(self, pacer: Pacer, tcp_has_room: Callable[[], bool]) -> None:
        self._pacer = pacer
        self._tcp_has_room = tcp_has_room
        self._arp: deque[Asking] = deque()
        self._further: deque[Asking] = deque()
        self._tcp: deque[Asking] = deque()
        self._held: dict[tuple[str, str], deque[Asking]] = {}
        self._ready_at: list[tuple[float, tuple[str, str]]] = []
        # ^ a heap: when each gateway or lane with a queue may have its next one
        self.new = 0
        """Addresses that wait for their first probe."""

    def add(self, asking: Asking, now: float, *, first: bool = False) -> None:
        """Queue an address for its next probe; ``first`` puts it before the others."""
        cost = toll(asking)
        if asking.asked_at is None:
            self.new += 1
        if cost.lane is not None or cost.gateway is not None:
            key = ("lane", cost.lane.key) if cost.lane else ("gateway", cost.gateway or "")
            self._hold(asking, key, now, first=first)
            return
        queue = self._arp if cost.arp else self._tcp if _is_tcp(asking) else self._further
        (queue.appendleft if first else queue.append)(asking)

    def pop(self, now: float) -> Asking | None:
        """Return an address that may be sent to now, its toll paid; None when all must wait."""
        if self._pacer.packets.wait(now):
            return None
        asking = self._pick(now)
        if asking is not None:
            if asking.asked_at is None:
                self.new -= 1
            self._pacer.pay(toll(asking), now)
        return asking

    def wait(self, now: float) -> float:
        """Seconds until :meth:`pop` may have something; infinite when nothing waits for time."""
        waits = [float("inf")]
        if self._arp and self._passes(self._arp):
            waits.append(self._pacer.arp.wait(now))
        if self._further or (self._tcp and self._tcp_has_room()):
            waits.append(0.0)
        if self._ready_at and self._passes(self._held[self._ready_at[0][1]]):
            waits.append(self._ready_at[0][0] - now)
        return max(min(waits), self._pacer.packets.wait(now))

    def _pick(self, now: float) -> Asking | None:
        while True:
            asking = self._pick_any(now)
            if asking is None or not asking.settled:  # those that answered meanwhile just fall out
                return asking
            self.new -= asking.asked_at is None

    def _pick_any(self, now: float) -> Asking | None:
        if self._arp and self._passes(self._arp) and not self._pacer.arp.wait(now):
            return self._arp.popleft()
        if self._further:
            return self._further.popleft()
        if self._tcp and self._tcp_has_room():
            return self._tcp.popleft()
        return self._pick_held(now)

    def _pick_held(self, now: float) -> Asking | None:
        while self._ready_at and self._ready_at[0][0] <= now:
            key = self._ready_at[0][1]
            queue = self._held[key]
            if not self._passes(queue):
                return None
            wait = self._pacer.wait(toll(queue[0]), now)
            if wait:
                heapq.heapreplace(self._ready_at, (now + wait, key))
                continue
            asking = queue.popleft()
            if not queue:
                heapq.heappop(self._ready_at)
                del self._held[key]
            return asking
        return None

    def _hold(self, asking: Asking, key: tuple[str, str], now: float, *, first: bool) -> None:
        queue = self._held.get(key)
        if queue is None:
            queue = self._held[key] = deque()
            heapq.heappush(self._ready_at, (now, key))
        (queue.appendleft if first else queue.append)(asking)

    def _passes(self, queue: deque[Asking]) -> bool:
        """Whether the first of a queue is not held up by descriptors."""
        return not _is_tcp(queue[0]) or self._tcp_has_room()


def _is_tcp(asking: Asking) -> bool:
    return asking.steps[asking.position].kind is ProbeKind.TCP
