"""The sweep without privilege, and wherever packets cannot be sent by us: a selector loop, several blocks in flight."""

from __future__ import annotations

import logging
import selectors
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from probes.sweep.arp import Arps
from probes.sweep.capability import Sockets
from probes.sweep.course import Course
from probes.sweep.icmp import Echoes
from probes.sweep.keys import NOT_ASKED
from probes.sweep.links import Links
from probes.sweep.nd import Solicits
from probes.sweep.neighbours import NeighbourTable
from probes.sweep.netlink import Netlink
from probes.sweep.outlook import Outlook
from probes.sweep.pacing import Pacer
from probes.sweep.patience import Patience
from probes.sweep.positions import Turns, reached
from probes.sweep.queues import Queues
from probes.sweep.results import done
from probes.sweep.samples import described
from probes.sweep.schedule import check, syn_life_s, syn_packets
from probes.sweep.stations import Stations
from probes.sweep.tcp import Connect, Connects
from probes.sweep.timers import Timers
from probes.sweep.udp import Datagrams

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator

    from probes.blocks import Block, BlockDone, Pace, ProbePlan, SweepEvent
    from probes.sweep.asking import Asking, BlockRun

_log = logging.getLogger(__name__)

MAX_BLOCKS: Final = 64
MAX_NEW: Final = 16_384
"""Addresses that may wait for their first probe: enough to keep every gateway busy, not more than memory likes."""
_AT_ONCE: Final = 64  # addresses taken in, and probes sent, per turn of the loop
_TURN_S: Final = 0.1  # the longest sleep: ``stop`` is looked at this often
_NAP_S: Final = 0.004  # the shortest sleep when only the pace holds us back: a small batch instead of a busy loop
_NOTE_EVERY_S: Final = 1.0  # the kernel forgets neighbours beyond net.ipv4.neigh.default.gc_thresh1


def sweep(
    blocks: Iterable[Block],
    plan: ProbePlan,
    pace: Pace,
    stop: threading.Event,
    *,
    sockets: Sockets | None = None,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[SweepEvent]:
    """Ask every address of every block, and tell what answered.

    A block is told as soon as it is finished, so blocks may end in another order than they began. After ``stop`` is
    set nothing more is sent and the iterator ends; of blocks that were not finished it is told how far they are, as it
    is every few seconds. While the caller keeps
    an event nothing is sent, and answers wait in the sockets' buffers: a long pause shows in the round-trip times.

    Args:
        blocks: what to ask; taken in as the sweep goes on, so it may be longer than memory.
        plan: which probes.
        pace: how fast at most.
        stop: ends the sweep.
        sockets: opened by the caller, who also closes them; by default the sweep opens its own at the first event.
        clock: seconds that never step back.
        now: the time written into sightings.

    Raises:
        ValueError: the plan or the pace must not be carried out. Raised at once, before any event is asked for.
    """
    check(plan)
    Pacer(pace, clock())
    return _events(blocks, stop, lambda opened: Loop(plan, pace, sockets, opened, clock, now))


def _events(blocks: Iterable[Block], stop: threading.Event, make: Callable[[ExitStack], Loop]) -> Iterator[SweepEvent]:
    with ExitStack() as opened:
        yield from make(opened).run(blocks, stop)


class Loop:
    """One sweep: its sockets, its timers, its turns."""

    def __init__(
        self,
        plan: ProbePlan,
        pace: Pace,
        sockets: Sockets | None,
        opened: ExitStack,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._clock, self._now = clock, now
        held = opened.enter_context(Sockets()) if sockets is None else sockets
        netlink = opened.enter_context(closing(Netlink()))
        self._selector = opened.enter_context(closing(selectors.DefaultSelector()))
        links = Links(netlink)
        asked: dict[str, list[Asking]] = {}
        pacer = Pacer(pace, clock())
        self._timers = Timers()
        self._outlook = Outlook(plan, pace, clock())
        patience = Patience()
        self._stations = Stations(links, NeighbourTable(netlink))
        self._connects = Connects(self._selector, syn_life_s(plan), syn_packets(plan), patience)
        opened.callback(self._connects.close_all)
        self._queues = Queues(pacer, lambda: self._connects.has_room)
        echoes = {version: Echoes(echo, asked) for version, echo in held.echo.items()}
        arps = self._arps = Arps(held.arp, asked) if held.arp else None
        datagrams = _datagrams(asked, opened)
        solicits = Solicits(held.nd, asked) if held.nd else None
        found = (*echoes.values(), *datagrams.values(), arps, solicits)
        for receiver in (each for each in found if each is not None):
            self._selector.register(receiver.socket, selectors.EVENT_READ, receiver)
        self._course = Course(
            plan,
            echoes=echoes,
            arps=arps,
            solicits=solicits,
            connects=self._connects,
            datagrams=datagrams,
            links=links,
            stations=self._stations,
            queues=self._queues,
            pacer=pacer,
            outlook=self._outlook,
            timers=self._timers,
            patience=patience,
            asked=asked,
            clock=clock,
            now=now,
        )
        self._more = True
        self._turns = Turns(clock())
        self._kept: dict[BlockRun, tuple[int, int]] = {}
        opened.callback(self._report)

    def run(self, blocks: Iterable[Block], stop: threading.Event) -> Iterator[SweepEvent]:
        """Turn until everything is told; after ``stop``, tell what is known of the blocks that answered."""
        counted = isinstance(blocks, Sequence)
        if counted:
            self._outlook.expect(blocks)
        arrivals = self._arrivals(blocks, counted=counted)
        self._timers.at(self._clock() + _NOTE_EVERY_S, self._note)
        while not stop.is_set():
            self._take_in(arrivals)
            self._send(stop)
            while self._course.finished and not stop.is_set():
                yield self._told(self._course.finished.popleft())
            yield from self._news(stop)
            progress = self._outlook.progress(self._clock())
            if progress is not None and not stop.is_set():
                yield progress
            if not (self._more or self._course.running):
                return
            self._receive()
            self._expire()
        for run in dict.fromkeys((*self._course.finished, *self._course.running)):
            yield from self._open(run)

    def _news(self, stop: threading.Event) -> Iterator[BlockDone]:
        """Tell, now and then, how far the open blocks are where there is news of them."""
        began = self._clock()
        if not self._turns.due(began):
            return
        for run in tuple(self._course.running):
            news = sum(len(asking.sightings) for asking in run.askings), sum(asking.in_vain for asking in run.askings)
            if not stop.is_set() and news != self._kept.get(run, (0, 0)):
                self._kept[run] = news
                yield from self._open(run)
        self._turns.told(began, self._clock())

    def _open(self, run: BlockRun) -> Iterator[BlockDone]:
        """Tell what is known of a block that is not finished, if anything is."""
        now = self._clock()
        self._stations.note(run, now, now)
        known = done(run, self._stations, self._now())
        begun = reached(run, self._course.chain(run.block.network.version))
        if known.sightings or begun:
            limits = tuple(sorted({*known.limits, NOT_ASKED}))
            asked = len({s.ip for s in known.sightings})
            yield replace(known, asked=asked, limits=limits, finished=False, begun=begun)

    def _arrivals(self, blocks: Iterable[Block], *, counted: bool) -> Iterator[bool]:
        """Begin one address after the other, so that even a huge block delays nothing."""
        for block in blocks:
            if not counted:
                self._outlook.expect((block,))
            run = self._course.open(block)
            yield True
            for ip in block.addresses:
                self._course.begin(run, ip, self._clock())
                yield True

    def _may_take_in(self) -> bool:
        return self._more and self._queues.new < MAX_NEW and len(self._course.running) <= MAX_BLOCKS

    def _take_in(self, arrivals: Iterator[bool]) -> None:
        for _ in range(_AT_ONCE):
            if not self._may_take_in():
                return
            self._more = next(arrivals, False)

    def _send(self, stop: threading.Event) -> None:
        for _ in range(_AT_ONCE):
            now = self._clock()
            if now < self._course.held_until or stop.is_set():
                return
            asking = self._queues.pop(now)
            if asking is None:
                return
            self._course.probe(asking, now)

    def _receive(self) -> None:
        for key, _events in self._selector.select(self._sleep()):
            found = self._connects.finish(key.data) if isinstance(key.data, Connect) else key.data.receive()
            self._course.hear(found, self._clock())
        self._course.hear(self._connects.early(), self._clock())

    def _sleep(self) -> float:
        """How long nothing but an answer can happen."""
        if self._course.finished or self._may_take_in():
            return 0.0
        now = self._clock()
        pause = max(self._queues.wait(now), self._course.held_until - now)
        if pause > 0:
            pause = max(pause, _NAP_S)
        due = min(self._timers.due, self._connects.deadline) - now
        return max(0.0, min(_TURN_S, due, pause))

    def _expire(self) -> None:
        now = self._clock()
        self._connects.expire(now)
        self._timers.run(now)

    def _note(self, now: float) -> None:
        for run in self._course.running:
            self._stations.note(run, now, now)
        self._timers.at(now + _NOTE_EVERY_S, self._note)

    def _report(self) -> None:
        if self._arps and _log.isEnabledFor(logging.INFO):
            for packet in self._arps.odd.kept:
                _log.info("a reply that proved nothing: %s", described(packet, arp=True))
        if self._course.errors:
            _log.warning("probes not sent, by errno: %s", dict(self._course.errors))

    def _told(self, run: BlockRun) -> SweepEvent:
        now = self._clock()
        self._stations.note(run, now, now)
        self._course.close(run)
        self._kept.pop(run, None)
        return done(run, self._stations, self._now())


def _datagrams(asked: dict[str, list[Asking]], opened: ExitStack) -> dict[int, Datagrams]:
    """Open a UDP socket for each IP version this computer speaks."""
    found = {}
    for version in (4, 6):
        with suppress(OSError):
            found[version] = opened.enter_context(closing(Datagrams(version, asked)))
    return found
