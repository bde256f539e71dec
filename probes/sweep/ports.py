"""Source ports for our SYNs: bound, so that no program on this computer uses them meanwhile."""

from __future__ import annotations

import socket
from typing import Final

_ROUNDS: Final = 4


class Ports:
    """One port per round of probes: a retry from the same port would be a stray packet of the first try to its target.

    Nothing listens on them and nothing is connected, so the kernel answers a SYN-ACK with RST, which ends the half-open
    connection at the target: no filter rule is needed.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(_ROUNDS if wanted else 0)]
        for sock in self._sockets:
            sock.bind(("", 0))
        self.numbers: tuple[int, ...] = tuple(sock.getsockname()[1] for sock in self._sockets)

    def of(self, round_: int) -> int:
        """Return the port of a round."""
        return self.numbers[round_ % len(self.numbers)]

    def close(self) -> None:
        """Give them back."""
        for sock in self._sockets:
            sock.close()
