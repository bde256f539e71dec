"""The privileged sweep: one loop that sends waves of packets to a timetable and takes in what proves itself."""

from __future__ import annotations

import select
import socket
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from probes.sweep import rounds
from probes.sweep.errnos import AGAIN, NEVER
from probes.sweep.filter import answers, arp_replies
from probes.sweep.masks import Masks
from probes.sweep.muster import Muster
from probes.sweep.packets import stamped
from probes.sweep.ports import Ports
from probes.sweep.replies import claim, promising, station
from probes.sweep.samples import Samples
from probes.sweep.seal import Seal
from probes.sweep.templates import Template, arp, echo, syn, udp
from probes.sweep.timetable import Timetable
from probes.sweep.wave import Wave
from probes.sweep.wire import ETH_P_ARP, ETH_P_IP, MOST, SLOT, Inbox, Outbox, describe, listen

if TYPE_CHECKING:
    from probes.sweep.orders import Orders, Path, Probe, Task
    from probes.sweep.shares import Seen, Share

_NAP_S: Final = 0.004  # a small batch instead of a packet at a time
_IDLE_S: Final = 0.1
_BACKOFFS: Final = 20
_BACKOFF_S: Final = 0.02


def arrival(now: float, waited_s: float, since_read_s: float) -> float:
    """Return when a packet arrived that the kernel says has waited.

    It did not wait longer than since the socket was last emptied: a stamp that says so comes from a clock that was set.
    """
    return now - min(max(waited_s, 0.0), since_read_s)


class Dispatch:
    """All waves in flight."""

    def __init__(self, orders: Orders, ip_socket: socket.socket, arp_socket: socket.socket) -> None:
        now = time.monotonic()
        self._orders = orders
        self._seal = Seal.drawn()
        kinds = {probe.kind for probe in orders.routed}
        self._ports = Ports(socket.SOCK_STREAM, wanted="tcp" in kinds)
        self._udp_ports = Ports(socket.SOCK_DGRAM, wanted="udp" in kinds)
        sources = [bytes.fromhex(source) for source in orders.sources]
        listen(ip_socket, answers(sources, self._seal, self._ports.numbers, self._udp_ports.numbers), ETH_P_IP)
        listen(arp_socket, arp_replies(), ETH_P_ARP)
        self._out = {False: Outbox(ip_socket), True: Outbox(arp_socket)}
        self._ip, self._arp = Inbox(ip_socket), Inbox(arp_socket)
        self._wake = select.poll()
        for sock in (ip_socket, arp_socket):
            self._wake.register(sock, select.POLLIN)
        longest = max(1, len(orders.routed), len(orders.direct))
        self._masks = Masks(max(orders.rounds, rounds.MOST) * longest)
        self._muster = Muster(orders)
        self._packets = Timetable(orders.rate_pps, now)
        self._arps = Timetable(orders.arp_pps, now)
        self._gateways: dict[str, Timetable] = {}
        self._lanes: dict[str, Timetable] = {}
        self._slower: dict[tuple[Path, str], Timetable] = {}
        """Where answers were lost at the pace asked for."""
        self._templates: dict[tuple[Path, Probe, int], Template] = {}
        self._waves: list[Wave] = []
        self._finished: list[Share] = []
        self.odd = Samples()
        """Replies that proved nothing."""
        self._held_until = float("-inf")
        self._read_at = now
        self._errors = Counter[int]()
        self._ended_sent = self._ended_alive = 0

    def close(self) -> list[str]:
        """Give the source ports back; return what went wrong on the way, for the log."""
        self._ports.close()
        self._udp_ports.close()
        said = []
        if self._errors:
            told = ", ".join(f"{describe(number)} ({count})" for number, count in self._errors.items())
            said.append(f"probes not sent: {told}")
        dropped = self._ip.dropped + self._arp.dropped
        if dropped:
            said.append(f"answers lost between kernel and sweep, and asked for again: {dropped}")
        return said

    def wake_on(self, descriptor: int) -> None:
        """Let a descriptor end a pause, too."""
        self._wake.register(descriptor, select.POLLIN)

    def add(self, task: Task) -> None:
        """Take in a share of a block."""
        self._muster.add(task)

    @property
    def busy(self) -> bool:
        """Whether anything is still to be sent or waited for."""
        return bool(self._waves) or self._muster.waiting

    @property
    def sent(self) -> int:
        """Packets sent so far."""
        return self._ended_sent + sum(wave.sent for wave in self._waves)

    @property
    def alive(self) -> int:
        """Addresses that answered so far."""
        return self._ended_alive + sum(wave.alive for wave in self._waves)

    def heard(self) -> list[tuple[int, Seen]]:
        """Return what answered since the last call in shares that are not finished, with the share's number."""
        fresh: list[tuple[int, Seen]] = []
        for share in (share for wave in self._waves for share in wave.shares):
            fresh += [(share.number, seen) for seen in share.seen]
            share.seen = []
        return fresh

    def positions(self) -> list[tuple[int, int, int, int]]:
        """Return how far each share under way is (:meth:`Wave.positions`)."""
        now = time.monotonic()
        return [position for wave in self._waves for position in wave.positions(now)]

    # ------------------------------------------------------------ one turn

    def turn(self) -> list[Share]:
        """Send what is due, take in what arrived; return the shares that are finished."""
        self._launch()
        self._send()
        if time.monotonic() >= self._read_at + _NAP_S or not self._sending:
            self._receive()
        self._advance()
        finished, self._finished = self._finished, []
        return finished

    def pause(self) -> None:
        """Sleep until there is something to do."""
        now = time.monotonic()
        if self._sending:
            until = max(self._held_until - now, min(self._wait(wave, now) for wave in self._waves if wave.sending))
            if until > 2 * _NAP_S:
                self._wake.poll(min(until, _IDLE_S) * 1000)
            elif until > 0 or self._packets.ready(now) < MOST:
                time.sleep(_NAP_S)
            return
        due = min((wave.due for wave in self._waves), default=now + _IDLE_S)
        self._wake.poll(max(0.0, min(_IDLE_S, due - now)) * 1000 + 1)

    @property
    def _sending(self) -> bool:
        return any(wave.sending for wave in self._waves)

    def _launch(self) -> None:
        fresh = {(wave.path, wave.gateway, wave.lane) for wave in self._waves if wave.number == 0 and wave.sending}
        for (path, gateway, lane), shares in self._muster.ready(fresh):
            chain = self._orders.direct if path.direct else self._orders.routed
            wave = Wave(
                path,
                gateway,
                lane,
                chain,
                shares,
                self._masks,
                rounds=self._orders.rounds,
                linger_s=self._orders.linger_s,
            )
            now = time.monotonic()
            if not path.direct:
                self._gateways.setdefault(gateway, Timetable(self._orders.new_pps, now)).rest(now)
            if lane:
                self._lanes.setdefault(lane.key, Timetable(lane.pps, now)).rest(now)
            self._waves.append(wave)

    # ------------------------------------------------------------ send

    def _send(self) -> None:
        now = time.monotonic()
        if now < self._held_until:
            return
        left = budget = min(self._packets.ready(now), MOST)
        for wave in self._waves:
            while left and wave.sending:
                allowed = min(left, self._allowed(wave, now))
                if not allowed:
                    break
                used = self._transmit(wave, allowed, now)
                left -= used
                if now < self._held_until:
                    return
        if left and budget:
            self._packets.rest(now)

    def _own(self, wave: Wave) -> list[Timetable]:
        """Return the timetables a wave keeps beside the common one."""
        own = [self._lanes[wave.lane.key]] if wave.lane else []
        slower = self._slower.get((wave.path, wave.gateway))
        if slower:
            own.append(slower)
        if wave.path.direct:
            own.append(self._arps)
        elif wave.number == 0:
            own.append(self._gateways[wave.gateway])
        return own

    def _slow_down(self, wave: Wave, pps: float, now: float) -> None:
        """Halve the pace towards a gateway, or on a link, for the rest of the sweep: answers were lost at this one."""
        key, wave.hurried = (wave.path, wave.gateway), False
        rate = min(pps, self._slower[key].rate if key in self._slower else self._orders.rate_pps) / 2
        self._slower[key] = Timetable(max(1.0, rate), now)

    def _allowed(self, wave: Wave, now: float) -> int:
        return wave.ready(min([MOST, *(own.ready(now) for own in self._own(wave))]), now)

    def _wait(self, wave: Wave, now: float) -> float:
        return max([self._packets.wait(now), wave.held_s(now), *(own.wait(now) for own in self._own(wave))])

    def _transmit(self, wave: Wave, count: int, now: float) -> int:
        places, addresses, cookies = wave.take(count)
        template = self._template(wave)
        size = len(template.octets)
        packets = stamped(template, addresses, cookies)
        position = sent_now = 0
        while position < len(places):
            taken, number = self._out[wave.path.direct].send(wave.path.hop, packets, size, position)
            if taken:
                wave.left(places[position : position + taken], now)
                wave.backoffs = 0
                position += taken
                sent_now += taken
            elif number in AGAIN and wave.backoffs < _BACKOFFS:
                wave.backoffs += 1
                self._held_until = now + _BACKOFF_S
                wave.put_back(places[position:])
                break
            else:
                self._errors[number] += 1
                wave.failed(places[position], never=number in NEVER)
                position += 1
        self._packets.take(sent_now)
        for own in self._own(wave):
            own.take(sent_now)
        return sent_now

    def _template(self, wave: Wave) -> Template:
        key = (wave.path, wave.step, wave.round)
        if key not in self._templates:
            path = wave.path
            if path.direct:
                self._templates[key] = arp(path.mac, path.source)
            elif wave.step.kind == "tcp":
                self._templates[key] = syn(path.source, self._ports.of(wave.round), wave.step.port)
            elif wave.step.kind == "udp":
                from probes.sweep.catalogue import QUESTIONS  # noqa: PLC0415 -- few sweeps ask so; this must start fast

                question = QUESTIONS[wave.step.port]
                self._templates[key] = udp(path.source, self._udp_ports.of(wave.round), question)
            else:
                self._templates[key] = echo(path.source, self._seal)
        return self._templates[key]

    # ------------------------------------------------------------ hear

    def _receive(self) -> None:
        now, wall = time.monotonic(), time.time()
        since, self._read_at = now - self._read_at, now
        routed = [wave for wave in self._waves if not wave.path.direct]
        expects = [wave.expects for wave in routed]
        more = True
        while more:
            count = self._ip.receive()
            more = count == MOST
            for number, glimpsed in promising(self._ip.slots, SLOT, count, expects):
                told = glimpsed or claim(self._ip.octets(number), self._seal)
                at = arrival(now, self._ip.waited_s(number, wall), since)
                if told is None or not any(wave.hear(told, at) for wave in routed):
                    self.odd.keep(self._ip.octets(number))
        more = True
        while more:
            count = self._arp.receive()
            more = count == MOST
            for number in range(count):
                self._hear_arp(number, now, since, wall)

    def _hear_arp(self, number: int, now: float, since: float, wall: float) -> None:
        said, link = station(self._arp.octets(number)), self._arp.link(number)
        if said is None or said.mac[0] & 1 or said.mac == bytes(6):
            return
        at = arrival(now, self._arp.waited_s(number, wall), since)
        for wave in self._waves:
            path = wave.path
            ours = (said.to_mac, said.to_address, link) == (path.mac, path.source, path.hop.link)
            if path.direct and ours and said.mac != path.mac:
                wave.hear_arp(said.address, said.mac, at)

    def _advance(self) -> None:
        now = time.monotonic()
        due = [wave for wave in self._waves if wave.due_for(now)]
        if not due:
            return
        self._receive()
        if self._ip.count_drops() + self._arp.count_drops():
            for wave in self._waves:
                wave.repeat = True
        for wave in due:
            pps = wave.pps
            going = wave.advance(now) if wave.due_for(now) else True
            if going and wave.hurried:
                self._slow_down(wave, pps, now)
            if not going:
                self._waves.remove(wave)
                self._ended_sent += wave.sent
                self._ended_alive += wave.alive
                self._finished += wave.shares
