"""The privileged sweep as a process of its own: sockets handed over, no privilege, no secrets, lines of JSON.

It is started by :mod:`probes.sweep.outboard`, reads tasks from its standard input and writes what it finds to its
standard output. The end of its input ends it at once.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from probes.sweep import powers
from probes.sweep.dispatch import Dispatch
from probes.sweep.loads import needs_several
from probes.sweep.orders import Orders, Task

if TYPE_CHECKING:
    from probes.sweep.shares import Seen, Share

_NOBODY: Final = 65534
_PROGRESS_S: Final = 0.1
_CHUNK: Final = 1 << 16
_OBJECTS_BETWEEN_SEARCHES: Final = 100_000
"""For cyclic garbage. Answers are none, and looking through them took as long as telling them."""


class Line:
    """Messages to and from the process that started us."""

    def __init__(self, given: int, told: int) -> None:
        self._given, self._told = given, told
        self._unread, self._unwritten = b"", bytearray()
        self.open = True
        os.set_blocking(given, False)
        os.set_blocking(told, False)

    def read(self) -> list[Any]:
        """Return the messages that arrived; ``open`` tells whether more may come."""
        with suppress(BlockingIOError):
            while self.open:
                chunk = os.read(self._given, _CHUNK)
                self.open = bool(chunk)
                self._unread += chunk
        *lines, self._unread = self._unread.split(b"\n")
        return [json.loads(line) for line in lines]

    def write(self, *messages: object) -> None:
        """Send messages, as much of them as there is room for."""
        for message in messages:
            self._unwritten += json.dumps(message).encode() + b"\n"
        with suppress(BlockingIOError):
            while self._unwritten:
                del self._unwritten[: os.write(self._told, self._unwritten[:_CHUNK])]

    @property
    def behind(self) -> bool:
        """Whether something is still to be written."""
        return bool(self._unwritten)


def serve(line: Line, dispatch: Dispatch) -> None:
    """Sweep until everything is told, or nobody listens any more."""
    ended, progress_at = False, time.monotonic() + _PROGRESS_S
    while line.open and not (ended and not dispatch.busy and not line.behind):
        for message in line.read():
            if message is None:
                ended = True
            else:
                dispatch.add(Task.read(message))
        line.write(*[_told(share) for share in dispatch.turn()])
        if time.monotonic() >= progress_at:
            progress_at = time.monotonic() + _PROGRESS_S
            heard = [[number, *_row(seen)] for number, seen in dispatch.heard()]
            line.write({"sent": dispatch.sent, "alive": dispatch.alive, "heard": heard, "at": dispatch.positions()})
        if line.behind:  # else what fits into a pipe would be told ten times a second, and no more
            dispatch.wake_on(1, select.POLLOUT)
            dispatch.pause()
            dispatch.sleep_on(1)
        elif dispatch.busy or not ended:
            dispatch.pause()


def _told(share: Share) -> dict[str, object]:
    seen = [_row(each) for each in share.seen]
    return {
        "share": share.number,
        "asked": share.asked,
        "limits": sorted(share.limits),
        "seen": seen,
        "age_s": share.age_s,
    }


def _row(seen: Seen) -> list[object]:
    address, kind, detail, mac, ttl, rtt_s, at_s = seen
    return [address, kind, detail, mac.hex(":") if mac else None, ttl, rtt_s, at_s]


def _close_others(held: list[int]) -> None:
    """Close what else the process that started us has left open: nothing of it is ours."""
    for below, above in pairwise([0, 1, 2, *sorted(held), os.sysconf("SC_OPEN_MAX")]):
        os.closerange(below + 1, above)


def main() -> None:
    """Run; ``argv[1]`` is JSON: the sockets' descriptors and the orders."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # who started us gets them as well, and ends us
    held, written = json.loads(sys.argv[1])
    _close_others(held)
    ip_socket, arp_socket = (socket.socket(fileno=number) for number in held)
    orders = Orders.read(written)
    # What few sweeps need, loaded now: perhaps it is not readable any more later.
    if any(probe.kind == "udp" for probe in orders.routed):
        import probes.sweep.catalogue  # noqa: PLC0415 -- see above
    if needs_several(orders.rate_pps):
        import probes.sweep.senders  # noqa: F401, PLC0415 -- see above
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    powers.drop_all(_NOBODY)  # of this thread: those that send begin later, and have what it has left
    with ip_socket, arp_socket, suppress(BrokenPipeError):
        dispatch = Dispatch(orders, ip_socket, arp_socket)
        line = Line(0, 1)
        dispatch.wake_on(0)
        serve(line, dispatch)
        os.set_blocking(1, True)
        line.write({"said": dispatch.close(), "odd": [packet.hex() for packet in dispatch.odd.kept]})
