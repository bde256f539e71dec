"""Packets of a wave that leave together, handed to the kernel as far as it takes them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from probes.sweep.errnos import AGAIN
from probes.sweep.wire import MOST, Outbox

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from probes.sweep.wave import Wave


ONE_SENDER_PPS: Final = 150_000
"""One thread that does everything manages this and leaves a reserve."""


def needs_several(rate_pps: float) -> bool:
    """Whether a pace is too much for one thread, and there are processors for more."""
    return rate_pps > ONE_SENDER_PPS and len(os.sched_getaffinity(0)) > 1


class Load:
    """Some packets, and how far they are. Whoever pushes it has it alone."""

    __slots__ = (
        "at",
        "backoffs",
        "began",
        "dated",
        "packets",
        "places",
        "position",
        "refused",
        "size",
        "stuck",
        "wave",
    )

    def __init__(self, wave: Wave, places: Sequence[int], packets: bytearray, size: int) -> None:
        self.wave, self.places, self.packets, self.size = wave, places, packets, size
        self.position = self.backoffs = 0
        self.refused: list[tuple[int, int]] = []
        """Places of packets that the kernel did not take, and its errno."""
        self.stuck = 0
        """The errno by which the kernel had no room for the next packet; 0: it is through."""
        self.began = self.at = 0.0
        """When its first packet was handed over, and when it was pushed last."""
        self.dated = False
        """The wave knows when it began."""

    def push(self, out: Mapping[bool, Outbox]) -> None:
        """Hand the kernel one packet after the other until all are gone or it has no room.

        Args:
            out: by whether the packets are ARP.
        """
        outbox, hop, self.stuck = out[self.wave.path.direct], self.wave.path.hop, 0
        self.began = self.began or time.monotonic()
        while self.position < len(self.places):
            taken, number = outbox.send(hop, self.packets, self.size, self.position)
            if taken:
                self.position += taken
                self.backoffs = 0
            elif number in AGAIN:
                self.stuck = number
                break
            else:
                self.refuse(number)
        self.at = time.monotonic()

    def date(self) -> None:
        """Tell the wave when the first packet was handed over, if it was: its answers take so much less time."""
        if self.began and not self.dated:
            self.dated = True
            self.wave.began(self.places, self.began)

    def refuse(self, number: int) -> None:
        """Give the next packet up."""
        self.refused.append((self.places[self.position], number))
        self.position += 1


class Hand:
    """Pushes loads in the thread that gives them: for a pace that one thread keeps while it does everything else."""

    largest: Final = MOST
    """Packets in one load."""
    shares: Final = 1
    """Loads that are out at the same time."""
    full: Final = False

    def __init__(self, sockets: Mapping[bool, socket.socket]) -> None:
        self._out = outboxes(sockets)
        self._back: list[Load] = []

    def give(self, load: Load) -> None:
        """Push a load."""
        load.push(self._out)
        self._back.append(load)

    def back(self) -> list[Load]:
        """Return the loads that were pushed, each once."""
        back, self._back = self._back, []
        return back

    def wait(self, timeout_s: float) -> None:
        """Sleep until a load is back: none is ever out."""

    def close(self) -> None:
        """Nothing is open."""


def outboxes(sockets: Mapping[bool, socket.socket]) -> dict[bool, Outbox]:
    """Return the arrays from which one thread sends: by whether that is ARP, as the sockets are."""
    return {direct: Outbox(sock) for direct, sock in sockets.items()}
