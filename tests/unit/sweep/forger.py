"""Answer every echo request to 10.9.0.60 with replies that are wrong in one point each: none may count.

Prints a line when it listens, and one with the number of replies sent when its standard input ends.
"""

from __future__ import annotations

import select
import socket
import struct
import sys

from probes.sweep.icmp import checksum

VICTIM = socket.inet_aton("10.9.0.60")
STRANGER = socket.inet_aton("10.9.0.61")


def reply(request: bytes, **wrong: bytes) -> bytes:
    """Build the ICMP reply to ``request`` with some fields replaced."""
    identifier, sequence, payload = request[4:6], request[6:8], request[8:]
    body = wrong.get("identifier", identifier) + wrong.get("sequence", sequence) + wrong.get("payload", payload)
    return struct.pack("!BBH", 0, 0, checksum(b"\0\0\0\0" + body)) + body


def main() -> None:
    """Listen and forge."""
    heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    count = 0
    while True:
        ready, _, _ = select.select([heard, sys.stdin], [], [])
        if heard not in ready:  # the end of input waits until every request is answered
            sys.stdout.write(f"{count}\n")
            return
        packet = heard.recv(2048)
        request = packet[20:]
        if packet[9] != socket.IPPROTO_ICMP or packet[16:20] != VICTIM or request[0] != 8:
            continue
        flipped = bytes([request[-1] ^ 1])
        forged = [
            (VICTIM, reply(request, payload=request[8:-1] + flipped)),
            (VICTIM, reply(request, payload=b"")),
            (VICTIM, reply(request, identifier=bytes([request[4] ^ 1, request[5]]))),
            (VICTIM, reply(request, sequence=bytes([request[6] ^ 1, request[7]]))),
            (STRANGER, reply(request)),
        ]
        for source, message in forged:
            header = struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + len(message), 0, 0, 64, 1, 0, source, packet[12:16])
            out.sendto(header + message, (socket.inet_ntoa(packet[12:16]), 0))
            count += 1


if __name__ == "__main__":
    main()
