"""TCP connect: an open or a refused port proves a host alive; an open connection is reset at once."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import selectors
import socket
import struct
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.sightings import ProbeKind
from probes.blocks import FORBIDDEN_TCP_PORTS
from probes.sweep.asking import Answer, Asking, Fenced, Sent, fenced, sent
from probes.sweep.unreachable import IP_RECVERR, IPV6_RECVERR, from_socket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probes.sweep.patience import Patience

MAX_IN_FLIGHT: Final = 1 << 14
_SPARE_DESCRIPTORS: Final = 64
"""Left to the rest of the program: database, logs, terminal."""
_RESET: Final = struct.pack("=ii", 1, 0)  # struct linger: on, 0 s = close with RST


@dataclass(slots=True, eq=False)
class Connect:
    """A connect in flight."""

    asking: Asking
    port: int
    socket: socket.socket
    sent_at: float
    closed: bool = False


def room() -> int:
    """Return how many connects may be in flight at once, every descriptor used that this process may ask for."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        return MAX_IN_FLIGHT
    used = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 -- the names do not matter
    return max(1, min(MAX_IN_FLIGHT, hard - used - _SPARE_DESCRIPTORS))


class Descriptors:
    """The limit of open descriptors, raised as far as this process may while connects are made."""

    def __init__(self) -> None:
        self._soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.room = room()
        wanted = self.room + len(os.listdir("/proc/self/fd")) + _SPARE_DESCRIPTORS  # noqa: PTH208 -- as above
        if self._soft != resource.RLIM_INFINITY and self._soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

    def close(self) -> None:
        """Set the limit back."""
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (self._soft, hard))


class Connects:
    """All connects in flight, registered with the loop's selector."""

    def __init__(self, selector: selectors.BaseSelector, life_s: float, syn_packets: int, patience: Patience) -> None:
        self._selector = selector
        self._life_s = life_s
        self._patience = patience
        self._repeats = max(1, syn_packets - 1)  # TCP_SYNCNT: the kernel's smallest is one
        self._descriptors = Descriptors()
        self._room = self._descriptors.room
        self._early: list[tuple[Connect, int]] = []
        self._oldest_first: deque[Connect] = deque()
        self.in_flight: set[Connect] = set()

    @property
    def deadline(self) -> float:
        """When the oldest connect has waited long enough."""
        while self._oldest_first and self._oldest_first[0].closed:
            self._oldest_first.popleft()
        if not self._oldest_first:
            return float("inf")
        oldest, life = self._oldest_first[0], self._life_s
        if len(self.in_flight) >= self._room:  # its descriptor is wanted: it goes as soon as an answer is unlikely
            life = min(life, self._patience.wait_s(oldest.asking.route.hop, life))
        return oldest.sent_at + life

    @property
    def has_room(self) -> bool:
        """Whether one more may start."""
        return len(self.in_flight) < self._room

    def send(self, asking: Asking, port: int, now: float) -> tuple[Sent, int | None]:
        """Start a connect; the second value is the errno of a failure."""
        if port in FORBIDDEN_TCP_PORTS:  # unreachable after schedule.check(); the last fence before the wire
            return Sent.NEVER, None
        try:
            sock = self._socket(asking)
        except OSError as error:
            return sent(error.errno), error.errno
        result = sock.connect_ex((str(asking.ip), port))
        if result not in {0, errno.EINPROGRESS, errno.ECONNREFUSED}:
            sock.close()
            return sent(result), result
        connect = Connect(asking, port, sock, now)
        self.in_flight.add(connect)
        self._oldest_first.append(connect)
        asking.connects.add(connect)
        if result == errno.EINPROGRESS:
            self._selector.register(sock, selectors.EVENT_WRITE, connect)
        else:
            self._early.append((connect, result))
        return Sent.YES, None

    def early(self) -> Iterator[Answer | Fenced]:
        """Yield the results that were there before ``connect`` returned, as happens on loopback."""
        results, self._early = self._early, []
        for connect, result in results:
            yield from self._result(connect, result)

    def finish(self, connect: Connect) -> Iterator[Answer | Fenced]:
        """Take in the result of a connect that the selector reported."""
        if connect in self.in_flight:  # else closed by an earlier event of the same turn
            yield from self._result(connect, connect.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def expire(self, now: float) -> None:
        """End the connects that nothing answered in time."""
        while self.deadline <= now:
            self.close(self._oldest_first.popleft())

    def close(self, connect: Connect) -> None:
        """End a connect, with RST when it was established."""
        if connect not in self.in_flight:
            return
        connect.closed = True
        self.in_flight.discard(connect)
        connect.asking.connects.discard(connect)
        with contextlib.suppress(KeyError):
            self._selector.unregister(connect.socket)
        connect.socket.close()

    def close_all(self) -> None:
        """End every connect."""
        for connect in tuple(self.in_flight):
            self.close(connect)
        self._descriptors.close()

    def _socket(self, asking: Asking) -> socket.socket:
        ipv4 = asking.ip.version == 4  # noqa: PLR2004 -- IPv4
        kind = socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        sock = socket.socket(socket.AF_INET if ipv4 else socket.AF_INET6, kind)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, self._repeats)
            level, option = (socket.IPPROTO_IP, IP_RECVERR) if ipv4 else (socket.IPPROTO_IPV6, IPV6_RECVERR)
            sock.setsockopt(level, option, 1)
        except OSError:
            sock.close()
            raise
        return sock

    def _result(self, connect: Connect, result: int) -> Iterator[Answer | Fenced]:
        taken = from_socket(connect.socket) if result else None
        error = taken.error if taken else None
        self.close(connect)
        name = f"tcp/{connect.port}"
        if result == 0:
            yield Answer(connect.asking, ProbeKind.TCP, f"{name} open", connect.sent_at)
        elif error is not None and error.blocked:
            if error.offender == connect.asking.text:
                yield Answer(connect.asking, ProbeKind.TCP, f"{name} {error.detail}", connect.sent_at)
            else:
                yield fenced(connect.asking, error)
        elif error is None and result == errno.ECONNREFUSED:
            yield Answer(connect.asking, ProbeKind.TCP, f"{name} refused", connect.sent_at)
