"""Blocks on their way through a sweep: handed to the packet process, what it cannot ask asked here, joined again."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final

from inventory.model.facts import ProbeKind, Sighting
from inventory.model.values import Mac
from probes.contract import Block, BlockDone, Progress
from probes.sweep import limits
from probes.sweep.pacing import UNKNOWN_GATEWAY
from probes.sweep.schedule import Way, steps

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator

    from inventory.model.values import IPAddress
    from probes.contract import Lane, Pace, ProbePlan, SweepEvent
    from probes.sweep.outboard import Outboard

_log = logging.getLogger(__name__)

MOST_AWAY: Final = 1 << 17
"""Addresses the packet process holds at once: two of its biggest waves."""
MOST_REST: Final = 1 << 14
"""Addresses that wait for the kernel's sockets before the packet process is let run dry for them."""
_TURN_S: Final = 0.1


@dataclass(slots=True)
class Travel:
    """A block under way."""

    block: Block
    rest: list[IPAddress]
    away: int = 0
    """Addresses the packet process was given."""
    asked: int = 0
    sightings: list[Sighting] = field(default_factory=list)
    heard: list[Sighting] = field(default_factory=list)
    """What the packet process told before it was finished with the block, which tells everything again."""
    limits: set[str] = field(default_factory=set)


class Convoy:
    """All blocks of one sweep."""

    def __init__(
        self,
        blocks: Iterable[Block],
        plan: ProbePlan,
        pace: Pace,
        stop: threading.Event,
        start: Callable[[], Outboard | None],
        slowly: Callable[[Iterable[Block]], Iterator[SweepEvent]],
        now: Callable[[], datetime],
    ) -> None:
        self._blocks, self._stop, self._pace = iter(blocks), stop, pace
        self._start, self._slowly, self._now = start, slowly, now
        self._outboard: Outboard | None = None
        self._away: dict[int, Travel] = {}
        self._waiting: list[Travel] = []
        self._given = self._addresses_away = self._addresses_waiting = 0
        self._more, self._started = True, False
        chains = [steps(plan, way, icmp=True) for way in (Way.ROUTED, Way.ARP)]
        self._each = max(len(chain) for chain in chains)
        self._patience = max(sum(step.wait_s for step in chain) for chain in chains)
        self._planned = self._told = 0
        self._sent_before = self._alive_before = self._sent = self._alive = 0
        self._left = Counter[str]()
        if isinstance(blocks, (list, tuple)):
            self._expect(blocks)
            self._counted = True
        else:
            self._counted = False

    def run(self) -> Iterator[SweepEvent]:
        """Go on until every block is told; after ``stop``, tell what is known of the blocks that answered."""
        while not self._stop.is_set():
            yield from self._take_in()
            if self._away and self._outboard:
                yield from self._hear(self._outboard)
            elif self._waiting:
                yield from self._by_hand()
            elif not self._more:
                return
        for travel in (*self._away.values(), *self._waiting):
            travel.sightings += travel.heard
            if travel.sightings:
                yield replace(self._done(travel), asked=len({s.ip for s in travel.sightings}), finished=False)

    def _expect(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._planned += len(block.addresses) * self._each
            self._left[block.gateway or UNKNOWN_GATEWAY] += len(block.addresses)

    # ------------------------------------------------------------ give

    def _take_in(self) -> Iterator[SweepEvent]:
        given: list[tuple[int, str, Lane | None, list[int]]] = []
        was_more = self._more
        while self._more and self._addresses_away < MOST_AWAY and self._addresses_waiting < MOST_REST:
            block = next(self._blocks, None)
            if block is None or self._stop.is_set():
                self._more = False
                break
            if not self._counted:
                self._expect((block,))
            ours = [int(ip) for ip in block.addresses if ip.version == 4]  # noqa: PLR2004 -- IPv4
            travel = Travel(block, [ip for ip in block.addresses if ip.version != 4])  # noqa: PLR2004 -- IPv4
            if not ours:
                yield from self._arrived(travel)
                continue
            self._given += 1
            self._away[self._given] = travel
            travel.away = len(ours)
            self._addresses_away += travel.away
            given.append((self._given, block.gateway or UNKNOWN_GATEWAY, block.lane, ours))
        if given and not self._started:
            self._started, self._outboard = True, self._start()
        if self._outboard is None:
            for number, _gateway, _lane, ours in given:
                yield from self._returned({"block": number, "asked": 0, "limits": (), "seen": (), "rest": ours})
        elif given or was_more != self._more:
            self._outboard.give(given, last=not self._more)

    # ------------------------------------------------------------ hear

    def _hear(self, outboard: Outboard) -> Iterator[SweepEvent]:
        try:
            messages = outboard.hear(_TURN_S)
        except EOFError:
            if not self._stop.is_set():
                _log.error("the sweep's own process ended unexpectedly; going on without it, slower")
                yield from self._alone()
            return
        for message in messages:
            if self._stop.is_set():
                return
            if "block" in message:
                yield from self._returned(message)
            else:
                self._sent, self._alive = message["sent"], message["alive"]
                for number, *row in message["heard"]:
                    if number in self._away:
                        travel = self._away[number]
                        travel.heard.append(_sighting(travel.block.plane, *row))
                yield self._progress()

    def _alone(self) -> Iterator[SweepEvent]:
        """Take back every block the packet process has not told: the kernel's sockets ask all its addresses again."""
        self._outboard = None
        for number, travel in list(self._away.items()):
            ours = [int(ip) for ip in travel.block.addresses if ip.version == 4]  # noqa: PLR2004 -- IPv4
            yield from self._returned({"block": number, "asked": 0, "limits": (), "seen": (), "rest": ours})

    def _returned(self, message: dict[str, Any]) -> Iterator[SweepEvent]:
        travel = self._away.pop(message["block"])
        travel.heard.clear()
        block = travel.block
        self._addresses_away -= travel.away
        travel.asked += message["asked"]
        travel.limits.update(message["limits"])
        travel.sightings += [_sighting(block.plane, *row) for row in message["seen"]]
        travel.rest += [IPv4Address(number) for number in message["rest"]]
        yield from self._arrived(travel)

    def _arrived(self, travel: Travel) -> Iterator[SweepEvent]:
        if travel.rest:
            self._waiting.append(travel)
            self._addresses_waiting += len(travel.rest)
        else:
            yield self._done(travel)

    # ------------------------------------------------------------ the rest

    def _by_hand(self) -> Iterator[SweepEvent]:
        """Ask through the kernel what the packet process could not; it has nothing to send meanwhile."""
        waiting, self._waiting, self._addresses_waiting = self._waiting, [], 0
        parts = [replace(travel.block, addresses=tuple(travel.rest)) for travel in waiting]
        travels = {id(part): travel for part, travel in zip(parts, waiting, strict=True)}
        sent = alive = 0
        for event in self._slowly(parts):
            if isinstance(event, Progress):
                sent, alive = event.packets_sent, event.alive
                self._sent_before, self._alive_before = self._sent_before + sent, self._alive_before + alive
                yield self._progress()
                self._sent_before, self._alive_before = self._sent_before - sent, self._alive_before - alive
                continue
            travel = travels.pop(id(event.block))
            travel.asked += event.asked
            travel.limits.update(set(event.limits) - {limits.NOT_ASKED})
            travel.sightings += event.sightings
            if event.finished:
                yield self._done(travel)
            else:
                self._waiting.append(travel)
        if self._stop.is_set():
            self._waiting += travels.values()
        self._sent_before, self._alive_before = self._sent_before + sent, self._alive_before + alive

    # ------------------------------------------------------------ tell

    def _done(self, travel: Travel) -> BlockDone:
        block = travel.block
        found = sorted(
            travel.sightings, key=lambda s: (s.ip.version, s.ip.packed, s.probe, s.mac.text if s.mac else "")
        )
        if travel.asked < len(block.addresses):
            travel.limits.add(limits.NOT_ASKED)
        self._told += len(block.addresses)
        self._left[block.gateway or UNKNOWN_GATEWAY] -= len(block.addresses)
        return BlockDone(block, tuple(found), travel.asked, tuple(sorted(travel.limits)), self._now())

    def _progress(self) -> Progress:
        sent, alive = self._sent_before + self._sent, self._alive_before + self._alive
        open_ = sum(self._left.values())
        slowest = max(
            min(open_ * self._each, max(0, self._planned - sent)) / self._pace.rate_pps,
            max(self._left.values(), default=0) / self._pace.new_addresses_per_gateway_s,
        )
        return Progress(sent, max(self._planned, sent), alive, slowest + (self._patience if open_ else 0.0))


def _sighting(
    plane: str,
    address: int,
    kind: str,
    detail: str,
    mac: str | None,
    ttl: int | None,
    rtt_s: float | None,
    wall_s: float,
) -> Sighting:
    return Sighting(
        plane,
        IPv4Address(address),
        None if mac is None else Mac.parse(mac),
        ProbeKind(kind),
        detail,
        datetime.fromtimestamp(wall_s, UTC),
        ttl,
        None if rtt_s is None else rtt_s * 1000,
    )
