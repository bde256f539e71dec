"""ICMP echo: requests that carry a secret, and replies that count only when they bring it back."""

from __future__ import annotations

import os
import socket
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from inventory.model.sightings import ProbeKind
from probes.sweep.asking import Answer, Asking, Fenced, Sent, fenced, sent
from probes.sweep.templates import GREETING
from probes.sweep.unreachable import Unreachable, from_socket

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from probes.sweep.capability import EchoSocket

_ECHO: Final = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence
_REQUEST: Final = {4: 8, 6: 128}
_REPLY: Final = {4: 0, 6: 129}
_UNREACHABLE: Final = {4: 3, 6: 1}
_IPV6_HEADER: Final = 40
_BATCH: Final = 4096  # far more than a socket buffer holds: what came in time is read before time runs out


class Message(NamedTuple):
    """An ICMP message that arrived."""

    data: bytes
    """From the ICMP header on."""
    source: str
    ttl: int | None


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071) of an even number of octets."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def request(version: int, secret: bytes, sequence: int) -> bytes:
    """Build an echo request. The kernel fills in ICMPv6's checksum, which covers the IP addresses."""
    identifier = int.from_bytes(secret[:2], "big")
    payload = GREETING + secret[2:]
    blank = _ECHO.pack(_REQUEST[version], 0, 0, identifier, sequence) + payload
    if version == 6:  # noqa: PLR2004 -- IPv6
        return blank
    return _ECHO.pack(_REQUEST[version], 0, checksum(blank), identifier, sequence) + payload


def matches(data: bytes, secret: bytes, *, raw: bool) -> int | None:
    """Return the sequence number of an echo message that carries ``secret``, or None.

    A datagram socket has its own identifier, so there only the payload can be compared.
    """
    if len(data) < _ECHO.size or (raw and data[4:6] != secret[:2]) or data[_ECHO.size :] != GREETING + secret[2:]:
        return None
    return int.from_bytes(data[6:8], "big")


def quoted(version: int, message: bytes) -> tuple[str, bytes] | None:
    """Return destination and ICMP part of the packet an ICMP error quotes; None when it is no echo request of ours."""
    packet = message[_ECHO.size :]
    if version == 4:  # noqa: PLR2004 -- IPv4
        start = (packet[0] & 15) * 4 if packet else 0
        if start < 20 or len(packet) < start + _ECHO.size or packet[9] != socket.IPPROTO_ICMP:  # noqa: PLR2004 -- IPv4 header
            return None
        destination = socket.inet_ntop(socket.AF_INET, packet[16:20])
    else:
        start = _IPV6_HEADER
        if len(packet) < start + _ECHO.size or packet[6] != socket.IPPROTO_ICMPV6:
            return None
        destination = socket.inet_ntop(socket.AF_INET6, packet[24:40])
    echo = packet[start:]
    return (destination, echo) if echo[0] == _REQUEST[version] else None


class Echoes:
    """Echo requests and replies over one socket."""

    def __init__(self, echo: EchoSocket, asked: Mapping[str, Sequence[Asking]]) -> None:
        self.socket = echo.socket
        self._version = echo.version
        self._raw = echo.raw
        self._asked = asked

    def send(self, asking: Asking, now: float) -> tuple[Sent, int | None]:
        """Send one request; the second value is the errno of a failure."""
        sequence = int.from_bytes(os.urandom(2), "big")
        packet = request(self._version, asking.secret, sequence)
        try:
            self._send(packet, str(asking.ip))
        except OSError as error:
            return sent(error.errno), error.errno
        asking.echoes[sequence] = now
        return Sent.YES, None

    def receive(self) -> Iterator[Answer | Fenced]:
        """Yield what arrived, replies that do not carry their secret left out."""
        for _ in range(_BATCH):
            message = self._message()
            if message is None:
                break
            kind = message.data[0] if message.data else -1
            if kind == _REPLY[self._version]:
                yield from self._reply(message)
            elif kind == _UNREACHABLE[self._version] and self._raw:
                yield from self._error(message)
        if not self._raw:
            yield from self._errors()

    def _send(self, packet: bytes, to: str) -> None:
        try:
            self.socket.sendto(packet, (to, 0))
        except OSError:
            # A datagram socket reports an earlier packet's ICMP error here; reading it (as the failed call did) clears
            # it, and only a second failure is about this packet.
            if self._raw:
                raise
            self.socket.sendto(packet, (to, 0))

    def _message(self) -> Message | None:
        for _ in range(_BATCH):
            try:
                data, control, _flags, address = self.socket.recvmsg(2048, 256)
            except BlockingIOError:
                return None
            except OSError:  # an earlier packet's ICMP error, now cleared
                continue
            return _unwrapped(data, control, address[0], header=self._raw and self._version == 4)  # noqa: PLR2004 -- IPv4
        return None

    def _reply(self, message: Message) -> Iterator[Answer]:
        for asking in self._asked.get(message.source, ()):
            sequence = matches(message.data, asking.secret, raw=self._raw)
            if sequence in asking.echoes:
                yield Answer(asking, ProbeKind.ICMP, "echo reply", asking.echoes[sequence], message.ttl)

    def _error(self, message: Message) -> Iterator[Answer | Fenced]:
        """Take in an unreachable that a raw socket got: it quotes at least the first eight octets of our message."""
        packet = quoted(self._version, message.data)
        if packet is not None:
            error = Unreachable(self._version, message.source, message.data[0], message.data[1])
            yield from self._blamed(packet[0], packet[1], error)

    def _errors(self) -> Iterator[Answer | Fenced]:
        for _ in range(_BATCH):
            taken = from_socket(self.socket)
            if taken is None:
                return
            if taken.error is not None:
                yield from self._blamed(taken.host, taken.packet, taken.error)

    def _blamed(self, destination: str, echo: bytes, error: Unreachable) -> Iterator[Answer | Fenced]:
        for asking in self._asked.get(_unscoped(destination), ()):
            sequence = _quoted_sequence(echo, asking.secret, raw=self._raw)
            if not error.blocked or sequence not in asking.echoes:
                continue
            if _unscoped(error.offender) == asking.text:
                yield Answer(asking, ProbeKind.ICMP, error.detail, asking.echoes[sequence])
            else:
                yield fenced(asking, error)


def _quoted_sequence(echo: bytes, secret: bytes, *, raw: bool) -> int | None:
    """Return the sequence number of a quoted request: routers may cut the payload, but what is there must be ours."""
    payload = echo[_ECHO.size :]
    ours = (GREETING + secret[2:])[: len(payload)]
    if len(echo) < _ECHO.size or payload[: len(ours)] != ours or (raw and echo[4:6] != secret[:2]):
        return None
    return int.from_bytes(echo[6:8], "big")


def _unwrapped(data: bytes, control: Sequence[tuple[int, int, bytes]], source: str, *, header: bool) -> Message:
    """Take off the IPv4 header that only raw IPv4 sockets deliver, and find the TTL or hop limit."""
    if header:
        return Message(data[(data[0] & 15) * 4 :], source, data[8])
    ttl = None
    for level, kind, value in control:
        ipv4 = (level, kind) == (socket.IPPROTO_IP, socket.IP_TTL)
        if ipv4 or (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT):
            ttl = struct.unpack_from("=i", value)[0]
    return Message(data, _unscoped(source), ttl)


def _unscoped(address: str) -> str:
    return address.partition("%")[0]
