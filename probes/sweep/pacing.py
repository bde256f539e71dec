"""How fast packets may leave: token buckets on an injected clock, no input or output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from probes.blocks import Lane, Pace

BURST_S: Final = 0.02
"""A bucket saves up what it may spend in this time (or one token): a late loop catches up this much, not more."""

UNKNOWN_GATEWAY: Final = ""
"""The one allowance of all blocks whose gateway is not known."""

_NEARLY_ONE: Final = 1 - 1e-9  # so that rounding never costs a whole turn of the loop


@dataclass(frozen=True, slots=True)
class Toll:
    """What one probe costs."""

    packets: int = 1
    arp: int = 0
    """ARP or neighbour discovery requests it makes, by us or by the kernel."""
    gateway: str | None = None
    """The gateway that must resolve a new address for it; None when none must."""
    lane: Lane | None = None
    """The narrow way it goes."""


class TokenBucket:
    """``rate`` tokens per second; a buyer of several may leave the bucket in debt and the next one waits longer."""

    __slots__ = ("_at", "_capacity", "_rate", "_tokens")

    def __init__(self, rate: float, now: float) -> None:
        if not (math.isfinite(rate) and rate > 0):
            message = f"a pace must be a positive number, not {rate}"
            raise ValueError(message)
        self._rate = rate
        self._capacity = max(1.0, rate * BURST_S)
        self._tokens = self._capacity
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until the next token, 0 when there is one."""
        self._refill(now)
        return 0.0 if self._tokens >= _NEARLY_ONE else (1 - self._tokens) / self._rate

    def take(self, count: float, now: float) -> None:
        """Spend ``count`` tokens, those not there yet on credit."""
        self._refill(now)
        self._tokens -= count

    def give_back(self, count: float) -> None:
        """Return tokens paid for packets that were not sent after all."""
        self._tokens = min(self._capacity, self._tokens + count)

    def _refill(self, now: float) -> None:
        if now > self._at:  # a clock that stands or steps back earns nothing
            self._tokens = min(self._capacity, self._tokens + (now - self._at) * self._rate)
            self._at = now


class Pacer:
    """All buckets of a sweep: packets, ARP requests, new addresses per gateway."""

    def __init__(self, pace: Pace, now: float) -> None:
        self._new_rate = pace.new_addresses_per_gateway_s
        self.packets = TokenBucket(pace.rate_pps, now)
        self.arp = TokenBucket(pace.arp_pps, now)
        self._gateways = {UNKNOWN_GATEWAY: TokenBucket(self._new_rate, now)}
        self._lanes: dict[str, TokenBucket] = {}

    def gateway(self, key: str, now: float) -> TokenBucket:
        """Return the allowance of new addresses of one gateway."""
        bucket = self._gateways.get(key)
        if bucket is None:
            bucket = self._gateways[key] = TokenBucket(self._new_rate, now)
        return bucket

    def lane(self, lane: Lane, now: float) -> TokenBucket:
        """Return the allowance of a lane; the first rate named for its key holds."""
        bucket = self._lanes.get(lane.key)
        if bucket is None:
            bucket = self._lanes[lane.key] = TokenBucket(lane.pps, now)
        return bucket

    def wait(self, toll: Toll, now: float) -> float:
        """Seconds until ``toll`` may be paid."""
        longest = self.packets.wait(now)
        if toll.arp:
            longest = max(longest, self.arp.wait(now))
        if toll.gateway is not None:
            longest = max(longest, self.gateway(toll.gateway, now).wait(now))
        if toll.lane is not None:
            longest = max(longest, self.lane(toll.lane, now).wait(now))
        return longest

    def pay(self, toll: Toll, now: float) -> None:
        """Pay ``toll``."""
        self.packets.take(toll.packets, now)
        if toll.arp:
            self.arp.take(toll.arp, now)
        if toll.gateway is not None:
            self.gateway(toll.gateway, now).take(1, now)
        if toll.lane is not None:
            self.lane(toll.lane, now).take(toll.packets, now)

    def refund(self, toll: Toll, now: float) -> None:
        """Give back a toll whose probe did not leave."""
        self.packets.give_back(toll.packets)
        self.arp.give_back(toll.arp)
        if toll.gateway is not None:
            self.gateway(toll.gateway, now).give_back(1)
        if toll.lane is not None:
            self.lane(toll.lane, now).give_back(toll.packets)
