"""IPv6 on the local link: neighbour solicitations (RFC 4861) for known addresses, a call to all nodes for the others.

A solicitation proves a station by its advertisement: on the same link, hop limit 255, to us, about what was asked.
The call is an echo request to ff02::1 that carries a secret. Hosts should answer (RFC 4443 §4.2), but not all do. So it
is sent once more behind an option nobody knows, whose two highest bits ask for a *parameter problem*: the one error,
beside *packet too big*, that RFC 4443 §2.4 (e.3) has hosts send even about a packet to many. The secret validates both.
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any, Final

from inventory.model.sightings import ProbeKind
from inventory.model.values import Mac
from probes.sweep.asking import Answer, Asking, Sent, sent
from probes.sweep.capability import ETH_P_IPV6
from probes.sweep.icmp import checksum
from probes.sweep.templates import GREETING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from probes.sweep.links import Link

_HEADER: Final = struct.Struct("!IHBB16s16s")  # version, class and flow; length, next header, hop limit, from, to
_VERSION: Final = 6 << 28
_SOLICITATION, _ADVERTISEMENT = 135, 136
_REQUEST, _REPLY, _PROBLEM = 128, 129, 4
_UNKNOWN_OPTION: Final = 2
_SOURCE_MAC, _TARGET_MAC = 1, 2  # options
_HOPS: Final = 255
_OPTIONS: Final = 60  # destination options
_STRANGE: Final = bytes((socket.IPPROTO_ICMPV6, 0, 0x80, 4)) + bytes(4)  # RFC 8200 §4.2: 10 in front = tell the sender
_ALL_NODES: Final = IPv6Address("ff02::1").packed
_SOLICITED: Final = IPv6Address("ff02::1:ff00:0").packed[:13]
_BATCH: Final = 4096


@dataclass(frozen=True, slots=True)
class Call:
    """One call to all nodes of a link."""

    link: Link
    secret: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Present:
    """A station answered a call."""

    call: Call
    ip: IPv6Address
    mac: Mac | None
    detail: str
    ttl: int


def solicitation(mac: Mac, source: bytes, target: bytes) -> bytes:
    """Return a neighbour solicitation from its IPv6 header on."""
    own = bytes.fromhex(mac.text.replace(":", ""))
    message = struct.pack("!BBHI16sBB6s", _SOLICITATION, 0, 0, 0, target, _SOURCE_MAC, 1, own)
    return _packet(source, _SOLICITED + target[13:], _HOPS, message)


def call(source: bytes, secret: bytes, *, strange: bool) -> bytes:
    """Return an echo request to all nodes; ``strange``: behind the option nobody knows."""
    message = struct.pack("!BBH4s", _REQUEST, 0, 0, secret[:4]) + GREETING + secret[4:]
    return _packet(source, _ALL_NODES, 1, message, _STRANGE if strange else b"")


def _packet(source: bytes, to: bytes, hops: int, message: bytes, options: bytes = b"") -> bytes:
    pseudo = source + to + struct.pack("!II", len(message), socket.IPPROTO_ICMPV6)
    padded = message + bytes(len(message) % 2)
    message = message[:2] + struct.pack("!H", checksum(pseudo + padded)) + message[4:]
    following = _OPTIONS if options else socket.IPPROTO_ICMPV6
    return _HEADER.pack(_VERSION, len(options) + len(message), following, hops, source, to) + options + message


class Solicits:
    """Solicitations, calls and what answers them, over one packet socket."""

    def __init__(self, sock: socket.socket, asked: Mapping[str, Sequence[Asking]]) -> None:
        self.socket = sock
        self._asked = asked
        self._calls: dict[bytes, Call] = {}

    def send(self, asking: Asking, now: float) -> tuple[Sent, int | None]:
        """Solicit an address; the second value is the errno of a failure."""
        link, source = asking.route.link, asking.route.source
        if link is None or link.mac is None or not isinstance(source, IPv6Address):
            return Sent.NEVER, None
        target = asking.ip.packed
        try:
            self._send(link, solicitation(link.mac, source.packed, target), b"\x33\x33\xff" + target[13:])
        except OSError as error:
            return sent(error.errno), error.errno
        asking.arps.append(now)
        return Sent.YES, None

    def call(self, link: Link, source: IPv6Address, now: float) -> int:
        """Call all nodes of a link; return how many packets left."""
        secret = os.urandom(12)
        self._calls[secret] = Call(link, secret, now)
        try:
            for strange in (False, True):
                self._send(link, call(source.packed, secret, strange=strange), b"\x33\x33\0\0\0\1")
        except OSError:
            return 0  # the link is down: nobody answers
        return 2

    def receive(self) -> Iterator[Answer | Present]:
        """Yield the advertisements that answer a solicitation of ours, and who answers a call."""
        for _ in range(_BATCH):
            try:
                packet, address = self.socket.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:  # a link went down; the socket serves the others
                continue
            if len(packet) < _HEADER.size + 8 or address[2] == socket.PACKET_OUTGOING:
                continue
            if packet[6] != socket.IPPROTO_ICMPV6:
                continue
            if packet[_HEADER.size] == _ADVERTISEMENT:
                yield from self._advertised(packet, address)
            else:
                yield from self._present(packet, address)

    def _send(self, link: Link, packet: bytes, to: bytes) -> None:
        self.socket.sendto(packet, (link.name, ETH_P_IPV6, 0, 0, to))

    def _advertised(self, packet: bytes, address: Any) -> Iterator[Answer]:  # noqa: ANN401 -- (name, protocol, type, hardware, MAC)
        message = packet[_HEADER.size :]
        if len(message) < 24 or packet[7] != _HOPS:  # noqa: PLR2004 -- up to the target's end; 255 = it passed no router
            return
        station = _station(message[24:], address[4])
        for asking in self._asked.get(str(IPv6Address(message[8:24])), ()):
            link, source = asking.route.link, asking.route.source
            if not asking.arps or link is None or source is None or station is None:
                continue
            if (link.name, source.packed) == (address[0], packet[24:40]) and station != link.mac:
                at = asking.arps[0] if len(asking.arps) == 1 else None
                yield Answer(asking, ProbeKind.ND, "neighbour advertisement", at, mac=station)

    def _present(self, packet: bytes, address: Any) -> Iterator[Present]:  # noqa: ANN401 -- as above
        message = packet[_HEADER.size :]
        if message[0] == _REPLY:
            secret, detail = message[4:8] + message[8 + len(GREETING) :], "echo reply to all nodes"
            if message[8 : 8 + len(GREETING)] != GREETING:
                return
        elif message[:2] == bytes((_PROBLEM, _UNKNOWN_OPTION)):
            quoted = message[8 + _HEADER.size + len(_STRANGE) :]
            secret, detail = quoted[4:8] + quoted[8 + len(GREETING) :][:8], "parameter problem, called with all nodes"
        else:
            return
        heard = self._calls.get(secret)
        if heard is not None and heard.link.name == address[0]:
            yield Present(heard, IPv6Address(packet[8:24]), _station(b"", address[4]), detail, packet[7])


def _station(options: bytes, sender: bytes) -> Mac | None:
    """Return the MAC a message names, or else its frame; None when no station can own it."""
    while len(options) >= 8 and options[1]:  # noqa: PLR2004 -- the shortest option
        if options[0] == _TARGET_MAC:
            sender = options[2:8]
            break
        options = options[8 * options[1] :]
    if len(sender) != 6:  # noqa: PLR2004 -- EUI-48
        return None
    mac = Mac.from_bytes(sender)
    return None if mac.is_group or mac.is_null else mac
