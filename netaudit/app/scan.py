"""The scan of one sweep: gateways are poked and read in turns, and who stays silent is asked further."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from inventory.model.facts import ProbeKind
from netaudit.app.halt import Halt
from netaudit.app.quiet import LOOK_S
from netaudit.app.resolvers import assigned, groups, trusted
from probes.contract import BlockDone, Progress
from probes.sweep.capability import detect
from probes.sweep.engine import sweep as probe
from probes.sweep.limits import NOT_ASKED
from probes.sweep.links import local_networks

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from inventory.model.values import IPAddress
    from netaudit.app.gateways import Gateways
    from netaudit.app.quiet import Quiet
    from netaudit.app.resolvers import Resolver, Table
    from probes.contract import Block, Pace, ProbePlan, SweepEvent
    from probes.sweep.capability import Ability

_POKES: Final = frozenset({ProbeKind.ICMP, ProbeKind.ARP})
"""The kinds that make a gateway resolve an address for one packet."""
_GROUP: Final = 16
"""Blocks of a gateway that are poked before the silent ones among them are asked further: a minute or two."""


@dataclass(slots=True)
class _Known:
    """A block that was poked, and who resolves it."""

    original: Block
    resolvers: tuple[Resolver, ...]
    poked: BlockDone | None = None
    rest: Block | None = None


@dataclass(slots=True)
class _Count:
    """Packets over several runs of the engine."""

    sent: int = 0
    alive: int = 0
    later: int = 0
    """Addresses of runs to come."""
    last: Progress = field(default_factory=lambda: Progress(0, 0, 0, 0.0))

    def told(self, event: Progress, each: int) -> Progress:
        self.last = event
        planned = self.sent + event.packets_planned + self.later * each
        return Progress(self.sent + event.packets_sent, planned, self.alive + event.alive, event.eta_s)

    def end_run(self) -> None:
        self.sent, self.alive = self.sent + self.last.packets_sent, self.alive + self.last.alive
        self.last = Progress(0, 0, 0, 0.0)


def pokes(plan: ProbePlan, ability: Ability) -> frozenset[ProbeKind] | None:
    """Return the kinds to poke a gateway with; None where no single packet can be sent."""
    if ProbeKind.ICMP not in plan.kinds or not (ability.raw_icmp or ability.ping_socket):
        return None
    return plan.kinds & _POKES


class Scan:
    """Asks every address of some blocks.

    Where the gateway of a block can be read, one cheap packet makes it resolve an address; its table then tells who is
    there, silent or not. Only addresses it resolved are asked by the costlier probes: the others have nobody.
    """

    def __init__(
        self,
        plan: ProbePlan,
        pace: Pace,
        gateways: Gateways,
        quiet: Quiet,
        registered: Mapping[str, IPAddress],
        stop: threading.Event,
        now: Callable[[], datetime],
    ) -> None:
        """Prepare; ``registered`` is the registered gateway of each block, by its key; ``now`` the sweep's time."""
        self._plan, self._pace, self._gateways, self._quiet = plan, pace, gateways, quiet
        self._registered, self._stop, self._now = registered, stop, now
        self._count = _Count()
        self._every_s: dict[str, float] = {}
        self._cheap: frozenset[ProbeKind] = frozenset()

    def events(self, blocks: Sequence[Block]) -> Iterator[SweepEvent]:
        """Ask; events are those of one sweep."""
        wanted = self._pace.new_addresses_per_gateway_s
        resolvers = self._gateways.learn() if self._gateways else []
        self._cheap = (pokes(self._plan, detect()) if resolvers else None) or frozenset()
        heard, others = assigned(blocks, resolvers, wanted, self._registered, local_networks())
        self._every_s = {one.device: one.read_every_s(wanted) for _, found in heard for one in found}
        self._count.later = sum(len(block.addresses) for block in blocks)
        for group in groups(heard, _GROUP):
            known = [_Known(block, found) for block, found in group]
            yield from (
                self._poke_and_read(known) if self._cheap else self._run([k.original for k in known], self._plan)
            )
        if others:
            yield from self._run(others, self._plan)

    def _poke_and_read(self, group: Sequence[_Known]) -> Iterator[SweepEvent]:
        yield from self._poke(group)
        if not self._stop.is_set():
            self._gateways.read_again({one.device for known in group for one in known.resolvers})
            self._leave_out_nobody(group)
            for known in group:  # the rest is asked further: what is known may be stored before
                if known.poked is not None:
                    yield known.poked if known.rest is None else _unfinished(known.poked)
            yield from self._ask_further([known for known in group if known.rest is not None])
            return
        for known in group:
            if known.poked is not None:
                yield _unfinished(known.poked)

    def _poke(self, group: Sequence[_Known]) -> Iterator[SweepEvent]:
        by_key = {known.original.key: known for known in group}
        for event in self._run([known.original for known in group], replace(self._plan, kinds=self._cheap)):
            if isinstance(event, BlockDone) and event.finished:
                by_key[event.block.key].poked = event
            else:
                yield event

    def _ask_further(self, group: Sequence[_Known]) -> Iterator[SweepEvent]:
        rests = {known.rest.key: known for known in group if known.rest is not None}
        blocks = [known.rest for known in group if known.rest is not None]
        self._count.later += sum(len(block.addresses) for block in blocks)
        for event in self._run(blocks, self._plan) if blocks else ():
            yield _joined(rests[event.block.key], event) if isinstance(event, BlockDone) else event

    def _leave_out_nobody(self, group: Sequence[_Known]) -> None:
        """Say which silent addresses of each poked block are asked further."""
        if self._plan.kinds <= _POKES:
            return
        by_gateway: dict[tuple[Resolver, ...], list[_Known]] = {}
        for known in group:
            by_gateway.setdefault(known.resolvers, []).append(known)
        for resolvers, behind in by_gateway.items():
            there = self._there(resolvers, behind)
            for known in behind:
                if known.poked is not None:
                    known.rest = _silent(known.original, known.poked, there)

    def _there(self, resolvers: Sequence[Resolver], behind: Sequence[_Known]) -> Table | None:
        """Return the (plane, address) that their gateways resolved; None when that cannot be relied on."""
        table = self._gateways.knows({one.device for one in resolvers})
        if table is None:
            return None
        own = {(link.plane, link.ip) for one in resolvers for link in one.links}
        answered = {(k.original.plane, s.ip) for k in behind if k.poked for s in k.poked.sightings} - own
        asked = ((k.original.plane, ip) for k in behind for ip in k.original.addresses)
        return table if trusted(answered, asked, table) else None

    def _run(self, blocks: Sequence[Block], plan: ProbePlan) -> Iterator[SweepEvent]:
        """Run the engine, and read the gateways meanwhile; what comes into its quiet hours is left out from then on."""
        self._count.later = max(0, self._count.later - sum(len(block.addresses) for block in blocks))
        left = {block.key: block for block in blocks}
        while left and not self._stop.is_set():
            for key in self._quiet.blocks(left.values()):
                del left[key]
            halt = Halt(self._stop)
            if left:
                yield from self._run_until(halt, left, plan)
            if not halt.halted:
                return

    def _run_until(self, halt: Halt, left: dict[str, Block], plan: ProbePlan) -> Iterator[SweepEvent]:
        each = len(plan.tcp_ports) + 1
        look_at = time.monotonic() + LOOK_S
        for event in probe(list(left.values()), plan, self._pace, halt, now=self._now):
            self._gateways.read(self._every_s)
            if isinstance(event, BlockDone) and event.finished:
                del left[event.block.key]
            yield self._count.told(event, each) if isinstance(event, Progress) else event
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOK_S
                if self._quiet.blocks(left.values()):
                    halt.set()
        self._count.end_run()


def _silent(block: Block, poked: BlockDone, there: Table | None) -> Block | None:
    """Return what is asked further of a poked block."""
    heard = {sighting.ip for sighting in poked.sightings}
    silent = (ip for ip in block.addresses if ip not in heard)
    rest = tuple(ip for ip in silent if there is None or (block.plane, ip) in there)
    # Whom the gateway has resolved, it need not look for: the pace its table bears does not hold then.
    lane = block.lane if there is None else None
    return replace(block, addresses=rest, lane=lane, answered=block.answered or bool(heard)) if rest else None


def _unfinished(poked: BlockDone) -> BlockDone:
    return replace(poked, asked=len({sighting.ip for sighting in poked.sightings}), finished=False)


def _joined(known: _Known, further: BlockDone) -> BlockDone:
    """Put both rounds of a block together."""
    poked = known.poked
    if poked is None:
        return replace(further, block=known.original)
    seen = {(s.ip, s.probe, s.mac): s for s in (*further.sightings, *poked.sightings)}
    found = sorted(seen.values(), key=lambda s: (s.ip.version, s.ip.packed, s.probe, s.mac.text if s.mac else ""))
    limits = (set(poked.limits) | set(further.limits)) - {NOT_ASKED} | ({NOT_ASKED} & set(poked.limits))
    asked = poked.asked if further.finished else len({s.ip for s in found})
    return replace(further, block=known.original, sightings=tuple(found), asked=asked, limits=tuple(sorted(limits)))
