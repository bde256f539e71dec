"""Threads that hand loads to the kernel, for a pace that one thread does not keep.

The kernel's work on a packet, all of it where the link is a virtual one, is done inside ``sendmmsg``, during which
ctypes lets go of the interpreter: threads send at the same time, each on a processor of its own, while the loop builds,
reads and decides. A load belongs to one thread from :meth:`Senders.give` until :meth:`Senders.back` returns it; the
arrays it is sent from belong to one thread for ever; the socket belongs to all of them, as the kernel lets many send by
one. A thread does nothing else: it neither looks at a wave nor decides what an error means.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections import deque
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from probes.sweep.loads import outboxes

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from probes.sweep.loads import Load
    from probes.sweep.wire import Outbox

COUNT: Final = 2
"""Two fill what a computer can send; more of them would only wait for one another."""
_AHEAD: Final = 2
"""Loads per thread: one on its way, one that waits."""
_TURN_S: Final = 0.001  # a thread that is back from the kernel waits so long at most for the loop to let it go on


class Senders:
    """Some threads, each with its own arrays."""

    largest: Final = 512
    """Packets in one load: the kernel takes them in a millisecond or two."""

    def __init__(self, sockets: Mapping[bool, socket.socket], count: int = COUNT) -> None:
        """Start them. They have the privileges this thread has now.

        Args:
            sockets: by whether they send ARP.
            count: so many threads.
        """
        sys.setswitchinterval(_TURN_S)
        self._todo: SimpleQueue[Load | None] = SimpleQueue()
        self._done: deque[Load] = deque()
        self._died: deque[BaseException] = deque()
        self._out = 0
        self._waited_for = False
        self.shares = _AHEAD * count
        """Loads that are out at the same time."""
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        """Readable when a load is back that was waited for."""
        self._threads = [
            threading.Thread(target=self._work, args=(outboxes(sockets),), name="sweep-send", daemon=True)
            for _ in range(count)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def full(self) -> bool:
        """Whether there is enough to send already."""
        return self._out >= self.shares

    def give(self, load: Load) -> None:
        """Let the next free thread push a load."""
        self._out += 1
        self._todo.put(load)

    def back(self) -> list[Load]:
        """Return the loads that were pushed, each once.

        Raises:
            BaseException: a thread died of it. Packets it had are neither sent nor told, so the sweep must end.
        """
        with suppress(BlockingIOError):
            os.eventfd_read(self._descriptor)
        if self._died:
            raise self._died[0]
        back = [self._done.popleft() for _ in range(len(self._done))]
        self._out -= len(back)
        return back

    def wait(self, timeout_s: float) -> None:
        """Sleep until a load is back."""
        self._waited_for = True
        if not self._done:
            select.select([self._descriptor], [], [], timeout_s)
        self._waited_for = False

    def close(self) -> None:
        """End the threads: what is with the kernel leaves, the rest does not."""
        with suppress(Empty):
            while True:
                self._todo.get_nowait()
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()
        os.close(self._descriptor)

    def _work(self, out: Mapping[bool, Outbox]) -> None:
        try:
            while (load := self._todo.get()) is not None:
                load.push(out)
                self._done.append(load)
                if self._waited_for:
                    os.eventfd_write(self._descriptor, 1)
        except BaseException as error:  # noqa: BLE001 -- whatever it is, back() raises it
            self._died.append(error)
            os.eventfd_write(self._descriptor, 1)
