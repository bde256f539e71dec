"""The packets of a sweep with the address and the cookie still blank: written by hand, equal to scapy's octet by octet.

scapy builds the twins in the tests. It is not imported here: that costs 190 ms and 32 MB, more than a whole /24.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from probes.sweep.question import Question
    from probes.sweep.seal import Seal, Spread

GREETING: Final = b"netaudit sweep"
"""So that whoever watches the network knows who asks. With four octets of seal it fills the minimum frame."""
TTL: Final = 64
MSS: Final = 1460
"""A SYN without any option looks like a scan to some filters."""

_IP: Final = struct.Struct(
    "!BBHHHBBH4s4s"
)  # version and length, TOS, length, id, fragment, TTL, protocol, sum, from, to
_ECHO: Final = struct.Struct("!BBHI")  # type, code, checksum, identifier and sequence
_TCP: Final = struct.Struct("!HHIIBBHHHBBH")  # ports, seq, ack, length, flags, window, sum, urgent, option MSS
_ARP: Final = struct.Struct("!HHBBH6s4s6s4s")  # hardware, protocol, lengths, operation, sender, target
_UDP: Final = struct.Struct("!HHHH")  # ports, length, checksum
_ICMP_PROTOCOL, _TCP_PROTOCOL, _UDP_PROTOCOL = 1, 6, 17
_SYN: Final = 2
_WINDOW: Final = 64240
_BLANK: Final = bytes(4)


class Template(NamedTuple):
    """A packet whose target address and cookie are zero."""

    octets: bytes
    address_at: int
    cookie_at: int = 0
    """Where the 32-bit cookie goes; 0 = it carries none."""
    checksum_at: int = 0
    """Where the checksum of what follows the IP header goes."""
    header_sum: int = 0
    """Sum of the IP header's words, its checksum left out."""
    body_sum: int = 0
    """Sum of the words the other checksum covers."""
    covers_address: bool = False
    """Whether that checksum covers the target address too (the pseudo header of TCP and UDP)."""
    keep: int = 0xFFFFFFFF
    """Which bits of the cookie the packet has room for."""
    fixed: int = 0
    """What the other bits of these four octets are."""
    marks_header: bool = False
    """Whether the IP header's identification repeats the low half of the cookie: what an ICMP error surely quotes."""
    seal_at: int = 0
    """Where the 32-bit seal goes; 0 = it carries none."""
    seal: Seal | None = None
    spread: Spread | None = None
    """The source port is one of these, as the seal of address and ``asked`` says; None: it is fixed."""
    asked: int = 0
    """The port that is asked."""
    turn: int = 0
    """The round, modulo :data:`probes.sweep.seal.TURNS`."""


def echo(source: bytes, seal: Seal) -> Template:
    """Return an ICMP echo request (RFC 792).

    Args:
        source: our address, 4 octets.
        seal: what every reply of this sweep must bring back beside its cookie.
    """
    body = _ECHO.pack(8, 0, 0, 0) + GREETING + _BLANK
    header = _header(_ICMP_PROTOCOL, source, len(body))
    seal_at = len(header) + len(body) - len(_BLANK)
    return Template(header + body, 16, 24, 22, total(header), total(body), seal_at=seal_at, seal=seal)


def syn(source: bytes, seal: Seal, spread: Spread, turn: int, port: int) -> Template:
    """Return a TCP SYN (RFC 9293 §3.1); its sequence number is the cookie."""
    body = _TCP.pack(spread.first & ~0xFF, port, 0, 0, 6 << 4, _SYN, _WINDOW, 0, 0, 2, 4, MSS)
    header = _header(_TCP_PROTOCOL, source, len(body))
    pseudo = source + struct.pack("!HH", _TCP_PROTOCOL, len(body))
    return Template(
        header + body,
        16,
        24,
        36,
        total(header),
        total(body) + total(pseudo),
        covers_address=True,
        seal=seal,
        spread=spread,
        asked=port,
        turn=turn,
    )


def udp(source: bytes, seal: Seal, spread: Spread, turn: int, question: Question) -> Template:
    """Return a UDP datagram (RFC 768) that asks a question."""
    size = _UDP.size + len(question.payload)
    body = _UDP.pack(spread.first & ~0xFF, question.port, size, 0) + question.payload
    header = _header(_UDP_PROTOCOL, source, len(body), number=0)
    pseudo = source + struct.pack("!HH", _UDP_PROTOCOL, size)
    return Template(
        header + body,
        16,
        _IP.size + _UDP.size + question.cookie_at,
        26,
        total(header),
        total(body) + total(pseudo),
        covers_address=True,
        keep=question.keep,
        fixed=question.fixed,
        marks_header=True,
        seal=seal,
        spread=spread,
        asked=question.port,
        turn=turn,
    )


def arp(mac: bytes, source: bytes) -> Template:
    """Return an ARP request (RFC 826) in our own name."""
    return Template(_ARP.pack(1, 0x0800, 6, 4, 1, mac, source, bytes(6), _BLANK), 24)


def total(octets: bytes) -> int:
    """Return the plain sum of 16-bit words: what an Internet checksum is made of (RFC 1071)."""
    return sum(struct.unpack(f"!{(len(octets) + 1) // 2}H", octets + bytes(len(octets) % 2)))


def echo_sum() -> int:
    """Return the sum of the words of an echo request without checksum, cookie and seal."""
    return total(_ECHO.pack(8, 0, 0, 0) + GREETING)


def _header(protocol: int, source: bytes, length: int, number: int = 1) -> bytes:
    return _IP.pack(0x45, 0, _IP.size + length, number, 0, TTL, protocol, 0, source, _BLANK)
