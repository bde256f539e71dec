"""Answer the UDP questions of a sweep as the recorded programs did, with the identifier of whoever asks.

``argv`` is addresses: one answers NetBIOS, one mDNS. Prints a line when it listens; ends with its standard input.
"""

from __future__ import annotations

import select
import socket
import sys

from tests.unit.sweep.recorded import ANSWERS


def main() -> None:
    """Listen and answer."""
    held = {}
    for host, port in zip(sys.argv[1:], (137, 5353), strict=True):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((host, port))
        held[sock] = port
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    while True:
        ready, _, _ = select.select([*held, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        for sock in held.keys() & set(ready):
            request, asker = sock.recvfrom(2048)
            sock.sendto(request[:2] + ANSWERS[held[sock]][2:], asker)


if __name__ == "__main__":
    main()
