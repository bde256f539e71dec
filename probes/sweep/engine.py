"""The sweep: by packets of our own where this process may and the way allows, by the kernel's sockets elsewhere."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from probes.sweep.capability import Sockets
from probes.sweep.convoy import Convoy
from probes.sweep.links import Links
from probes.sweep.netlink import Netlink
from probes.sweep.orders import Orders, Probe
from probes.sweep.outboard import Outboard
from probes.sweep.pacing import Pacer
from probes.sweep.paths import Paths
from probes.sweep.schedule import Way, check, steps
from probes.sweep.stand_in import judged

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator

    from probes.blocks import Block, Pace, ProbePlan, SweepEvent
    from probes.sweep.capability import PacketSockets

LINGER_S: Final = 2.0
"""So long a sweep at no more than :data:`UNHURRIED_PPS` lasts at least while somebody is silent, so that a host many
times slower than its neighbours is heard. A /24 takes longer anyway at this pace; who asks for more pace gets it."""
UNHURRIED_PPS: Final = 1000.0

_log = logging.getLogger(__name__)


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
    is every few seconds by the packet process. With privilege the sweep goes on in a process of its own while the
    caller keeps an event, as far as blocks were taken in.

    Args:
        blocks: what to ask; taken in as the sweep goes on, so it may be longer than memory.
        plan: which probes.
        pace: how fast at most.
        stop: ends the sweep.
        sockets: opened by the caller, who also closes them; by default the sweep opens its own at the first event.
        clock: seconds that never step back, for what is sent from this process.
        now: the time written into finished blocks.

    Raises:
        ValueError: the plan or the pace must not be carried out. Raised at once, before any event is asked for.
    """
    check(plan)
    Pacer(pace, clock())
    return _events(blocks, plan, pace, stop, sockets, clock, now)


def _events(
    blocks: Iterable[Block],
    plan: ProbePlan,
    pace: Pace,
    stop: threading.Event,
    sockets: Sockets | None,
    clock: Callable[[], float],
    now: Callable[[], datetime],
) -> Iterator[SweepEvent]:
    with ExitStack() as opened:
        held = opened.enter_context(Sockets()) if sockets is None else sockets

        def slowly(rest: Iterable[Block]) -> Iterator[SweepEvent]:
            from probes.sweep import selector  # noqa: PLC0415 -- half of all imports, and most sweeps never need it

            return selector.sweep(rest, plan, pace, stop, sockets=held, clock=clock, now=now)

        packets = held.packets
        if packets is None:
            yield from map(judged, slowly(blocks))
            return
        netlink = opened.enter_context(closing(Netlink()))
        links = Links(netlink)
        paths = Paths(netlink, links, packets.ask)

        def start() -> Outboard | None:
            return _started(opened, packets, orders(plan, pace, links), stop)

        yield from map(judged, Convoy(blocks, plan, pace, stop, paths, start, slowly, now).run())


def _started(opened: ExitStack, packets: PacketSockets, told: Orders, stop: threading.Event) -> Outboard | None:
    try:
        return opened.enter_context(closing(Outboard(packets, told, stop)))
    except OSError as error:  # privileges were dropped so far that not even Python can be started
        _log.warning("the sweep's own process cannot be started (%s): slower without it", error)
        return None


def orders(plan: ProbePlan, pace: Pace, links: Links) -> Orders:
    """Say in plain values what the packet process must know."""
    chains = [
        tuple(Probe(step.kind.value, step.port, step.wait_s) for step in steps(plan, way, icmp=True))
        for way in (Way.ROUTED, Way.ARP)
    ]
    routed, direct = (chain[: len(chain) // (plan.retries + 1)] for chain in chains)
    sources = tuple(ip.packed.hex() for ip in links.networks if ip.version == 4)  # noqa: PLR2004 -- IPv4
    rounds = 0 if plan.adaptive else plan.retries + 1
    linger = LINGER_S if pace.rate_pps <= UNHURRIED_PPS else 0.0
    rates = (pace.rate_pps, pace.new_addresses_per_gateway_s, pace.arp_pps)
    return Orders(routed, direct, rounds, *rates, linger, sources)
