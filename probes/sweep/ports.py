"""Source ports for our SYNs and datagrams: bound, so that no program on this computer uses them meanwhile."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from typing import Final

from probes.sweep.filter import SO_ATTACH_FILTER, nothing
from probes.sweep.seal import TURNS, Spread

_SPREADS: Final = ((256, 16), (64, 16), (TURNS, 1 << 12))
"""How many ports, and how often they are looked for: the fewer, the more forged answers get as far as their cookie."""
_LOWEST, _HIGHEST = 32768, 60928


class Ports:
    """Some ports in a row. A retry from the same port would be a stray packet of the first try to its target.

    TCP: nothing listens on them and nothing is connected, so the kernel answers a SYN-ACK with RST, which ends the
    half-open connection at the target: no filter rule is needed. UDP: what arrives is dropped here, because the packet
    socket hears it; without a bound port the kernel would tell every host that answers that nobody is there.
    """

    def __init__(self, kind: socket.SocketKind, *, wanted: bool) -> None:
        self._sockets: list[socket.socket] = []
        self.spread = self._found(kind) if wanted else None

    def close(self) -> None:
        """Give them back."""
        for sock in self._sockets:
            sock.close()
        self._sockets.clear()

    def _found(self, kind: socket.SocketKind) -> Spread:
        """Bind ports nobody has.

        Raises:
            OSError: there are none.
        """
        last: OSError | None = None
        for count, tries in _SPREADS:
            places = (_HIGHEST - _LOWEST) // count
            begin = int.from_bytes(os.urandom(4), "big")
            for number in range(min(tries, places)):
                first = _LOWEST + (begin + number) % places * count
                try:
                    self._bind(kind, range(first, first + count))
                except OSError as error:  # somebody has one of them, or there are not enough descriptors
                    last = error
                    self.close()
                else:
                    return Spread(first, count)
        raise last or OSError

    def _bind(self, kind: socket.SocketKind, numbers: range) -> None:
        program = nothing()
        buffer = ctypes.create_string_buffer(program, len(program))
        attached = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
        for number in numbers:
            self._sockets.append(socket.socket(socket.AF_INET, kind))
            if kind is socket.SOCK_DGRAM:
                self._sockets[-1].setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, attached)
            self._sockets[-1].bind(("", number))
