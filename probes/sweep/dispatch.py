"""The privileged sweep: one loop that sends waves of packets to a timetable and takes in what proves itself."""

from __future__ import annotations

import logging
import os
import select
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from inventory.model.facts import ProbeKind
from probes.sweep import neighbours
from probes.sweep.asking import Sent, sent
from probes.sweep.filter import answers
from probes.sweep.links import Links
from probes.sweep.muster import Muster
from probes.sweep.pacing import Timetable
from probes.sweep.packets import stamped
from probes.sweep.paths import Path, Paths
from probes.sweep.ports import Ports
from probes.sweep.replies import claim, station
from probes.sweep.schedule import Step, Way, steps
from probes.sweep.templates import Template, arp, echo, syn
from probes.sweep.wave import MOST_ROUNDS, Masks, Seen, Wave
from probes.sweep.wire import ETH_P_IP, MOST, Inbox, Outbox, describe, listen

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from probes.contract import Lane, Pace, ProbePlan
    from probes.sweep.muster import Part
    from probes.sweep.netlink import Netlink

_log = logging.getLogger(__name__)

_NAP_S: Final = 0.004  # a small batch instead of a packet at a time
_IDLE_S: Final = 0.1
_BACKOFFS: Final = 20
_BACKOFF_S: Final = 0.02


class Dispatch:
    """All waves in flight."""

    def __init__(
        self, plan: ProbePlan, pace: Pace, ip_socket: socket.socket, arp_socket: socket.socket, netlink: Netlink
    ) -> None:
        now = time.monotonic()
        self._netlink = netlink
        links = Links(netlink)
        self._paths = Paths(netlink, links, arp_socket)
        self._plan, self._pace = plan, pace
        self._tag = os.urandom(4)
        self._ports = Ports(wanted=ProbeKind.TCP in plan.kinds)
        sources = [ip.packed for ip in links.networks if ip.version == 4]  # noqa: PLR2004 -- IPv4
        listen(ip_socket, answers(sources, self._tag, self._ports.numbers), ETH_P_IP)
        self._out = {False: Outbox(ip_socket), True: Outbox(arp_socket)}
        self._ip, self._arp = Inbox(ip_socket), Inbox(arp_socket)
        self._wake = select.poll()
        for sock in (ip_socket, arp_socket):
            self._wake.register(sock, select.POLLIN)
        self._rounds = 0 if plan.adaptive else plan.retries + 1
        chains = {direct: _one_round(plan, direct=direct) for direct in (False, True)}
        longest = max(len(chain) for chain in chains.values())
        self._masks = Masks(max(self._rounds, MOST_ROUNDS) * max(1, longest))
        self.muster = Muster(chains, pace)
        self._packets = Timetable(pace.rate_pps, now)
        self._arps = Timetable(pace.arp_pps, now)
        self._gateways: dict[str, Timetable] = {}
        self._lanes: dict[str, Timetable] = {}
        self._templates: dict[tuple[Path, int, int], Template] = {}
        self._waves: list[Wave] = []
        self._held_until = float("-inf")
        self._read_at = now
        self._errors = Counter[int]()
        self._ended_sent = self._ended_alive = 0

    def close(self) -> None:
        """Give the source ports back, and say what went wrong on the way."""
        self._ports.close()
        if self._errors:
            told = {describe(number): count for number, count in self._errors.items()}
            _log.warning("probes not sent: %s", told)
        dropped = self._ip.dropped + self._arp.dropped
        if dropped:
            _log.warning("answers lost between kernel and sweep, and asked for again: %d", dropped)

    def wake_on(self, descriptor: int) -> None:
        """Let a descriptor end a pause, too."""
        self._wake.register(descriptor, select.POLLIN)

    def add(self, block: int, gateway: str, lane: Lane | None, addresses: Sequence[int]) -> None:
        """Take in a block."""
        parts, rest = self._paths.split(addresses, arp_wanted=ProbeKind.ARP in self._plan.kinds)
        self.muster.add(block, gateway, lane, parts, rest)

    @property
    def busy(self) -> bool:
        """Whether anything is still to be sent or waited for."""
        return bool(self._waves) or self.muster.waiting

    @property
    def sent(self) -> int:
        """Packets sent so far."""
        return self._ended_sent + sum(wave.sent for wave in self._waves)

    @property
    def alive(self) -> int:
        """Addresses that answered so far."""
        return self._ended_alive + sum(wave.alive for wave in self._waves)

    def heard(self) -> list[tuple[int, Seen]]:
        """Return what answered since the last call in blocks that are not finished, with the block's number."""
        fresh: list[tuple[int, Seen]] = []
        for share in (share for wave in self._waves for share in wave.shares):
            fresh += [(share.block, seen) for seen in share.seen[share.told :]]
            share.told = len(share.seen)
        return fresh

    # ------------------------------------------------------------ one turn

    def turn(self) -> list[Part]:
        """Send what is due, take in what arrived; return the blocks that are finished."""
        self._launch()
        self._send()
        self._receive()
        self._advance()
        return self.muster.finished()

    def pause(self) -> None:
        """Sleep until there is something to do."""
        now = time.monotonic()
        if any(wave.sending for wave in self._waves):
            until = max(self._held_until - now, min(self._wait(wave, now) for wave in self._waves if wave.sending))
            if until > 0 or self._packets.ready(now) < MOST:
                time.sleep(max(until, _NAP_S) if until < _IDLE_S else _IDLE_S)
            return
        due = min((wave.due for wave in self._waves), default=now + _IDLE_S)
        self._wake.poll(max(0.0, min(_IDLE_S, due - now)) * 1000 + 1)

    def _launch(self) -> None:
        fresh = {(wave.path, wave.gateway, wave.lane) for wave in self._waves if wave.number == 0 and wave.sending}
        for path, gateway, lane, chain, shares in self.muster.ready(fresh):
            wave = Wave(path, gateway, lane, chain, shares, self._masks, rounds=self._rounds)
            if not path.direct:
                table = self._gateways.setdefault(gateway, Timetable(self._new_rate, time.monotonic()))
                table.rest(time.monotonic())
            if lane:
                self._lanes.setdefault(lane.key, Timetable(lane.pps, time.monotonic())).rest(time.monotonic())
            self._waves.append(wave)

    @property
    def _new_rate(self) -> float:
        return self._pace.new_addresses_per_gateway_s

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
        lane = [self._lanes[wave.lane.key]] if wave.lane else []
        if wave.path.direct:
            return [self._arps, *lane]
        return [self._gateways[wave.gateway], *lane] if wave.number == 0 else lane

    def _allowed(self, wave: Wave, now: float) -> int:
        return min([MOST, *(own.ready(now) for own in self._own(wave))])

    def _wait(self, wave: Wave, now: float) -> float:
        return max([self._packets.wait(now), *(own.wait(now) for own in self._own(wave))])

    def _transmit(self, wave: Wave, count: int, now: float) -> int:
        indexes = wave.take(count)
        template = self._template(wave)
        size = len(template.octets)
        packets = stamped(template, *wave.columns(indexes))
        position = sent_now = 0
        while position < len(indexes):
            taken, number = self._out[wave.path.direct].send(wave.path.hop, packets, size, position)
            if taken:
                wave.left(indexes[position : position + taken], now)
                wave.backoffs = 0
                position += taken
                sent_now += taken
            elif sent(number) is Sent.AGAIN and wave.backoffs < _BACKOFFS:
                wave.backoffs += 1
                self._held_until = now + _BACKOFF_S
                wave.put_back(indexes[position:])
                break
            else:
                self._errors[number] += 1
                wave.failed(indexes[position], never=sent(number) is Sent.NEVER)
                position += 1
        self._packets.take(sent_now)
        for own in self._own(wave):
            own.take(sent_now)
        return sent_now

    def _template(self, wave: Wave) -> Template:
        key = (wave.path, wave.step.port, wave.round)
        if key not in self._templates:
            path = wave.path
            if path.direct:
                self._templates[key] = arp(path.mac, path.source)
            elif wave.step.kind is ProbeKind.TCP:
                self._templates[key] = syn(path.source, self._ports.of(wave.round), wave.step.port)
            else:
                self._templates[key] = echo(path.source, self._tag)
        return self._templates[key]

    # ------------------------------------------------------------ hear

    def _receive(self) -> None:
        now, wall = time.monotonic(), time.time()
        longest, self._read_at = now - self._read_at, now  # a stamp that says more comes from a clock that was set
        for heard in self._ip.receive(wall):
            told = claim(heard.octets, self._tag)
            if told is not None:
                at = now - min(max(heard.waited_s, 0.0), longest)
                any(wave.hear(told, at, wall) for wave in self._waves if not wave.path.direct)
        for heard in self._arp.receive(wall):
            said = station(heard.octets)
            if said is None or said.mac[0] & 1 or said.mac == bytes(6):
                continue
            at = now - min(max(heard.waited_s, 0.0), longest)
            for wave in self._waves:
                path = wave.path
                ours = (said.to_mac, said.to_address, heard.link) == (path.mac, path.source, path.hop.link)
                if path.direct and ours and said.mac != path.mac:
                    wave.hear_arp(said.address, said.mac, at, wall)

    def _advance(self) -> None:
        now = time.monotonic()
        due = [wave for wave in self._waves if not wave.sending and wave.due <= now]
        if not due:
            return
        self._receive()
        if self._ip.count_drops() + self._arp.count_drops():
            for wave in self._waves:
                wave.repeat = True
        for wave in due:
            if wave.due <= now and not wave.advance():
                self._waves.remove(wave)
                self._ended_sent += wave.sent
                self._ended_alive += wave.alive
                if wave.path.direct:
                    self._remember(wave, now)
                self.muster.done(wave.shares)

    def _remember(self, wave: Wave, now: float) -> None:
        """Add stations the kernel's own table proves at addresses where another one answered, or none."""
        try:
            rows = neighbours.read(self._netlink)
        except OSError:
            return  # everything here was asked by ARP already
        for (ip, link), row in rows.items():
            address, mac = int(ip), bytes.fromhex(row.mac.text.replace(":", ""))
            share = wave.unheard(address, mac) if (ip.version, link) == (4, wave.path.hop.link) else None
            asked = wave.asked_at(address) if share else None
            if share and asked is not None and row.alive(now - asked):
                kind, detail = ProbeKind.NEIGHBOUR_TABLE, "neighbour table"
                share.seen.append(Seen(address, kind, detail, mac, None, None, time.time()))


def _one_round(plan: ProbePlan, *, direct: bool) -> tuple[Step, ...]:
    chain = steps(plan, Way.ARP if direct else Way.ROUTED, icmp=True)
    return chain[: len(chain) // (plan.retries + 1)]
