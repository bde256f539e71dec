"""Send echo replies with cookies nobody sent; ``argv``: how many, how many a second, what the forger knows.

``blind``: who asks, and nothing that changes from sweep to sweep. ``seen``: a probe, whose seal all its replies bring
back, in the name of every address. ``one``: the same, in the name of that probe's address alone. Waits for the sweep's
first echo request, to know to whom to answer. Prints how many it sent.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from array import array
from typing import Final

from probes.sweep.packets import stamped
from probes.sweep.templates import GREETING, Template, total
from probes.sweep.timetable import Timetable
from probes.sweep.wire import ETH_P_IP, MOST, Hop, Outbox

FIRST: Final = 10 << 24 | 9 << 16
"""10.9.0.0: as whose answers they go."""


def template(request: bytes) -> Template:
    """Return the reply to a request, its sender and its cookie blank."""
    body = struct.pack("!BBHI", 0, 0, 0, 0) + request[28:]
    header = struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + len(body), 1, 0, 63, 1, 0, bytes(4), request[12:16])
    return Template(header + body, 12, 24, 22, total(header), total(body))


def main() -> None:
    """Listen, then forge."""
    most, rate, knows = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    while True:
        packet, where = heard.recvfrom(2048)
        if where[2] != socket.PACKET_OUTGOING and packet[9] == socket.IPPROTO_ICMP and GREETING in packet:
            break
    heard.close()
    if knows == "blind":
        packet = packet[:-4] + os.urandom(4)
    victim = int.from_bytes(packet[16:20], "big")
    forged, hop = template(packet), Hop(socket.if_nametoindex(where[0]), where[4], ETH_P_IP)
    sent = 0
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0) as sock:
        out, table = Outbox(sock), Timetable(rate, time.monotonic())
        while sent < most:
            count = min(MOST, most - sent, table.ready(time.monotonic()))
            if not count:
                time.sleep(0.002)
                continue
            senders = array("I", [victim] * count)
            if knows != "one":
                senders = array("I", [FIRST | number & 0xFFFF for number in range(sent, sent + count)])
            out.send(hop, stamped(forged, senders, array("I", os.urandom(4 * count))), len(forged.octets))
            table.take(count)
            sent += count
    sys.stdout.write(f"{sent}\n")


if __name__ == "__main__":
    main()
