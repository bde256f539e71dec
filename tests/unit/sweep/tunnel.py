"""The other end of a tunnel (tun): hosts whose last octet is even answer echo requests.

Prints a line when it listens; ends with its standard input.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import sys

from probes.sweep.icmp import checksum

_TUNSETIFF, _TUN, _BARE = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h


def main() -> None:
    """Carry packets."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", b"tun0", _TUN | _BARE))
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    while True:
        ready, _, _ = select.select([device, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        packet = os.read(device, 2048)
        if packet[0] != 0x45 or packet[9] != 1 or packet[20] != 8 or packet[19] % 2:
            continue
        message = b"\0\0\0\0" + packet[24:]
        message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
        os.write(device, packet[:12] + packet[16:20] + packet[12:16] + message)


if __name__ == "__main__":
    main()
