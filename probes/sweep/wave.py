"""A wave: addresses behind one next hop that go through the probes together, step by step, until they answer. Pure."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from inventory.model.facts import ProbeKind
from probes.sweep import limits
from probes.sweep.permutation import Permutation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probes.contract import Lane
    from probes.sweep.paths import Path
    from probes.sweep.replies import Claim
    from probes.sweep.schedule import Step

MOST_ROUNDS: Final = 8
"""An adaptive sweep ends here, whatever the loss."""
LONGEST_WAIT_S: Final = 3.0
_TIMES_SLOWEST: Final = 4
_BETWEEN_S: Final = 0.02  # a busy computer may be so late in reading
_AT_LAST_S: Final = 0.05
_ARP_LINGER_S: Final = 0.2  # a second station with the same address answers within this
_MOST_REPEATS: Final = 3
_MISSED: Final = 0.5
_MISSED_SHARE: Final = 1 / 2500


class Seen(NamedTuple):
    """One answer."""

    address: int
    kind: ProbeKind
    detail: str
    mac: bytes | None
    ttl: int | None
    rtt_s: float | None
    wall_s: float


class Share:
    """What a block has in a wave."""

    __slots__ = ("addresses", "asked", "block", "limits", "seen", "told")

    def __init__(self, block: int, addresses: Sequence[int]) -> None:
        self.block = block
        self.addresses = addresses
        self.asked = 0
        self.limits: set[str] = set()
        self.seen: list[Seen] = []
        self.told = 0
        """How many of ``seen`` were told before the block was finished."""


class Masks:
    """What makes the cookies of the steps differ, so that a reply says which of several probes it answers."""

    def __init__(self, steps: int) -> None:
        numbers = dict.fromkeys([0])
        while len(numbers) < steps:
            numbers[int.from_bytes(os.urandom(4), "big")] = None
        self.of = tuple(numbers)
        self.step = {mask: step for step, mask in enumerate(self.of)}


class Wave:
    """Columns over all its addresses, and how far they are."""

    def __init__(
        self,
        path: Path,
        gateway: str,
        lane: Lane | None,
        chain: tuple[Step, ...],
        shares: Sequence[Share],
        masks: Masks,
        *,
        rounds: int,
    ) -> None:
        """Begin a wave; ``rounds`` 0 stands for as many as the loss asks for."""
        self.path, self.gateway, self.lane, self.chain, self.shares = path, gateway, lane, chain, shares
        self.addresses = array("I", [address for share in shares for address in share.addresses])
        count = len(self.addresses)
        self._ends = list(accumulate(len(share.addresses) for share in shares))
        self._cookies = array("I", os.urandom(4 * count))
        self._index = dict(zip(self.addresses, range(count), strict=True))
        self._masks = masks
        self._settled = bytearray(count)
        self._left_at: list[array[float]] = []  # by step and address; 0 = nothing was sent
        self._heard: set[tuple[int, ProbeKind, bytes | None]] = set()
        self._rounds = rounds
        self._found = Counter[int]()
        self._order = Permutation(count)
        self._silent: list[int] | None = None
        self._again: list[int] = []
        self._position = 0
        self._slowest_s: float | None = None
        self._last_sent = self._last_arp = float("-inf")
        self.number = 0
        """The step it is at."""
        self.repeat = False
        """Answers were lost on the way into this process: ask once more."""
        self.sent = self.alive = self.backoffs = self._repeats = 0
        self._open_step()

    # ------------------------------------------------------------ send

    @property
    def step(self) -> Step:
        """The step it is at."""
        return self.chain[self.number % len(self.chain)]

    @property
    def round(self) -> int:
        """How often every probe has been sent before."""
        return self.number // len(self.chain)

    @property
    def sending(self) -> bool:
        """Whether packets of this step are still to be sent."""
        return bool(self._again) or self._position < self._size

    def take(self, count: int) -> list[int]:
        """Return the next addresses of this step, as indexes, those left out that answered meanwhile."""
        if self._again:
            taken, self._again = self._again[:count], self._again[count:]
        else:
            start = self._position
            self._position = min(self._size, start + count)
            if self._silent is None:
                taken = self._order.part(start, self._position)
            else:
                taken = self._silent[start : self._position]
        settled = self._settled
        return [index for index in taken if not settled[index]]

    def put_back(self, indexes: list[int]) -> None:
        """Take back what did not leave."""
        self._again = indexes + self._again

    def columns(self, indexes: Sequence[int]) -> tuple[array[int], array[int]]:
        """Return targets and cookies for the packets of this step."""
        addresses, cookies, mask = self.addresses, self._cookies, self._masks.of[self.number]
        return array("I", [addresses[i] for i in indexes]), array("I", [cookies[i] ^ mask for i in indexes])

    def left(self, indexes: Sequence[int], now: float) -> None:
        """Note when packets of this step left."""
        times = self._left_at[self.number]
        for index in indexes:
            times[index] = now
        self.sent += len(indexes)
        self._last_sent = now

    def failed(self, index: int, *, never: bool) -> None:
        """Note a packet that could not be sent; ``never``: not to this address at all."""
        self._share(index).limits.add(limits.SEND_ERRORS)
        if never:
            self._settled[index] = 1

    # ------------------------------------------------------------ hear

    def hear(self, told: Claim, at: float, wall_s: float) -> bool:
        """Take in a claim if its cookie proves it; ``at`` is when it arrived."""
        index = self._index.get(told.address)
        if index is None:
            return False
        number = self._masks.step.get(told.cookie ^ self._cookies[index])
        if number is None or number >= len(self._left_at) or not self._left_at[number][index]:
            return False
        step = self.chain[number % len(self.chain)]
        if (step.kind, step.port) != (told.kind, told.port):
            return False
        if told.fence:
            self._share(index).limits.add(limits.PROHIBITED)
            return True
        rtt_s = at - self._left_at[number][index]
        self._note(index, Seen(told.address, told.kind, told.detail, None, told.ttl, rtt_s, wall_s), number)
        return True

    def hear_arp(self, address: int, mac: bytes, at: float, wall_s: float) -> bool:
        """Take in an ARP reply if this address was asked."""
        index = self._index.get(address)
        if index is None or not self._left_at[0][index]:
            return False
        times = [left[index] for left in self._left_at if left[index]]
        rtt_s = at - times[0] if len(times) == 1 else None  # a reply does not say which request it answers
        self._note(index, Seen(address, ProbeKind.ARP, "arp reply", mac, None, rtt_s, wall_s), self.number)
        self._last_arp = at
        return True

    def asked_at(self, address: int) -> float | None:
        """When the first probe of an address left."""
        index = self._index[address]
        return min((left[index] for left in self._left_at if left[index]), default=None)

    def unheard(self, address: int, mac: bytes) -> Share | None:
        """Return the share of an address that was asked and did not answer from this station."""
        index = self._index.get(address)
        if index is None or self.asked_at(address) is None or (index, ProbeKind.ARP, mac) in self._heard:
            return None
        return self._share(index)

    def _note(self, index: int, seen: Seen, number: int) -> None:
        key = (index, seen.kind, seen.mac)
        if seen.rtt_s is not None:
            self._slowest_s = max(self._slowest_s or 0.0, seen.rtt_s)
        if key in self._heard:
            return
        self._heard.add(key)
        if not self._settled[index]:
            self._settled[index] = 1
            self.alive += 1
            self._found[number // len(self.chain)] += 1
        self._share(index).seen.append(seen)

    def _share(self, index: int) -> Share:
        return self.shares[bisect_right(self._ends, index)]

    # ------------------------------------------------------------ go on

    @property
    def due(self) -> float:
        """When the wait of this step is over; meaningless while it is still sending."""
        return max(self._last_sent + self._wait_s(), self._last_arp + _ARP_LINGER_S if self._last else float("-inf"))

    def advance(self) -> bool:
        """Go to the next step, its wait over. False: the wave is finished."""
        if self.repeat and self._repeats < _MOST_REPEATS:
            self._repeats += 1
            self.repeat = False
        elif self._last:
            self._close()
            return False
        else:
            self.number += 1
        self._silent = [index for index in range(len(self.addresses)) if not self._settled[index]]
        if not self._silent:
            self._close()
            return False
        self._open_step()
        return True

    @property
    def _last(self) -> bool:
        if self.alive == len(self.addresses):
            return True
        if (self.number + 1) % len(self.chain):
            return False
        return self.round + 1 >= self._rounds if self._rounds else not self._worth_another()

    def _worth_another(self) -> bool:
        """Say whether the loss measured so far predicts that a host was missed.

        When every probe or its answer is lost with the same chance, each round finds that share of what the round
        before found; after so many rounds, that share to their power is still missing. One round alone says nothing.
        """
        if self.round + 1 >= MOST_ROUNDS:
            return False
        if self.round == 0:
            return True
        later = sum(self._found[number] for number in range(1, self.round + 1))
        earlier = sum(self._found[number] for number in range(self.round))
        missing = self.alive * (later / earlier if earlier else float(later > 0)) ** (self.round + 1)
        return missing >= max(_MISSED, self.alive * _MISSED_SHARE)

    def _wait_s(self) -> float:
        if self._slowest_s is None:
            return self.step.wait_s
        return min(LONGEST_WAIT_S, max(_TIMES_SLOWEST * self._slowest_s, _AT_LAST_S if self._last else _BETWEEN_S))

    def _open_step(self) -> None:
        self._position = 0
        self._size = len(self.addresses) if self._silent is None else len(self._silent)
        self.backoffs = 0
        if self.number == len(self._left_at):
            self._left_at.append(array("d", bytes(8 * len(self.addresses))))

    def _close(self) -> None:
        start = 0
        for share, end in zip(self.shares, self._ends, strict=True):
            parts = [left[start:end] for left in self._left_at]
            whole = any(0.0 not in part for part in parts)
            share.asked = end - start if whole else sum(map(any, zip(*parts, strict=True)))
            start = end
