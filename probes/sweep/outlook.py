"""How far a sweep is and how long it may still take. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from probes.blocks import Progress
from probes.sweep.pacing import UNKNOWN_GATEWAY
from probes.sweep.schedule import KERNEL_SOLICITS, Way, steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.blocks import Block, Pace, ProbePlan
    from probes.sweep.asking import Asking

PROGRESS_EVERY_S: Final = 0.1


class Outlook:
    """Counts what was sent, what is saved by answers, and what may still have to be sent."""

    def __init__(self, plan: ProbePlan, pace: Pace, now: float) -> None:
        self._pace = pace
        chains = [steps(plan, way, icmp=True) for way in (Way.ROUTED, Way.ARP)]
        self.per_address = max(sum(step.packets for step in chain) for chain in chains)
        """Packets of an address that answers nothing, by whichever way."""
        self._patience = max(sum(step.wait_s for step in chain) for chain in chains)
        self._next_at = now + PROGRESS_EVERY_S
        self._planned = self._sent = self._saved = self._alive = self._arp = 0
        self._new: Counter[str] = Counter()

    def expect(self, blocks: Iterable[Block]) -> None:
        """Take in blocks that are to come."""
        for block in blocks:
            self._planned += len(block.addresses) * self.per_address
            self._new[block.gateway or UNKNOWN_GATEWAY] += len(block.addresses)

    def routed(self, asking: Asking | None, gateway: str | None) -> None:
        """Take in by which way an address is asked; None when it cannot be asked."""
        if asking is None or asking.way is not Way.ROUTED:
            self._new[gateway or UNKNOWN_GATEWAY] -= 1
        if asking is not None and asking.way in {Way.ARP, Way.KERNEL}:
            self._arp += _arp_requests(asking)

    def begun(self, asking: Asking) -> None:
        """Count the first probe of an address."""
        if asking.way is Way.ROUTED:
            self._new[asking.run.block.gateway or UNKNOWN_GATEWAY] -= 1

    def sent(self, packets: int) -> None:
        """Count packets that left."""
        self._sent += packets

    def found(self) -> None:
        """Count an address that proved to be alive."""
        self._alive += 1

    def settled(self, packets_left: int, asking: Asking | None = None) -> None:
        """Count what an address needs no more."""
        self._saved += packets_left
        if asking is None:
            return
        if asking.way in {Way.ARP, Way.KERNEL}:
            self._arp -= _arp_requests(asking)
        elif asking.way is Way.ROUTED and asking.asked_at is None:
            self.begun(asking)

    def progress(self, now: float) -> Progress | None:
        """Return how far the sweep is, at most ten times a second."""
        if now < self._next_at:
            return None
        self._next_at = now + PROGRESS_EVERY_S
        return Progress(self._sent, max(self._planned, self._sent), self._alive, self._eta_s())

    def _eta_s(self) -> float:
        left = max(0, self._planned - self._sent - self._saved)
        busiest = max(self._new.values(), default=0)
        slowest = max(
            left / self._pace.rate_pps,
            self._arp / self._pace.arp_pps,
            busiest / self._pace.new_addresses_per_gateway_s,
        )
        return slowest + (self._patience if left else 0.0)


def _arp_requests(asking: Asking) -> int:
    return (1 if asking.way is Way.ARP else KERNEL_SOLICITS) * sum(step.opens_round for step in asking.steps)
