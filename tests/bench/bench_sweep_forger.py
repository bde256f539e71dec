"""Send answers with cookies nobody sent; ``argv``: how many, how many a second, what the forger knows, what it sends.

``blind``: who asks, and nothing that changes from sweep to sweep. ``seen``: a probe, whose seal and port all its
answers bring back, in the name of every address. ``one``: the same, in the name of that probe's address alone.
``ports``: all ports the sweep asks from. It sends ``icmp``, ``tcp`` or ``udp`` answers, or refusals that quote a probe:
``error-icmp``, ``error-tcp``, ``error-udp``. Waits for the first such probe, to know to whom to answer. Prints how many
it sent.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from array import array
from dataclasses import dataclass
from itertools import count as numbers
from typing import Final

from probes.sweep.packets import stamped
from probes.sweep.templates import GREETING, Template, total
from probes.sweep.timetable import Timetable
from probes.sweep.wire import ETH_P_IP, MOST, Hop, Outbox

FIRST: Final = 10 << 24 | 9 << 16
"""10.9.0.0: as whose answers they go."""
PROTOCOLS: Final = {"icmp": 1, "tcp": 6, "udp": 17}
_SENDER: Final = slice(12, 16)
_QUOTED_AT: Final = 28


@dataclass(frozen=True, slots=True)
class Forgery:
    """Answers from one port to one of the sweep's."""

    template: Template
    quotes: bool = False
    """Whether the address is in the quoted packet, too."""

    def made(self, senders: array[int]) -> bytearray:
        """Return one answer of each sender, all cookies invented."""
        packets, size = stamped(self.template, senders, array("I", os.urandom(4 * len(senders)))), self.size
        for octet in range(4) if self.quotes else ():
            packets[12 + octet :: size] = packets[_QUOTED_AT + 16 + octet :: size]
        return packets

    @property
    def size(self) -> int:
        """Octets of each."""
        return len(self.template.octets)


def header(protocol: int, request: bytes, size: int) -> bytes:
    """Return the IP header of an answer to who sent a request, its sender blank."""
    return struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + size, 1, 0, 63, protocol, 0, bytes(4), request[_SENDER])


def forgery(request: bytes, kind: str, ours: int) -> Forgery:
    """Return the answers of one kind to one port of ours."""
    theirs = int.from_bytes(request[22:24], "big")
    if kind == "icmp":
        body = struct.pack("!BBHI", 0, 0, 0, 0) + request[28:]
        whole = header(1, request, len(body)) + body
        return Forgery(Template(whole, 12, 24, 22, total(whole[:20]), total(body)))
    if kind == "tcp":
        body = struct.pack("!HHIIBBHHH", theirs, ours, 1, 0, 5 << 4, 0x12, 64240, 0, 0)
        whole = header(6, request, len(body)) + body
        sums = total(whole[:20]), total(body) + total(request[_SENDER] + struct.pack("!HH", 6, len(body)))
        return Forgery(Template(whole, 12, 28, 36, *sums, covers_address=True))
    if kind == "udp":
        answer = bytes(4) + bytes.fromhex("0000000100000000") + request[40:74] + bytes.fromhex("0021000100000000000100")
        body = struct.pack("!HHHH", theirs, ours, 8 + len(answer), 0) + answer
        whole = header(17, request, len(body)) + body
        sums = total(whole[:20]), total(body) + total(request[_SENDER] + struct.pack("!HH", 17, len(body)))
        return Forgery(Template(whole, 12, 28, 26, *sums, covers_address=True, keep=0xFFFF0000, fixed=0x8400))
    quoted = bytearray(request[:28])
    quoted[16:20] = bytes(4)
    if kind != "error-icmp":
        quoted[20:22] = ours.to_bytes(2, "big")
    # What changes from one to the next: of a datagram the mark in its header, else what it quotes of the cookie.
    cookie_at = _QUOTED_AT + (4 if kind == "error-udp" else 24)
    keep, fixed = 0xFFFFFFFF, 0
    if kind == "error-udp":
        keep, fixed = 0xFFFF0000, int.from_bytes(quoted[6:8], "big")
    quoted[cookie_at - _QUOTED_AT : cookie_at - _QUOTED_AT + 4] = bytes(4)
    body = struct.pack("!BBHI", 3, 13, 0, 0) + bytes(quoted)
    whole = header(1, request, len(body)) + body
    template = Template(
        whole,
        _QUOTED_AT + 16,
        cookie_at,
        22,
        total(whole[:20]),
        total(body),
        covers_address=True,
        keep=keep,
        fixed=fixed,
    )
    return Forgery(template, quotes=True)


def awaited(kind: str) -> tuple[bytes, tuple[str, bytes]]:
    """Return the first probe of a kind that arrives, the link it came by and whose MAC sent it."""
    wanted = PROTOCOLS[kind.removeprefix("error-")]
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP)) as heard:
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        while True:
            packet, where = heard.recvfrom(2048)
            ours = packet[9] == wanted and (wanted != 1 or GREETING in packet) and packet[16:18] == b"\x0a\x09"
            if where[2] != socket.PACKET_OUTGOING and ours:
                return packet, (where[0], where[4])


def main() -> None:
    """Listen, then forge."""
    most, rate, knows, kind = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4]
    packet, (link, mac) = awaited(kind)
    if knows == "blind":
        packet = packet[:-4] + os.urandom(4) if kind == "icmp" else packet
    victim, ours = int.from_bytes(packet[16:20], "big"), int.from_bytes(packet[20:22], "big")
    ports = range(ours & ~0xFF, (ours & ~0xFF) + 256) if knows == "ports" else (ours,)
    if knows == "blind":
        ports = range(32768, 61000, 7)
    forged, hop = [forgery(packet, kind, port) for port in ports], Hop(socket.if_nametoindex(link), mac, ETH_P_IP)
    sent = 0
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0) as sock:
        out, table, turns = Outbox(sock), Timetable(rate, time.monotonic()), numbers()
        while sent < most:
            count = min(MOST, most - sent, table.ready(time.monotonic()))
            if not count:
                time.sleep(0.002)
                continue
            senders = array("I", [victim] * count)
            if knows != "one":
                senders = array("I", [FIRST | number & 0xFFFF for number in range(sent, sent + count)])
            one = forged[next(turns) * 97 % len(forged)]
            out.send(hop, one.made(senders), one.size)
            table.take(count)
            sent += count
    sys.stdout.write(f"{sent}\n")


if __name__ == "__main__":
    main()
