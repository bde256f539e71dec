"""Answer echo requests to 10.9.0.200 a second and a half later. Prints a line when it listens."""

from __future__ import annotations

import socket
import struct
import sys
import time

from tests.unit.sweep.forger import reply

SLUGGARD = socket.inet_aton("10.9.0.200")


def main() -> None:
    """Listen and answer late."""
    heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    while True:
        packet = heard.recv(2048)
        request = packet[20:]
        if packet[9] == socket.IPPROTO_ICMP and packet[16:20] == SLUGGARD and request[0] == 8:
            time.sleep(1.5)
            message = reply(request)
            header = struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + len(message), 0, 0, 64, 1, 0, SLUGGARD, packet[12:16])
            out.sendto(header + message, (socket.inet_ntoa(packet[12:16]), 0))


if __name__ == "__main__":
    main()
