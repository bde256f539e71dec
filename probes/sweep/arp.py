"""ARP on the local link (RFC 826): requests in our own name, and replies checked against what was asked."""

from __future__ import annotations

import socket
import struct
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final

from inventory.model.sightings import ProbeKind
from inventory.model.values import Mac
from probes.sweep.asking import Answer, Asking, Sent, sent
from probes.sweep.capability import ETH_P_ARP
from probes.sweep.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


_PACKET: Final = struct.Struct("!HHBBH6s4s6s4s")  # hardware, protocol, lengths, operation, sender, target
_ETHERNET_IPV4: Final = (1, 0x0800, 6, 4)
_REPLY: Final = 2
_BROADCAST: Final = b"\xff" * 6
_TARGET_IP: Final = slice(24, 28)
_BATCH: Final = 4096  # far more than a socket buffer holds


def template(mac: Mac, source: IPv4Address) -> bytes:
    """Build the request that every address of a link gets, the target address still missing."""
    from scapy.layers.l2 import ARP  # noqa: PLC0415 -- 200 ms and 30 MB: only for who really sends ARP

    packet: bytes = bytes(
        ARP(op="who-has", hwsrc=mac.text, psrc=str(source), hwdst="00:00:00:00:00:00", pdst="0.0.0.0")  # noqa: S104 -- a blank
    )
    return packet


class Arps:
    """ARP requests and replies over one packet socket."""

    def __init__(self, sock: socket.socket, asked: Mapping[str, Sequence[Asking]]) -> None:
        self.socket = sock
        self._asked = asked
        self._templates: dict[tuple[Mac, IPv4Address], bytes] = {}
        self.odd = Samples()
        """Replies that proved nothing."""

    def send(self, asking: Asking, now: float) -> tuple[Sent, int | None]:
        """Send one request; the second value is the errno of a failure."""
        link, source = asking.route.link, asking.route.source
        if link is None or link.mac is None or not isinstance(source, IPv4Address):
            return Sent.NEVER, None
        key = (link.mac, source)
        if key not in self._templates:
            self._templates[key] = template(*key)
        packet = bytearray(self._templates[key])
        packet[_TARGET_IP] = asking.ip.packed
        try:
            self.socket.sendto(packet, (link.name, ETH_P_ARP, 0, 0, _BROADCAST))
        except OSError as error:
            return sent(error.errno), error.errno
        asking.arps.append(now)
        return Sent.YES, None

    def receive(self) -> Iterator[Answer]:
        """Yield the replies that answer a request of ours on the link it left by."""
        for _ in range(_BATCH):
            try:
                packet, address = self.socket.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:  # a link went down; the socket serves the others
                continue
            yield from self._reply(packet, address)

    def _reply(self, packet: bytes, address: Any) -> Iterator[Answer]:  # noqa: ANN401 -- (name, protocol, type, hardware, MAC)
        if len(packet) < _PACKET.size or address[2] == socket.PACKET_OUTGOING:
            return
        *format_, operation, sender_mac, sender_ip, target_mac, target_ip = _PACKET.unpack_from(packet)
        if tuple(format_) != _ETHERNET_IPV4 or operation != _REPLY:
            return
        for asking in self._asked.get(socket.inet_ntoa(sender_ip), ()):
            link, source = asking.route.link, asking.route.source
            if not asking.arps or link is None or link.mac is None or source is None or link.name != address[0]:
                continue
            ours = target_mac == bytes.fromhex(link.mac.text.replace(":", "")) and target_ip == source.packed
            station = Mac.from_bytes(sender_mac)
            if ours and not (station.is_group or station.is_null or station == link.mac):
                # A reply does not say which request it answers.
                at = asking.arps[0] if len(asking.arps) == 1 else None
                yield Answer(asking, ProbeKind.ARP, "arp reply", at, mac=station)
            else:
                self.odd.keep(packet)
