"""What this process may send, and the sockets that need privilege to be opened."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from probes.sweep import wire
from probes.sweep.filter import neighbourly
from probes.sweep.unreachable import IP_RECVERR, IPV6_RECVERR

if TYPE_CHECKING:
    from types import TracebackType

ETH_P_ARP: Final = 0x0806
ETH_P_IPV6: Final = 0x86DD
_IP_RECVTTL: Final = 12  # linux/in.h; Python has it from 3.14 on
_SOL_RAW: Final = 255
_ICMP_FILTER: Final = 1
_ICMPV6_FILTER: Final = 1
_RECEIVE_BUFFER: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Ability:
    """Which probes beyond TCP connect this process can send."""

    raw_icmp: bool
    """CAP_NET_RAW: ICMP echo by raw socket."""
    ping_socket: bool
    """net.ipv4.ping_group_range: ICMP echo by datagram socket."""
    arp: bool
    """CAP_NET_RAW: ARP on the local link."""


@dataclass(frozen=True, slots=True)
class EchoSocket:
    """A socket for echo requests of one IP version."""

    socket: socket.socket
    version: int
    raw: bool
    """False: a datagram socket, whose kernel sets the identifier and hides other processes' replies."""


@dataclass(frozen=True, slots=True)
class PacketSockets:
    """Sockets for packets of our own. Opened for no protocol, so they hear nothing until they have their filter."""

    ip: socket.socket
    arp: socket.socket
    ask: socket.socket
    """For ARP before the sweep: who is the next hop?"""

    def close(self) -> None:
        """Close them."""
        for sock in (self.ip, self.arp, self.ask):
            _close_aside(sock)


class Sockets:
    """The sockets that need privilege, opened once and early.

    Open them with CAP_NET_RAW, then drop every capability: sending and receiving need none. A sweep that is given no
    ``Sockets`` opens its own when its first event is asked for.
    """

    def __init__(self) -> None:
        self.echo: dict[int, EchoSocket] = {}
        """IP version → socket."""
        self.arp: socket.socket | None = None
        self.packets: PacketSockets | None = _packets() if wire.available() else None
        for version in (4, 6):
            echo = _raw_echo(version) or _datagram_echo(version)
            if echo is not None:
                self.echo[version] = echo
        self.nd: socket.socket | None = None
        """For neighbour discovery of IPv6."""
        with contextlib.suppress(OSError):
            self.arp = _arp()
            self.nd = _nd()

    @property
    def ability(self) -> Ability:
        """What these sockets can do."""
        raw = [echo.raw for echo in self.echo.values()]
        return Ability(raw_icmp=any(raw), ping_socket=not all(raw), arp=self.arp is not None)

    def close(self) -> None:
        """Close them all."""
        for echo in self.echo.values():
            echo.socket.close()
        if self.arp is not None:
            _close_aside(self.arp)
        if self.nd is not None:
            _close_aside(self.nd)
        if self.packets is not None:
            self.packets.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def detect() -> Ability:
    """Find out what this process may send, by opening the sockets and closing them again."""
    with Sockets() as sockets:
        return sockets.ability


def _raw_echo(version: int) -> EchoSocket | None:
    """Open a raw socket that takes echo replies and unreachables only."""
    try:
        if version == 4:  # noqa: PLR2004 -- IPv4
            sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
            sock.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("=I", ~(1 << 0 | 1 << 3) & 0xFFFFFFFF))
        else:
            sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
            blocked = bytearray(b"\xff" * 32)  # one bit per type, set = blocked, in 32-bit words
            for kind in (1, 129):
                word = struct.unpack_from("=I", blocked, kind // 32 * 4)[0] & ~(1 << kind % 32)
                struct.pack_into("=I", blocked, kind // 32 * 4, word)
            sock.setsockopt(socket.IPPROTO_ICMPV6, _ICMPV6_FILTER, bytes(blocked))
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
    except OSError:
        return None
    return EchoSocket(_tuned(sock), version, raw=True)


def _datagram_echo(version: int) -> EchoSocket | None:
    try:
        if version == 4:  # noqa: PLR2004 -- IPv4
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
            sock.setsockopt(socket.IPPROTO_IP, _IP_RECVTTL, 1)
            sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        else:
            sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    except OSError:
        return None
    return EchoSocket(_tuned(sock), version, raw=False)


def _arp() -> socket.socket:
    """Open one packet socket for ARP on every link; the kernel writes the Ethernet header."""
    return _tuned(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ARP)))


def _nd() -> socket.socket:
    """Open one packet socket for IPv6 on every link that hears what answers neighbour discovery."""
    sock = _tuned(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0))
    wire.listen(sock, neighbourly(), ETH_P_IPV6)
    return sock


def _packets() -> PacketSockets | None:
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
    with contextlib.suppress(OSError), contextlib.ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket(socket.AF_PACKET, kind, 0)) for _ in range(3)]
        opened.pop_all()
        return PacketSockets(*sockets)
    return None


def _close_aside(sock: socket.socket) -> None:
    """Close a packet socket without waiting: the kernel takes some 10 ms, until no processor may still look at it."""
    threading.Thread(target=sock.close, name="sweep-close").start()


def _tuned(sock: socket.socket) -> socket.socket:
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)  # the kernel caps it at rmem_max
    return sock
