"""Blocks on their way through a sweep: handed to the packet process, what it cannot ask asked here, joined again."""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final

from inventory.model.addresses import Addresses, runs
from inventory.model.sightings import ProbeKind, Sighting
from inventory.model.values import Mac
from probes.blocks import Block, BlockDone, Progress
from probes.sweep import keys
from probes.sweep.orders import Lane, Task
from probes.sweep.pacing import UNKNOWN_GATEWAY
from probes.sweep.positions import Turns, chain_of, given, told
from probes.sweep.samples import described
from probes.sweep.schedule import Way, steps

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from inventory.model.values import IPAddress
    from probes.blocks import Pace, ProbePlan, SweepEvent
    from probes.sweep.outboard import Outboard
    from probes.sweep.paths import Paths, Run

_log = logging.getLogger(__name__)

MOST_AWAY: Final = 1 << 17
"""Addresses the packet process holds at once: two of its biggest waves."""
MOST_REST: Final = 1 << 14
"""Addresses that wait for the kernel's sockets before the packet process is let run dry for them."""
_TURN_S: Final = 0.1
_LAST_TURNS: Final = 20
_KINDS: Final = {kind.value: kind for kind in ProbeKind}


@dataclass(slots=True, eq=False)
class Travel:
    """A block under way."""

    block: Block
    rest: list[Run]
    """What must be asked by the kernel's sockets; of an IPv6 block everything."""
    tasks: dict[int, Task] = field(default_factory=dict)
    """What the packet process was given and has not finished."""
    asked: int = 0
    sightings: list[Sighting] = field(default_factory=list)
    limits: set[str] = field(default_factory=set)
    positions: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """By the number of a task under way, how far it is: :meth:`probes.sweep.wave.Wave.positions`."""
    by_hand: BlockDone | None = None
    """What is known by now of what the kernel's sockets ask."""
    kept: tuple[int, dict[int, tuple[int, int, int]]] = (0, {})
    """How many sightings, and which positions, were told last."""


class Convoy:
    """All blocks of one sweep."""

    def __init__(
        self,
        blocks: Iterable[Block],
        plan: ProbePlan,
        pace: Pace,
        stop: threading.Event,
        paths: Paths,
        start: Callable[[], Outboard | None],
        slowly: Callable[[Iterable[Block]], Iterator[SweepEvent]],
        now: Callable[[], datetime],
    ) -> None:
        self._blocks, self._stop, self._pace, self._paths = iter(blocks), stop, pace, paths
        self._start, self._slowly, self._now = start, slowly, now
        self._arp_wanted = ProbeKind.ARP in plan.kinds
        self._outboard: Outboard | None = None
        self._away: dict[int, Travel] = {}
        """By the number of a task."""
        self._waiting: list[Travel] = []
        self._given = self._addresses_away = self._addresses_waiting = 0
        self._more, self._started = True, False
        chains = [steps(plan, way, icmp=True) for way in (Way.ROUTED, Way.ARP)]
        self._chain = chain_of(plan, icmp=True)
        self._useless = {direct for direct, chain in zip((False, True), chains, strict=True) if not chain}
        self._each = max(len(chain) for chain in chains)
        self._patience = max(sum(step.wait_s for step in chain) for chain in chains)
        self._planned = 0
        self._turns = Turns(time.monotonic())
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
                yield from self._kept()
            elif self._waiting:
                yield from self._by_hand()
            elif not self._more:
                if self._outboard:
                    _hear_out(self._outboard)
                return
        for travel in (*dict.fromkeys(self._away.values()), *self._waiting):
            yield from self._open(travel)

    def _expect(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._planned += len(block.addresses) * self._each
            self._left[block.gateway or UNKNOWN_GATEWAY] += len(block.addresses)

    # ------------------------------------------------------------ give

    def _take_in(self) -> Iterator[SweepEvent]:
        given: list[Task] = []
        was_more = self._more
        while self._more and self._addresses_away < MOST_AWAY and self._addresses_waiting < MOST_REST:
            block = next(self._blocks, None)
            if block is None or self._stop.is_set():
                self._more = False
                break
            if not self._counted:
                self._expect((block,))
            travel = Travel(block, [])
            self._cut(travel)
            if not travel.tasks:
                yield from self._arrived(travel)
            given += travel.tasks.values()
        if given and not self._started:
            self._started, self._outboard = True, self._start()
        if self._outboard is None:
            yield from self._alone()
        elif given or was_more != self._more:
            self._outboard.give(given, last=not self._more)

    def _cut(self, travel: Travel) -> None:
        """Make tasks of a block's addresses, as far as there are paths to them."""
        block = travel.block
        ours = runs(block.addresses, 4)
        if not ours:
            return
        parts, travel.rest = self._paths.split(ours, arp_wanted=self._arp_wanted)
        lane = Lane(block.lane.key, block.lane.pps) if block.lane else None
        for path, some in parts.items():
            if path.direct in self._useless:
                continue  # no chosen probe can be sent there
            self._given += 1
            gateway, begun = block.gateway or UNKNOWN_GATEWAY, given(block, some, self._chain)
            travel.tasks[self._given] = Task(self._given, gateway, lane, path, tuple(some), begun, block.answered)
            self._away[self._given] = travel
            self._addresses_away += _count(some)

    # ------------------------------------------------------------ hear

    def _hear(self, outboard: Outboard) -> Iterator[SweepEvent]:
        try:
            messages = outboard.hear(_TURN_S)
        except EOFError:
            if not self._stop.is_set():
                _log.error("the sweep's own process ended unexpectedly; going on without it, slower")
                self._outboard = None
                yield from self._alone()
            return
        for message in messages:
            if self._stop.is_set():
                return
            if "share" in message:
                yield from self._returned(message)
            elif "said" not in message:
                self._note(message)
                yield self._progress()

    def _note(self, message: dict[str, Any]) -> None:
        self._sent, self._alive, zero = message["sent"], message["alive"], self._zero()
        for number, *row in message["heard"]:
            if number in self._away:
                travel = self._away[number]
                travel.sightings.append(_sighting(zero, travel.block.plane, row))
        for number, step, here, before in message["at"]:
            if number in self._away:
                self._away[number].positions[number] = step, here, before

    def _alone(self) -> Iterator[SweepEvent]:
        """Take back every block the packet process has not told: the kernel's sockets ask who has not answered."""
        for travel in dict.fromkeys(self._away.values()):
            known = {sighting.ip for sighting in travel.sightings}
            silent = [
                address
                for task in travel.tasks.values()
                for first, last in task.runs
                for address in range(first, last + 1)
                if IPv4Address(address) not in known
            ]
            travel.asked += sum(_count(task.runs) for task in travel.tasks.values()) - len(silent)
            travel.rest += [(address, address) for address in silent]
            travel.tasks.clear()
            yield from self._arrived(travel)
        self._away.clear()
        self._addresses_away = 0

    def _returned(self, message: dict[str, Any]) -> Iterator[SweepEvent]:
        travel = self._away.pop(message["share"])
        task = travel.tasks.pop(message["share"])
        self._addresses_away -= _count(task.runs)
        travel.asked += message["asked"]
        travel.limits.update(message["limits"])
        zero = self._zero()
        travel.sightings += [_sighting(zero, travel.block.plane, row) for row in message["seen"]]
        if task.path.direct:
            self._remember(travel, task, message["age_s"])
        if not travel.tasks:
            yield from self._arrived(travel)

    def _remember(self, travel: Travel, task: Task, since_s: float) -> None:
        """Add stations the kernel's own table proves at addresses where another one answered, or none."""
        known = {(sighting.ip, sighting.mac) for sighting in travel.sightings}
        for address, mac in self._paths.neighbours(task.path, task.runs, since_s):
            if (IPv4Address(address), mac) not in known:
                row = (address, ProbeKind.NEIGHBOUR_TABLE, "neighbour table", mac.text, None, None, time.monotonic())
                travel.sightings.append(_sighting(self._zero(), travel.block.plane, row))

    def _arrived(self, travel: Travel) -> Iterator[SweepEvent]:
        block = travel.block
        others = runs(block.addresses, 6)
        if not (others or travel.rest or block.vast):
            yield self._done(travel)
            return
        self._waiting.append(travel)
        self._addresses_waiting += len(_rest(travel))

    def _zero(self) -> datetime:
        """Return the time at which the clock that is never set, and which both processes share, showed zero."""
        return self._now() - timedelta(seconds=time.monotonic())

    # ------------------------------------------------------------ the rest

    def _by_hand(self) -> Iterator[SweepEvent]:
        """Ask through the kernel what the packet process could not; it has nothing to send meanwhile."""
        waiting, self._waiting, self._addresses_waiting = self._waiting, [], 0
        parts = [replace(travel.block, addresses=_rest(travel)) for travel in waiting]
        travels = {id(part): travel for part, travel in zip(parts, waiting, strict=True)}
        sent = alive = 0
        for event in self._slowly(parts):
            if isinstance(event, Progress):
                sent, alive = event.packets_sent, event.alive
                self._sent_before, self._alive_before = self._sent_before + sent, self._alive_before + alive
                yield self._progress()
                self._sent_before, self._alive_before = self._sent_before - sent, self._alive_before - alive
                continue
            travel = travels[id(event.block)]
            travel.by_hand = event
            if not event.finished:
                if not self._stop.is_set():
                    yield from self._open(travel)
                continue
            del travels[id(event.block)]
            travel.asked += event.asked
            travel.limits.update(set(event.limits) - {keys.NOT_ASKED})
            yield self._done(travel)
        if self._stop.is_set():
            self._waiting += travels.values()
        self._sent_before, self._alive_before = self._sent_before + sent, self._alive_before + alive

    # ------------------------------------------------------------ tell

    def _kept(self) -> Iterator[SweepEvent]:
        """Tell, now and then, how far the open blocks are where there is news of them."""
        began = time.monotonic()
        if not self._turns.due(began):
            return
        for travel in dict.fromkeys(self._away.values()):
            news = len(travel.sightings), dict(travel.positions)
            if news != travel.kept:
                travel.kept = news
                yield from self._open(travel)
        self._turns.told(began, time.monotonic())

    def _open(self, travel: Travel) -> Iterator[BlockDone]:
        """Tell what is known of a block that is not finished, if anything is."""
        begun = told(travel, self._chain)
        found = _sorted(travel)
        if found or begun:
            asked, limits = len({s.ip for s in found}), tuple(sorted({*travel.limits, keys.NOT_ASKED}))
            yield BlockDone(travel.block, found, asked, limits, self._now(), finished=False, begun=begun)

    def _done(self, travel: Travel) -> BlockDone:
        block = travel.block
        if travel.asked < len(block.addresses):
            travel.limits.add(keys.NOT_ASKED)
        self._left[block.gateway or UNKNOWN_GATEWAY] -= len(block.addresses)
        return BlockDone(block, _sorted(travel), travel.asked, tuple(sorted(travel.limits)), self._now())

    def _progress(self) -> Progress:
        sent, alive = self._sent_before + self._sent, self._alive_before + self._alive
        open_ = sum(self._left.values())
        slowest = max(
            min(open_ * self._each, max(0, self._planned - sent)) / self._pace.rate_pps,
            max(self._left.values(), default=0) / self._pace.new_addresses_per_gateway_s,
        )
        return Progress(sent, max(self._planned, sent), alive, slowest + (self._patience if open_ else 0.0))


def _hear_out(outboard: Outboard) -> None:
    """Log the last words of the packet process: it has told everything, and ends."""
    with suppress(EOFError):
        for message in (message for _ in range(_LAST_TURNS) for message in outboard.hear(_TURN_S)):
            for line in message.get("said", ()):
                _log.warning("sweep: %s", line)
            if _log.isEnabledFor(logging.INFO):
                for packet in message.get("odd", ()):
                    _log.info("a reply that proved nothing: %s", described(bytes.fromhex(packet)))


def _rest(travel: Travel) -> Sequence[IPAddress]:
    """Return what the kernel's sockets must ask."""
    ipv6 = [ip for ip in travel.block.addresses if ip.version != 4] if runs(travel.block.addresses, 6) else []  # noqa: PLR2004 -- IPv4
    ipv4 = Addresses(4, travel.rest)
    return (*ipv4, *ipv6) if ipv6 else ipv4


def _count(some: Iterable[Run]) -> int:
    return sum(last - first + 1 for first, last in some)


def _sorted(travel: Travel) -> tuple[Sighting, ...]:
    found = (*travel.sightings, *(travel.by_hand.sightings if travel.by_hand else ()))
    return tuple(sorted(found, key=lambda s: (s.ip.version, s.ip.packed, s.probe, s.mac.text if s.mac else "")))


def _sighting(zero: datetime, plane: str, row: Sequence[Any]) -> Sighting:
    """Make a sighting of what the packet process tells: its last column is how long after ``zero`` it was heard."""
    address, kind, detail, mac, ttl, rtt_s, at_s = row
    ip, station, at = IPv4Address(address), None if mac is None else Mac.parse(mac), zero + timedelta(seconds=at_s)
    return Sighting(plane, ip, station, _KINDS[kind], detail, at, ttl, None if rtt_s is None else rtt_s * 1000)
