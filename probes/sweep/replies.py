"""What a packet that arrived claims: who answers, which probe, with which cookie. Pure; nothing is believed here."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from probes.sweep.templates import GREETING
from probes.sweep.unreachable import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from probes.sweep.seal import Marks

_ECHO_REPLY, _UNREACHABLE, _ECHO_REQUEST = 0, 3, 8
_HEADER: Final = 20
_ECHO: Final = 8
_UDP: Final = 8
_SYN, _RST, _ACK = 2, 4, 16
_TCP: Final = struct.Struct("!HHIIBB")
_GLANCE: Final = struct.Struct(
    "!B7xBB2xI4xIII"
)  # version and length, TTL, protocol, source; 12 octets behind the header
_PLAIN: Final = 0x45  # an IPv4 header without options
_PORTS: Final = struct.Struct("!HH")
_QUOTED_TCP: Final = struct.Struct("!HHI")
_ARP: Final = struct.Struct("!HHBBH6s4s6s4s")
_ETHERNET_IPV4: Final = (1, 0x0800, 6, 4)
_REPLY: Final = 2


class Claim(NamedTuple):
    """What a packet says about a probe of ours."""

    address: int
    """The address that was asked."""
    kind: str
    """A :class:`inventory.model.sightings.ProbeKind`, written."""
    port: int
    cookie: int
    detail: str
    ttl: int | None
    fence: bool = False
    """Somebody else says that the probe is blocked."""
    bits: int = 0xFFFFFFFF
    """Which bits of the cookie came back."""
    router: int = 0
    """Who says that it is administratively prohibited to ask this address."""
    turn: int | None = None
    """The round, modulo :data:`probes.sweep.seal.TURNS`, that the port it was sent to belongs to."""


class Station(NamedTuple):
    """What an ARP reply says."""

    address: int
    mac: bytes
    to_mac: bytes
    to_address: bytes


def promising(
    slots: bytearray, size: int, count: int, expects: Sequence[Callable[[int, int], bool]]
) -> Iterator[tuple[int, Claim | None]]:
    """Yield which of many packets are worth reading: all but echo replies and TCP whose cookie nobody expects.

    A million forged replies cost one unpacking and one look-up each. What an echo reply claims is yielded with it; the
    kernel's filter has looked at the rest of it.

    Args:
        slots: the packets.
        size: from the beginning of one packet to the beginning of the next.
        count: how many there are.
        expects: who say whether a reply from an address may bring back a cookie.
    """
    unpack = _GLANCE.unpack_from
    for number in range(count):
        first, ttl, protocol, source, word, second, third = unpack(slots, number * size)
        if first == _PLAIN and protocol == socket.IPPROTO_ICMP and word >> 24 == _ECHO_REPLY:
            for expected in expects:
                if expected(source, second):
                    yield number, Claim(source, "icmp", 0, second, "echo reply", ttl)
                    break
            continue
        if first == _PLAIN and protocol == socket.IPPROTO_TCP:
            cookie = (third - 1) & 0xFFFFFFFF
        else:
            yield number, None
            continue
        for expected in expects:
            if expected(source, cookie):
                yield number, None
                break


def claim(packet: bytes, marks: Marks) -> Claim | None:
    """Read an IPv4 packet; None when it answers nothing a sweep sends."""
    start = (packet[0] & 15) * 4 if packet else 0
    if start < _HEADER or len(packet) < start + _ECHO:
        return None
    if packet[9] in _BEYOND_ICMP:
        return _BEYOND_ICMP[packet[9]](packet, start, marks)
    if packet[9] != socket.IPPROTO_ICMP:
        return None
    if packet[start] == _ECHO_REPLY:
        address, cookie = _source(packet), int.from_bytes(packet[start + 4 : start + 8], "big")
        text = GREETING + marks.seal.of(address, cookie).to_bytes(4, "big")
        if packet[start + _ECHO : start + _ECHO + len(text)] != text:
            return None
        return Claim(address, "icmp", 0, cookie, "echo reply", packet[8])
    return _from_error(packet, start, marks) if packet[start] == _UNREACHABLE else None


def station(packet: bytes) -> Station | None:
    """Read an ARP packet; None unless it is a reply for Ethernet and IPv4."""
    if len(packet) < _ARP.size:
        return None
    *form, operation, mac, address, to_mac, to_address = _ARP.unpack_from(packet)
    if tuple(form) != _ETHERNET_IPV4 or operation != _REPLY:
        return None
    return Station(int.from_bytes(address, "big"), mac, to_mac, to_address)


def _source(packet: bytes) -> int:
    return int.from_bytes(packet[12:16], "big")


def _from_tcp(packet: bytes, start: int, marks: Marks) -> Claim | None:
    if len(packet) < start + _TCP.size:
        return None
    port, ours, _seq, acknowledged, _length, flags = _TCP.unpack_from(packet, start)
    if not flags & _ACK or not flags & (_SYN | _RST):
        return None
    address = _source(packet)
    turn = marks.turn(marks.tcp, address, port, ours)
    if turn is None:
        return None
    detail = f"tcp/{port} refused" if flags & _RST else f"tcp/{port} open"
    return Claim(address, "tcp", port, (acknowledged - 1) & 0xFFFFFFFF, detail, packet[8], turn=turn)


def _from_udp(packet: bytes, start: int, marks: Marks) -> Claim | None:
    address, (port, ours) = _source(packet), _PORTS.unpack_from(packet, start)
    turn = marks.turn(marks.udp, address, port, ours)
    if turn is None:
        return None
    from probes.sweep.catalogue import QUESTIONS, said  # noqa: PLC0415 -- few sweeps ask so; this must start fast

    question = QUESTIONS.get(port)
    told = question.read(packet[start + _UDP :]) if question else None
    if question is None or told is None:
        return None
    detail, bits = said(port, told.detail), question.keep
    return Claim(address, "udp", port, told.cookie, detail, packet[8], bits=bits, turn=turn)


def _from_error(packet: bytes, start: int, marks: Marks) -> Claim | None:
    """Read an unreachable: it quotes the IP header and at least eight octets of our packet, cookie included."""
    quoted = packet[start + _ECHO :]
    inner = (quoted[0] & 15) * 4 if quoted else 0
    if inner < _HEADER or len(quoted) < inner + _ECHO:
        return None
    error = Unreachable(4, socket.inet_ntop(socket.AF_INET, packet[12:16]), packet[start], packet[start + 1])
    if not error.blocked:
        return None
    asked, fence = quoted[16:20], quoted[16:20] != packet[12:16]
    address = int.from_bytes(asked, "big")
    router = _source(packet) if fence and error.prohibited else 0
    if quoted[9] == socket.IPPROTO_ICMP and quoted[inner] == _ECHO_REQUEST:
        cookie = int.from_bytes(quoted[inner + 4 : inner + 8], "big")
        return Claim(address, "icmp", 0, cookie, error.detail, None, fence, router=router)
    spreads = {socket.IPPROTO_TCP: ("tcp", marks.tcp), socket.IPPROTO_UDP: ("udp", marks.udp)}
    kind, spread = spreads.get(quoted[9], ("", None))
    ours, port, cookie = _QUOTED_TCP.unpack_from(quoted, inner)
    turn = marks.turn(spread, address, port, ours)
    if turn is None:
        return None
    whole = kind == "tcp"
    # The payload of a datagram need not be quoted.
    cookie, bits = (cookie, 0xFFFFFFFF) if whole else (int.from_bytes(quoted[4:6], "big"), 0xFFFF)
    return Claim(address, kind, port, cookie, f"{kind}/{port} {error.detail}", None, fence, bits, router, turn)


_BEYOND_ICMP: Final = {socket.IPPROTO_TCP: _from_tcp, socket.IPPROTO_UDP: _from_udp}
