"""This computer's own links and addresses, and by which link an address is reached."""

from __future__ import annotations

import socket
import struct
import sys
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from inventory.model.values import Mac
from probes.sweep.netlink import GETADDR, GETLINK, GETROUTE, Netlink, attributes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.values import IPAddress, IPNetwork

_LINK: Final = struct.Struct("=BxHiII")  # ifinfomsg: family, hardware type, index, flags, change
_ADDRESS: Final = struct.Struct("=BBBBI")  # ifaddrmsg: family, prefix length, flags, scope, index
_ROUTE: Final = struct.Struct("=8BI")  # rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type; flags
_IFLA_ADDRESS, _IFLA_IFNAME = 1, 3
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_PREFSRC, _RTA_VIA = 1, 4, 5, 7, 18
_RTN_UNICAST, _RTN_LOCAL = 1, 2
_ETHERNET: Final = 1  # ARPHRD_ETHER
_IFF_NOARP: Final = 0x80
# linux/if_arp.h: PPP, raw IP, IP in IP, 6in4, GRE, and "none": tun and WireGuard
_BARE: Final = frozenset({512, 519, 768, 776, 778, 65534})


@dataclass(frozen=True, slots=True)
class Link:
    """A network interface."""

    index: int
    name: str
    mac: Mac | None
    """None unless it is Ethernet: loopback and tunnels have no station address."""
    resolves: bool
    """Whether stations on it are found by ARP or ND."""
    bare: bool = False
    """Whether it takes packets without a link header, to whoever is at its other end: a tunnel, a dial-up line."""


@dataclass(frozen=True, slots=True)
class Route:
    """How the kernel would send to an address."""

    own: bool
    """It is this computer's own address."""
    link: Link | None
    """The link the address itself is on; None behind a gateway."""
    source: IPAddress | None
    """Our address it would see."""
    out: Link | None = None
    """The link packets leave by."""
    gateway: IPAddress | None = None
    """Who takes them on; None on the local link, and when the gateway is of the other IP version."""

    @property
    def hop(self) -> tuple[IPAddress | None, int | None]:
        """The way packets take from here: whom they are given to, on which link."""
        return self.gateway, self.out.index if self.out else None


@dataclass(frozen=True, slots=True)
class Unroutable:
    """The kernel would not send there: no route, broadcast, multicast, blackhole."""


class Links:
    """A snapshot of links and own addresses, and live route lookups."""

    def __init__(self, netlink: Netlink) -> None:
        self._netlink = netlink
        self.by_index = {link.index: link for link in _links(netlink)}
        self.networks: dict[IPAddress, tuple[Link, IPNetwork]] = dict(_addresses(netlink, self.by_index))

    def own_mac(self, ip: IPAddress) -> Mac | None:
        """Return the station address of the link that carries our own address ``ip``."""
        held = self.networks.get(ip)
        return held[0].mac if held else None

    def route(self, ip: IPAddress) -> Route | Unroutable:
        """Ask the kernel: its answer honours policy rules and more specific routes, a prefix comparison would not."""
        if ip.is_multicast or ip.is_unspecified:
            return Unroutable()
        family, bits = (socket.AF_INET, 32) if ip.version == 4 else (socket.AF_INET6, 128)  # noqa: PLR2004 -- IPv4
        destination = struct.pack("=HH", 4 + len(ip.packed), _RTA_DST) + ip.packed
        scope = getattr(ip, "scope_id", None)
        if scope:
            index = socket.if_nametoindex(scope) if not scope.isdigit() else int(scope)
            destination += struct.pack("=HHI", 8, _RTA_OIF, index)
        answer = self._netlink.ask(GETROUTE, _ROUTE.pack(family, bits, 0, 0, 0, 0, 0, 0, 0) + destination)
        if answer is None:
            return Unroutable()
        kind, found = _ROUTE.unpack_from(answer)[7], attributes(answer, _ROUTE.size)
        if kind not in {_RTN_UNICAST, _RTN_LOCAL}:
            return Unroutable()
        source = ip_address(found[_RTA_PREFSRC]) if _RTA_PREFSRC in found else None
        if kind == _RTN_LOCAL:
            return Route(own=True, link=None, source=source)
        behind = _RTA_GATEWAY in found or _RTA_VIA in found
        out = self._link(int.from_bytes(found.get(_RTA_OIF, b""), sys.byteorder))
        link = out if out and out.resolves and not behind else None
        gateway = ip_address(found[_RTA_GATEWAY]) if _RTA_GATEWAY in found else None
        return Route(own=False, link=link, source=source, out=out, gateway=gateway)

    def _link(self, index: int) -> Link | None:
        if index not in self.by_index:  # it appeared after we started
            self.by_index = {link.index: link for link in _links(self._netlink)}
        return self.by_index.get(index)


def local_networks() -> tuple[IPNetwork, ...]:
    """Return the networks whose stations this computer finds by ARP or ND."""
    netlink = Netlink()
    try:
        held = Links(netlink).networks.values()
    finally:
        netlink.close()
    return tuple(sorted({network for link, network in held if link.resolves}, key=lambda n: (n.version, n)))


def sources(targets: Iterable[IPAddress]) -> tuple[IPAddress, ...]:
    """Return the own addresses that packets to some addresses come from. Nothing is sent."""
    netlink = Netlink()
    try:
        links = Links(netlink)
        routes = [links.route(ip) for ip in targets]
    finally:
        netlink.close()
    found = {route.source for route in routes if isinstance(route, Route) and route.source is not None}
    return tuple(sorted(found, key=lambda ip: (ip.version, ip.packed)))


def _links(netlink: Netlink) -> list[Link]:
    found = []
    for row in netlink.dump(GETLINK, _LINK.pack(socket.AF_UNSPEC, 0, 0, 0, 0)):
        _family, hardware, index, flags, _change = _LINK.unpack_from(row)
        values = attributes(row, _LINK.size)
        name = values.get(_IFLA_IFNAME, b"").rstrip(b"\0").decode(errors="replace")
        octets = values.get(_IFLA_ADDRESS, b"") if hardware == _ETHERNET else b""
        mac = Mac.from_bytes(octets) if len(octets) == 6 else None  # noqa: PLR2004 -- EUI-48
        resolves = mac is not None and not flags & _IFF_NOARP
        found.append(Link(index, name, mac, resolves, hardware in _BARE))
    return found


def _addresses(netlink: Netlink, links: dict[int, Link]) -> list[tuple[IPAddress, tuple[Link, IPNetwork]]]:
    found = []
    for row in netlink.dump(GETADDR, _ADDRESS.pack(socket.AF_UNSPEC, 0, 0, 0, 0)):
        _family, length, _flags, _scope, index = _ADDRESS.unpack_from(row)
        values = attributes(row, _ADDRESS.size)
        own, link = values.get(_IFA_LOCAL, values.get(_IFA_ADDRESS)), links.get(index)
        if own is not None and link is not None:
            peer = values.get(_IFA_ADDRESS, own)
            found.append((ip_address(own), (link, ip_network((peer, length), strict=False))))
    return found
