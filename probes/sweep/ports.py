"""Source ports for our SYNs and datagrams: bound, so that no program on this computer uses them meanwhile."""

from __future__ import annotations

import ctypes
import socket
import struct
from typing import Final

from probes.sweep.filter import SO_ATTACH_FILTER, nothing

_ROUNDS: Final = 4


class Ports:
    """One port per round of probes: a retry from the same port would be a stray packet of the first try to its target.

    TCP: nothing listens on them and nothing is connected, so the kernel answers a SYN-ACK with RST, which ends the
    half-open connection at the target: no filter rule is needed. UDP: what arrives is dropped here, because the packet
    socket hears it; without a bound port the kernel would tell every host that answers that nobody is there.
    """

    def __init__(self, kind: socket.SocketKind, *, wanted: bool) -> None:
        self._sockets = [socket.socket(socket.AF_INET, kind) for _ in range(_ROUNDS if wanted else 0)]
        program = nothing()
        buffer = ctypes.create_string_buffer(program, len(program))
        for sock in self._sockets:
            if kind is socket.SOCK_DGRAM:
                attached = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
                sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, attached)
            sock.bind(("", 0))
        self.numbers: tuple[int, ...] = tuple(sock.getsockname()[1] for sock in self._sockets)

    def of(self, round_: int) -> int:
        """Return the port of a round."""
        return self.numbers[round_ % len(self.numbers)]

    def close(self) -> None:
        """Give them back."""
        for sock in self._sockets:
            sock.close()
