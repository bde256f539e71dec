"""By which next hop each address of a block is reached: asked of the kernel once per block where that is enough."""

from __future__ import annotations

import socket
import struct
import time
from array import array
from ipaddress import IPv4Address
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from probes.sweep import neighbours
from probes.sweep.filter import arp_replies
from probes.sweep.links import Unroutable
from probes.sweep.netlink import GETNEIGH, GETROUTE, GETRULE, attributes
from probes.sweep.orders import Path
from probes.sweep.packets import stamped
from probes.sweep.replies import station
from probes.sweep.templates import arp
from probes.sweep.wire import ETH_P_ARP, ETH_P_IP, Hop, Outbox, listen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.model.values import Mac
    from probes.sweep.links import Link, Links, Route
    from probes.sweep.netlink import Netlink

_ROUTE: Final = struct.Struct("=8BI")  # rtmsg
_NEIGHBOUR: Final = struct.Struct("=BxxxiHBB")  # ndmsg
_RTA_DST, _NDA_DST, _NDA_LLADDR, _FRA_DST = 1, 1, 2, 1
_SURE: Final = 0x02 | 0x80  # NUD_REACHABLE, NUD_PERMANENT
_USABLE: Final = _SURE | 0x04 | 0x08 | 0x10  # and STALE, DELAY, PROBE
_TRIES: Final = 3
_TRY_S: Final = 0.2
BROADCAST: Final = b"\xff" * 6

Run: TypeAlias = tuple[int, int]
"""First and last of addresses that follow on each other."""


class Paths:
    """Routes as they were when the sweep began, and next hops resolved once each."""

    def __init__(self, netlink: Netlink, links: Links, arp_socket: socket.socket) -> None:
        self._netlink, self._links = netlink, links
        self._arp = arp_socket
        self._ranges = _specific_ranges(netlink)
        self._ruled = _destination_rules(netlink)
        self._macs: dict[tuple[int, bytes], bytes | None] = {}
        self._listening = False

    def split(self, runs: Sequence[Run], *, arp_wanted: bool) -> tuple[dict[Path, list[Run]], list[Run]]:
        """Sort addresses, given as runs, by path.

        Returns:
            Path → runs, and those that we cannot send to ourselves: our own, no route, no Ethernet, no next hop.
        """
        found: dict[Path, list[Run]] = {}
        rest: list[Run] = []
        for part in self._alike(runs):
            path = self._path(part[0][0], arp_wanted=arp_wanted)
            (rest if path is None else found.setdefault(path, [])).extend(part)
        return found, rest

    def _alike(self, runs: Sequence[Run]) -> list[Sequence[Run]]:
        """Cut where the kernel may decide differently: whole when no route or rule is about a part of the block."""
        if self._ruled:
            return [((address, address),) for first, last in runs for address in range(first, last + 1)]
        low, high = min(first for first, _ in runs), max(last for _, last in runs)
        edges = sorted({edge for first, last in self._ranges for edge in (first, last + 1) if low < edge <= high})
        return [(part,) for run in runs for part in _cut(run, edges)] if edges else [runs]

    def neighbours(self, path: Path, runs: Sequence[Run], since_s: float) -> Iterator[tuple[int, Mac]]:
        """Yield the stations that the kernel's own table proves alive within so many seconds on the local link."""
        try:
            rows = neighbours.read(self._netlink)
        except OSError:
            return  # everything here was asked by ARP already
        for (ip, link), row in rows.items():
            here = (ip.version, link) == (4, path.hop.link) and any(first <= int(ip) <= last for first, last in runs)
            if here and row.alive(since_s):
                yield int(ip), row.mac

    def _path(self, address: int, *, arp_wanted: bool) -> Path | None:
        try:
            route = self._links.route(IPv4Address(address))
        except OSError:
            return None
        if isinstance(route, Unroutable) or route.own or route.out is None:
            return None
        if route.out.bare and isinstance(route.source, IPv4Address):
            return Path(Hop(route.out.index, b"", ETH_P_IP), route.source.packed, b"", direct=False)
        if not route.out.resolves or route.out.mac is None or not isinstance(route.source, IPv4Address):
            return None
        mac, source = bytes.fromhex(route.out.mac.text.replace(":", "")), route.source.packed
        if route.link is not None:
            return Path(Hop(route.out.index, BROADCAST, ETH_P_ARP), source, mac, direct=True) if arp_wanted else None
        return self._behind(route, route.out, source, mac)

    def _behind(self, route: Route, link: Link, source: bytes, mac: bytes) -> Path | None:
        if not isinstance(route.gateway, IPv4Address):
            return None
        key = (link.index, route.gateway.packed)
        if key not in self._macs:
            self._macs[key] = self._resolve(*key, source, mac)
        next_mac = self._macs[key]
        return None if next_mac is None else Path(Hop(link.index, next_mac, ETH_P_IP), source, mac, direct=False)

    def _resolve(self, link: int, gateway: bytes, source: bytes, mac: bytes) -> bytes | None:
        """Find a gateway's MAC: the kernel is sure of it, or it answers now, or the kernel remembers it."""
        state, known = _remembered(self._netlink, link, gateway)
        if known is not None and state & _SURE:
            return known
        return self._ask(link, gateway, source, mac) or known

    def _ask(self, link: int, gateway: bytes, source: bytes, mac: bytes) -> bytes | None:
        if not self._listening:
            self._listening = True
            listen(self._arp, arp_replies(), ETH_P_ARP)
        target: array[int] = array("I", [int.from_bytes(gateway, "big")])
        template, out = arp(mac, source), Outbox(self._arp)
        for _ in range(_TRIES):
            out.send(Hop(link, BROADCAST, ETH_P_ARP), stamped(template, target, target), len(template.octets))
            until = time.monotonic() + _TRY_S
            while (left := until - time.monotonic()) > 0:
                self._arp.settimeout(left)
                try:
                    packet = self._arp.recv(64)
                except OSError:  # silence, or the link is down
                    break
                finally:
                    self._arp.setblocking(False)
                told = station(packet)
                if told and (told.address, told.to_mac, told.to_address) == (target[0], mac, source):
                    return told.mac
        return None


def _cut(run: Run, edges: Sequence[int]) -> list[Run]:
    """Cut a run before each of some addresses."""
    first, last = run
    starts = [first, *(edge for edge in edges if first < edge <= last), last + 1]
    return [(start, end - 1) for start, end in pairwise(starts)]


def _specific_ranges(netlink: Netlink) -> list[tuple[int, int]]:
    """Return first and last address of every IPv4 route but the default ones, of all tables."""
    found = set()
    for row in netlink.dump(GETROUTE, _ROUTE.pack(socket.AF_INET, 0, 0, 0, 0, 0, 0, 0, 0)):
        length, target = row[1], attributes(row, _ROUTE.size).get(_RTA_DST)
        if target is not None and length:
            first = int.from_bytes(target, "big")
            found.add((first, first | 0xFFFFFFFF >> length))
    return sorted(found)


def _destination_rules(netlink: Netlink) -> bool:
    """Whether policy rules look at the destination: then every address is asked for by itself."""
    rows = netlink.dump(GETRULE, _ROUTE.pack(socket.AF_INET, 0, 0, 0, 0, 0, 0, 0, 0))
    return any(_FRA_DST in attributes(row, _ROUTE.size) for row in rows)


def _remembered(netlink: Netlink, link: int, gateway: bytes) -> tuple[int, bytes | None]:
    for row in netlink.dump(GETNEIGH, _NEIGHBOUR.pack(socket.AF_INET, 0, 0, 0, 0)):
        _family, index, state, _flags, _type = _NEIGHBOUR.unpack_from(row)
        values = attributes(row, _NEIGHBOUR.size)
        if index == link and values.get(_NDA_DST) == gateway and state & _USABLE and len(values[_NDA_LLADDR]) == 6:  # noqa: PLR2004 -- EUI-48
            return state, values[_NDA_LLADDR]
    return 0, None
