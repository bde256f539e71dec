"""The privileged sweep: one loop that sends waves of packets to a timetable and takes in what proves itself."""

from __future__ import annotations

import select
import socket
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from probes.sweep import rounds
from probes.sweep.errnos import NEVER
from probes.sweep.filter import answers, arp_replies
from probes.sweep.loads import Hand, Load, needs_several
from probes.sweep.masks import Masks
from probes.sweep.muster import Muster
from probes.sweep.paces import Paces
from probes.sweep.packets import stamped
from probes.sweep.ports import Ports
from probes.sweep.replies import claim, promising, station
from probes.sweep.samples import Samples
from probes.sweep.seal import TURNS, Marks, Seal
from probes.sweep.templates import Template, arp, echo, syn, udp
from probes.sweep.wave import Wave
from probes.sweep.wire import ETH_P_ARP, ETH_P_IP, MOST, SLOT, Inbox, describe, listen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.sweep.orders import Orders, Path, Probe, Task
    from probes.sweep.replies import Claim
    from probes.sweep.senders import Senders
    from probes.sweep.shares import Seen, Share

_NAP_S: Final = 0.004  # a small batch instead of a packet at a time
_IDLE_S: Final = 0.1
_MOST_UNREAD: Final = 1 << 12
_BACKOFFS: Final = 20
_BACKOFF_S: Final = 0.02


def arrival(now: float, waited_s: float, since_read_s: float) -> float:
    """Return when a packet arrived that the kernel says has waited.

    It did not wait longer than since the socket was last emptied: a stamp that says so comes from a clock that was set.
    """
    return now - min(max(waited_s, 0.0), since_read_s)


def _heard_by(waves: Iterable[Wave], told: Claim, at: float) -> bool:
    for wave in waves:  # noqa: SIM110 -- any() would make a generator for every answer
        if wave.hear(told, at):
            return True
    return False


class Dispatch:
    """All waves in flight."""

    def __init__(self, orders: Orders, ip_socket: socket.socket, arp_socket: socket.socket) -> None:
        now = time.monotonic()
        self._orders = orders
        kinds = {probe.kind for probe in orders.routed}
        self._ports = Ports(socket.SOCK_STREAM, wanted="tcp" in kinds)
        self._udp_ports = Ports(socket.SOCK_DGRAM, wanted="udp" in kinds)
        sources = [bytes.fromhex(source) for source in orders.sources]
        self._marks = Marks(Seal.drawn(), self._ports.spread, self._udp_ports.spread)
        listen(ip_socket, answers(sources, self._marks), ETH_P_IP)
        listen(arp_socket, arp_replies(), ETH_P_ARP)
        self._ip, self._arp = Inbox(ip_socket), Inbox(arp_socket)
        self._wake = select.poll()
        for sock in (ip_socket, arp_socket):
            self._wake.register(sock, select.POLLIN)
        longest = max(1, len(orders.routed), len(orders.direct))
        self._masks = Masks(max(orders.rounds, rounds.MOST) * longest)
        self._muster = Muster(orders)
        self._paces = Paces(orders, now)
        self._templates: dict[tuple[Path, Probe, int], Template] = {}
        self._waves: list[Wave] = []
        self._finished: list[Share] = []
        self.odd = Samples()
        """Replies that proved nothing."""
        self._senders = self._hands(ip_socket, arp_socket)
        self._stuck: list[Load] = []
        """The kernel had no room for them."""
        self._held_until = float("-inf")
        self._flying: list[Load] = []
        """What is with the senders, or stuck."""
        self._unread = 0
        """Packets that may have been answered since it was read last."""
        self._most_unread = min(_MOST_UNREAD, self._ip.room)
        self._largest = max(1, min(self._senders.largest, self._most_unread // self._senders.shares))
        self._choked = False
        """Not the timetable holds up the next packets, but the senders, or what is to be read."""
        self._read_at = now
        self._errors = Counter[int]()
        self._ended_sent = self._ended_alive = 0

    def _hands(self, ip_socket: socket.socket, arp_socket: socket.socket) -> Hand | Senders:
        """Return who hands packets to the kernel: this thread, or others where it would be too slow."""
        sockets = {False: ip_socket, True: arp_socket}
        if not needs_several(self._orders.rate_pps):
            return Hand(sockets)
        from probes.sweep.senders import Senders  # noqa: PLC0415 -- most sweeps are slower, and this must start fast

        return Senders(sockets)

    def close(self) -> list[str]:
        """End the senders, give the source ports back; return what went wrong on the way, for the log."""
        self._senders.close()
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

    def wake_on(self, descriptor: int, events: int = select.POLLIN) -> None:
        """Let a descriptor end a pause, too."""
        self._wake.register(descriptor, events)

    def sleep_on(self, descriptor: int) -> None:
        """Let it no more."""
        self._wake.unregister(descriptor)

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
        # First read: whoever answered is not asked again, however late this process is.
        if time.monotonic() >= self._read_at + _NAP_S or self._room <= 0 or not self._sending:
            self._receive()
        self._send()
        self._advance()
        finished, self._finished = self._finished, []
        return finished

    def pause(self) -> None:
        """Sleep until there is something to do."""
        now = time.monotonic()
        if len(self._flying) > len(self._stuck):
            self._senders.wait(_NAP_S)
        elif self._choked:
            return  # what was read has made room
        elif self._stuck:
            self._wake.poll(max(0.0, self._held_until - now) * 1000)
        elif self._sending:
            self._pause_sending(now)
        else:
            due = min((wave.due for wave in self._waves), default=now + _IDLE_S)
            self._wake.poll(max(0.0, min(_IDLE_S, due - now)) * 1000 + 1)

    def _pause_sending(self, now: float) -> None:
        until = min(self._paces.wait(wave, now) for wave in self._waves if wave.sending)
        if until > 2 * _NAP_S:
            self._wake.poll(min(until, _IDLE_S) * 1000)
        elif until > 0 or self._paces.packets.ready(now) < MOST:
            time.sleep(_NAP_S)

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
            self._paces.begin(wave, time.monotonic())
            self._waves.append(wave)

    # ------------------------------------------------------------ send

    def _send(self) -> None:
        self._settle()
        now = time.monotonic()
        self._choked = False
        if now < self._held_until:
            return
        stuck, self._stuck = self._stuck, []
        for load in stuck:
            self._senders.give(load)
        self._settle()
        left = ready = self._paces.packets.ready(now)
        for wave in self._waves:
            while left and wave.sending:
                self._choked = self._senders.full or self._room <= 0
                if self._choked or self._stuck:
                    return
                allowed = self._paces.allowed(wave, min(left, self._largest, self._room), now)
                if not allowed:
                    break
                left -= self._give(wave, allowed, now)
                self._settle()
        if left and ready:
            self._paces.packets.rest(now)

    @property
    def _room(self) -> int:
        """How many packets may still leave before it is read: if all are answered, so many the socket has room for."""
        return self._most_unread - self._unread

    def _give(self, wave: Wave, count: int, now: float) -> int:
        batch = wave.take(count)
        if not batch.places:
            return 0
        template = self._template(wave)
        load = Load(wave, batch.places, stamped(template, batch.addresses, batch.cookies), len(template.octets))
        wave.leaving(load.places, now)
        self._paces.take(wave, len(load.places))
        self._flying.append(load)
        self._unread += len(load.places)
        self._senders.give(load)
        return len(load.places)

    def _settle(self) -> None:
        """Take in what became of loads: all their packets left or never will, or the kernel had no room."""
        for load in self._senders.back():
            if load.stuck:
                self._hold(load)
                continue
            load.date()
            for place, number in load.refused:
                self._errors[number] += 1
                load.wave.failed(place, never=number in NEVER)
            load.wave.left(load.places, len(load.refused), load.at)
            self._flying.remove(load)

    def _hold(self, load: Load) -> None:
        """Let a load wait until the kernel has room; its next packet is given up when that takes too long."""
        if load.backoffs < _BACKOFFS:
            load.backoffs += 1
            self._held_until = load.at + _BACKOFF_S
        else:
            load.refuse(load.stuck)
        self._stuck.append(load)

    def _template(self, wave: Wave) -> Template:
        key = (wave.path, wave.step, wave.round)
        if key not in self._templates:
            path, (seal, tcp, datagrams), turn = wave.path, self._marks, wave.round % TURNS
            if path.direct:
                self._templates[key] = arp(path.mac, path.source)
            elif wave.step.kind == "tcp" and tcp:
                self._templates[key] = syn(path.source, seal, tcp, turn, wave.step.port)
            elif wave.step.kind == "udp" and datagrams:
                from probes.sweep.catalogue import QUESTIONS  # noqa: PLC0415 -- few sweeps ask so; this must start fast

                question = QUESTIONS[wave.step.port]
                self._templates[key] = udp(path.source, seal, datagrams, turn, question)
            else:
                self._templates[key] = echo(path.source, seal)
        return self._templates[key]

    # ------------------------------------------------------------ hear

    def _receive(self) -> None:
        now, wall = time.monotonic(), time.time()
        since, self._read_at = now - self._read_at, now
        self._unread = sum(len(load.places) for load in self._flying)
        for load in self._flying:
            load.date()
        routed = [wave for wave in self._waves if not wave.path.direct]
        expects = [wave.expects for wave in routed]
        more = True
        while more:
            count = self._ip.receive()
            more = count == MOST
            for number, glimpsed in promising(self._ip.slots, SLOT, count, expects):
                told = glimpsed or claim(self._ip.octets(number), self._marks)
                at = arrival(now, self._ip.waited_s(number, wall), since)
                if told is None or not _heard_by(routed, told, at):
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
                self._paces.slow_down(wave, pps, now)
                wave.hurried = False
            if not going:
                self._waves.remove(wave)
                self._ended_sent += wave.sent
                self._ended_alive += wave.alive
                self._finished += wave.shares
