"""The course of every address through its probes: begun, asked, answered or silent, settled."""

from __future__ import annotations

from collections import Counter, deque
from functools import partial
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Final

from inventory.model.sightings import ProbeKind, Sighting
from probes.sweep import limits
from probes.sweep.asking import Answer, Asking, BlockRun, Fenced, Sent
from probes.sweep.fences import Fences, part
from probes.sweep.links import Route, Unroutable
from probes.sweep.nd import Present, Solicits
from probes.sweep.neighbours import CONFIRM_S
from probes.sweep.patience import LOOK_S
from probes.sweep.positions import chain_of, sent_before
from probes.sweep.queues import Queues, toll
from probes.sweep.schedule import KERNEL_SOLICITS, Step, Way, steps
from probes.sweep.stations import Known, Stations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from inventory.model.values import IPAddress
    from probes.blocks import Block, ProbePlan
    from probes.sweep.arp import Arps
    from probes.sweep.icmp import Echoes
    from probes.sweep.links import Link, Links
    from probes.sweep.outlook import Outlook
    from probes.sweep.pacing import Pacer
    from probes.sweep.patience import Patience
    from probes.sweep.tcp import Connects
    from probes.sweep.timers import Timers
    from probes.sweep.udp import Datagrams

_BACKOFFS: Final = 20
_BACKOFF_S: Final = 0.02
_ARP_LINGER_S: Final = 0.2  # a second station with the same address answers within this
_CONFIRM_EVERY_S: Final = 0.5
_PATIENT: Final = frozenset({Way.ARP, Way.KERNEL})
"""The kernel repeats a lost ARP or ND request after a second, and our own is sent again by the plan: no hurry here."""
_CALL_S: Final = 1.0  # a host first looks for our MAC, and may wait half a second before it answers so many
_HANDSHAKE: Final = 2  # the ACK and the RST that end an open connection


class Course:
    """All addresses in flight."""

    def __init__(  # noqa: PLR0913 -- the one place where the parts meet
        self,
        plan: ProbePlan,
        *,
        echoes: Mapping[int, Echoes],
        arps: Arps | None,
        solicits: Solicits | None,
        connects: Connects,
        datagrams: Mapping[int, Datagrams],
        links: Links,
        stations: Stations,
        queues: Queues,
        pacer: Pacer,
        outlook: Outlook,
        timers: Timers,
        patience: Patience,
        asked: dict[str, list[Asking]],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._plan, self._now, self._clock = plan, now, clock
        self._solicits = solicits
        self._echoes, self._arps, self._connects, self._datagrams = echoes, arps, connects, datagrams
        self._links, self._stations = links, stations
        self._queues, self._pacer, self._outlook, self._timers = queues, pacer, outlook, timers
        self._asked, self._patience = asked, patience
        self.running: set[BlockRun] = set()
        self.finished: deque[BlockRun] = deque()
        self.held_until = float("-inf")
        """Nothing is sent before this: the kernel had no room."""
        self._fences = Fences()
        self.errors: Counter[int | None] = Counter()
        """Probes that did not leave, by errno."""

    # ------------------------------------------------------------ begin and end

    def open(self, block: Block) -> BlockRun:
        """Begin a block; its addresses follow one by one."""
        run = BlockRun(block, len(block.addresses))
        self.running.add(run)
        if block.answered:
            self._fences.alive(part(int(block.network.network_address), block.network.version))
        if block.vast:
            self._call(run)
        if not run.unsettled:
            self.finished.append(run)
        return run

    def _call(self, run: BlockRun) -> None:
        """Call all nodes of the link a vast network is on."""
        try:
            route = self._links.route(run.block.network[-1])
        except OSError:
            route = Unroutable()
        link, source = (None, None) if isinstance(route, Unroutable) else (route.link, route.source)
        if not self._solicits or link is None or not isinstance(source, IPv6Address) or not run.block.all_nodes:
            run.limits.add(limits.VAST_ELSEWHERE)
            return
        run.limits.add(limits.VAST)
        run.unsettled += 1
        self._call_again(run, link, source, self._plan.retries, self._clock())

    def _call_again(self, run: BlockRun, link: Link, source: IPv6Address, more: int, now: float) -> None:
        if more < 0:
            self._one_less(run, now)
            return
        packets = self._solicits.call(link, source, now) if self._solicits else 0
        self._pacer.packets.take(packets, now)
        self._outlook.sent(packets)
        wait = max(self._plan.timeout_s, _CALL_S)
        self._timers.at(now + wait, partial(self._call_again, run, link, source, more - 1))

    def _present(self, found: Present, now: float) -> None:
        """Take in who answered a call: an address of a vast network on that link, known before or not."""
        for run in [run for run in self.running if run.block.vast and found.ip in run.block.network]:
            text = str(found.ip)
            known = [asking for asking in self._asked.get(text, []) if asking.run is run]
            if not known:
                route = Route(own=False, link=found.call.link, source=None, out=found.call.link)
                asking = Asking(run, found.ip, text, Way.ARP, route, (), asked_at=found.call.at, settled=True)
                run.askings.append(asking)
                self._asked.setdefault(text, []).append(asking)
                known = [asking]
            for asking in known:
                self._answered(Answer(asking, ProbeKind.ICMP, found.detail, found.call.at, found.ttl, found.mac), now)

    def close(self, run: BlockRun) -> None:
        """Forget a block that was told."""
        self.running.discard(run)
        for asking in run.askings:
            others = self._asked.get(asking.text, [])
            if asking in others:
                others.remove(asking)
            if not others:
                self._asked.pop(asking.text, None)

    def begin(self, run: BlockRun, ip: IPAddress, now: float) -> None:
        """Queue an address for its first probe."""
        try:
            route = self._links.route(ip)
        except OSError:
            route = Unroutable()
        if isinstance(route, Unroutable):
            run.limits.add(limits.SEND_ERRORS)
            self._outlook.routed(None, run.block.gateway)
            self._outlook.settled(self._outlook.per_address)
            self._one_less(run, now)
            return
        way = self._way(run, route, ip)
        icmp = ip.version in self._echoes
        if not icmp and way is not Way.ARP and ProbeKind.ICMP in self._plan.kinds:
            run.limits.add(limits.NO_ICMP)
        asking = Asking(run, ip, str(ip).partition("%")[0], way, route, steps(self._plan, way, icmp=icmp))
        asking.packets_left = self._outlook.per_address
        self._go_on(asking)
        run.askings.append(asking)
        self._asked.setdefault(asking.text, []).append(asking)
        self._outlook.routed(asking, run.block.gateway)
        if part(int(ip), ip.version) in self._fences.closed:
            run.limits.add(limits.FENCED_OFF)
            self._settle(asking, now)
        elif asking.position < len(asking.steps):
            self._queues.add(asking, now)
        else:
            self._settle(asking, now)

    def chain(self, version: int) -> str:
        """Return which probes addresses of an IP version get, as positions are told by it."""
        return chain_of(self._plan, icmp=version in self._echoes)

    def _go_on(self, asking: Asking) -> None:
        """Begin an address where an interrupted sweep was."""
        sent = sent_before(asking.run.block, int(asking.ip), self.chain(asking.ip.version))
        asking.position = asking.in_vain = min(sent, len(asking.steps))
        if asking.way is Way.KERNEL and asking.position < len(asking.steps):
            while not asking.steps[asking.position].opens_round:  # the kernel may have forgotten the station
                asking.position -= 1
        saved = sum(step.packets for step in asking.steps[: asking.position])
        asking.packets_left -= saved
        self._outlook.settled(saved)

    def _way(self, run: BlockRun, route: Route, ip: IPAddress) -> Way:
        if route.own or route.link is None:
            return Way.OWN if route.own else Way.ROUTED
        if ProbeKind.ARP in self._plan.kinds:
            if self._arps if ip.version == 4 else self._solicits:  # noqa: PLR2004 -- IPv4
                return Way.ARP
            run.limits.update((limits.NO_ARP, limits.NEIGHBOUR_TABLE_ONLY))
        return Way.KERNEL

    def _settle(self, asking: Asking, now: float) -> None:
        """End an address: nothing more is sent to it."""
        asking.settled = True
        for connect in tuple(asking.connects):
            self._connects.close(connect)
        self._outlook.settled(asking.packets_left, asking)
        self._one_less(asking.run, now)

    def _one_less(self, run: BlockRun, now: float) -> None:
        run.unsettled -= 1
        if run.unsettled == 0:
            self._timers.at(max(now, run.closes_at), lambda _now: self.finished.append(run))

    # ------------------------------------------------------------ ask

    def probe(self, asking: Asking, now: float) -> None:
        """Send the next probe of an address whose toll is paid."""
        step = asking.steps[asking.position]
        outcome, number = self._send(asking, step, now)
        if outcome is Sent.AGAIN and asking.backoffs < _BACKOFFS:
            asking.backoffs += 1
            self.held_until = now + _BACKOFF_S
            self._pacer.refund(toll(asking), now)
            self._queues.add(asking, now, first=True)
            return
        if outcome is Sent.YES:
            self._count(asking, step, now)
        else:
            self.errors[number] += 1
            asking.run.limits.add(limits.SEND_ERRORS)
            if outcome is Sent.NEVER:
                self._settle(asking, now)
                return
        asking.position += 1
        self._wait(asking, step, now, now)

    def _wait(self, asking: Asking, step: Step, since: float, now: float) -> None:
        """Set the time to go on: sooner than planned as soon as answers tell how quick they are."""
        if asking.settled:
            return
        if asking.way in _PATIENT:
            self._timers.at(since + step.wait_s, partial(self._advance, asking))
            return
        due = since + self._patience.wait_s(asking.route.hop, step.wait_s)
        if due <= now:
            self._advance(asking, now)
        elif self._patience.knows(asking.route.hop) or due - now <= LOOK_S:
            self._timers.at(due, partial(self._advance, asking))
        else:
            self._timers.at(now + LOOK_S, partial(self._wait, asking, step, since))

    def _send(self, asking: Asking, step: Step, now: float) -> tuple[Sent, int | None]:
        if step.kind is ProbeKind.TCP:
            return self._connects.send(asking, step.port, now)
        if step.kind is ProbeKind.ARP:
            asks = self._arps if asking.ip.version == 4 else self._solicits  # noqa: PLR2004 -- IPv4
            return asks.send(asking, now) if asks else (Sent.NEVER, None)
        if step.kind is ProbeKind.UDP:
            return self._datagrams[asking.ip.version].send(asking, step.port, now)
        return self._echoes[asking.ip.version].send(asking, now)

    def _count(self, asking: Asking, step: Step, now: float) -> None:
        if asking.asked_at is None:
            self._outlook.begun(asking)
            asking.asked_at = now
        asking.last_sent = now
        asking.packets_left -= step.packets
        self._outlook.sent(step.packets)

    def _advance(self, asking: Asking, now: float) -> None:
        """Go on with an address whose last probe has been waited for."""
        if asking.settled:
            return
        last = asking.position == len(asking.steps)
        waited = asking.position
        if asking.way is Way.KERNEL and asking.asked_at is not None:
            known = self._stations.known(asking, now)
            if known is Known.ALIVE:
                self._pacer.arp.give_back(KERNEL_SOLICITS - 1)
                self._outlook.found()
                self._settle(asking, now)
                return
            if known is Known.UNCONFIRMED and last and now < asking.asked_at + CONFIRM_S:
                self._timers.at(now + _CONFIRM_EVERY_S, partial(self._advance, asking))
                return
            if known is Known.UNRESOLVED:
                _skip_round(asking)
        asking.in_vain = max(asking.in_vain, waited)
        if asking.position == len(asking.steps):
            self._settle(asking, now)
        else:
            self._queues.add(asking, now)

    # ------------------------------------------------------------ hear

    def hear(self, found: Iterable[Answer | Fenced | Present], now: float) -> None:
        """Take in what the probes report."""
        for item in found:
            if isinstance(item, Fenced):
                self._fence(item, now)
            elif isinstance(item, Present):
                self._present(item, now)
            else:
                self._answered(item, now)

    def _fence(self, said: Fenced, now: float) -> None:
        run, ip = said.asking.run, said.asking.ip
        run.limits.add(limits.PROHIBITED)
        where = part(int(ip), ip.version)
        if said.router is None or not self._fences.forbidden(where, said.router, int(ip)):
            return
        for other in [asking for running in self.running for asking in running.askings if not asking.settled]:
            if part(int(other.ip), other.ip.version) == where:
                other.run.limits.add(limits.FENCED_OFF)
                self._settle(other, now)

    def _answered(self, answer: Answer, now: float) -> None:
        asking = answer.asking
        key = (answer.kind, answer.mac)
        if key in asking.sightings:
            return
        if not asking.sightings:
            self._outlook.found()
            self._fences.alive(part(int(asking.ip), asking.ip.version))
        rtt_ms = None if answer.sent_at is None else (now - answer.sent_at) * 1000
        if answer.sent_at is not None:
            self._patience.heard(asking.route.hop, now - answer.sent_at)
        asking.sightings[key] = Sighting(
            asking.run.block.plane, asking.ip, answer.mac, answer.kind, answer.detail, self._now(), answer.ttl, rtt_ms
        )
        if answer.kind is ProbeKind.TCP and answer.detail.endswith("open"):
            self._pacer.packets.take(_HANDSHAKE, now)
            self._outlook.sent(_HANDSHAKE)
        if answer.kind in {ProbeKind.ARP, ProbeKind.ND}:
            asking.run.closes_at = now + _ARP_LINGER_S
        elif asking.way is Way.KERNEL and not asking.settled:
            self._pacer.arp.give_back(KERNEL_SOLICITS - 1)
        if not asking.settled:
            self._settle(asking, now)


def _skip_round(asking: Asking) -> None:
    """Go to the next round: without a MAC no packet to the address would leave the computer."""
    while asking.position < len(asking.steps) and not asking.steps[asking.position].opens_round:
        asking.position += 1
