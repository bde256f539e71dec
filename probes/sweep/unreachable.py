"""ICMP unreachable messages: who refuses, and whether it is the host itself or somebody on the way. Pure.

A filtering router answers a SYN with *port unreachable* or *administratively prohibited* in its own name, and the
kernel turns that into the same ECONNREFUSED as a host's RST. Only the message's sender tells a live host from a fence.
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

IP_RECVERR: Final = 11  # linux/in.h; not in Python's socket module
IPV6_RECVERR: Final = 25  # linux/in6.h

_EXTENDED_ERROR: Final = struct.Struct("=IBBBBII")  # errno, origin, type, code, pad, info, data (errqueue.h)
_ORIGINS: Final = {2: 4, 3: 6}  # SO_EE_ORIGIN_ICMP, _ICMP6 → IP version
# RFC 1812 §5.2.7.1 and RFC 4443 §3.1. Port unreachable is what nftables' and iptables' plain ``reject`` send.
_FENCE: Final = {4: {(3, 3), (3, 9), (3, 10), (3, 13)}, 6: {(1, 1), (1, 4), (1, 5), (1, 6)}}

_PROHIBITED: Final = {4: {(3, 9), (3, 10), (3, 13)}, 6: {(1, 1)}}


class Unreachable(NamedTuple):
    """One ICMP error about one of our packets."""

    version: int
    offender: str
    """Who sent it, as text."""
    type: int
    code: int

    @property
    def blocked(self) -> bool:
        """Whether it says that a filter stands in the way (or a port is closed), not that the host is missing."""
        return (self.type, self.code) in _FENCE[self.version]

    @property
    def prohibited(self) -> bool:
        """Whether somebody forbade it, in so many words; a plain ``reject`` may be a mere default."""
        return (self.type, self.code) in _PROHIBITED[self.version]

    @property
    def detail(self) -> str:
        """What to write beside a sighting, when the host itself sent it."""
        return f"icmp unreachable {self.type}/{self.code}"


def from_control(control: Iterable[tuple[int, int, bytes]]) -> Unreachable | None:
    """Read the control messages of a socket's error queue; None when the error came by no ICMP message."""
    for level, kind, data in control:
        wanted = (level, kind) in {(socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)}
        if not wanted or len(data) < _EXTENDED_ERROR.size:
            continue
        _errno, origin, type_, code, _pad, _info, _data = _EXTENDED_ERROR.unpack_from(data)
        offender = _offender(data[_EXTENDED_ERROR.size :])
        if origin in _ORIGINS and offender:
            return Unreachable(_ORIGINS[origin], offender, type_, code)
    return None


class Blame(NamedTuple):
    """One message of a socket's error queue."""

    packet: bytes
    """Ours, as far as it was quoted."""
    host: str
    """Where it was sent."""
    port: int
    error: Unreachable | None


def from_socket(sock: socket.socket) -> Blame | None:
    """Take one message off a socket's error queue; None when it is empty."""
    try:
        data, control, _flags, address = sock.recvmsg(512, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
    except OSError:
        return None
    host, port = address[:2] if address else ("", 0)
    return Blame(data, host, port, from_control(control))


def _offender(data: bytes) -> str | None:
    """Read the sockaddr_in or sockaddr_in6 that follows the extended error."""
    if len(data) < 8:  # noqa: PLR2004 -- up to the end of an IPv4 address
        return None
    family = struct.unpack_from("=H", data)[0]
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, data[4:8])
    if family == socket.AF_INET6 and len(data) >= 24:  # noqa: PLR2004 -- up to the end of an IPv6 address
        return socket.inet_ntop(socket.AF_INET6, data[8:24])
    return None
