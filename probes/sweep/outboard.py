"""The process that sends and hears packets for us, seen from this side: started, fed, listened to, ended."""

from __future__ import annotations

import fcntl
import json
import os
import select
import sys
import threading
import time
from contextlib import ExitStack, suppress
from io import FileIO
from typing import TYPE_CHECKING, Any, Final

import probes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.sweep.capability import PacketSockets
    from probes.sweep.orders import Orders, Task

_ROOT: Final = os.path.dirname(os.path.dirname(os.path.realpath(probes.__file__)))  # noqa: PTH120 -- pathlib costs 2 ms
_START: Final = f"import sys; sys.path.insert(0, {_ROOT!r}); from probes.sweep.worker import main; main()"
_CHUNK: Final = 1 << 16
_ROOM: Final = 1 << 20
"""For what it tells while we are at something else: the most any user gets."""
_END_S: Final = 5.0
_LOOK_S: Final = 0.05
_KILL: Final = 9
"""SIGKILL; the module ``signal`` takes longer to load than anything here."""
_STANDARD: Final = 3
"""Below this are standard input, output and errors."""


class Outboard:
    """One sweeping process.

    It is started without the module ``subprocess``, which would cost a tenth of what a sweep of a /24 takes.
    """

    def __init__(self, sockets: PacketSockets, orders: Orders, stop: threading.Event) -> None:
        """Start it.

        Raises:
            OSError: no process can be started.
        """
        with ExitStack() as opened:
            input_, self._given, self._told, output = map(opened.enter_context, (*_pipe(), *_pipe()))
            with ExitStack() as ours:
                files = (input_.fileno(), output.fileno(), sockets.ip.fileno(), sockets.arp.fileno())
                given, told, *held = [_lifted(ours, number) for number in files]
                # -I -S: only the standard library and ourselves, so that it starts in a few hundredths of a second.
                line = [sys.executable, "-I", "-S", "-c", _START, json.dumps([held, orders])]
                moves = [(given, 0), (told, 1), *((number, number) for number in held)]
                actions = [(os.POSIX_SPAWN_DUP2, *move) for move in moves]
                self._process: int | None = os.posix_spawn(sys.executable, line, {}, file_actions=actions)
            opened.pop_all()
        with suppress(OSError):  # this user has too many pipes; it works with little room as well
            fcntl.fcntl(self._told, fcntl.F_SETPIPE_SZ, _ROOM)
        input_.close()
        output.close()
        self._unread = bytearray()
        self._ended = threading.Event()
        # Whoever keeps an event for long does not look at ``stop``, but the packets must end now.
        self._watch = threading.Thread(target=self._end_on, args=(stop,), name="sweep-stop", daemon=True)
        self._watch.start()

    def give(self, tasks: Iterable[Task], *, last: bool) -> None:
        """Hand over tasks. ``last``: there are no more to come."""
        lines = [json.dumps(task.written()) for task in tasks]
        lines += ["null"] if last else []
        view = memoryview("".join(f"{line}\n" for line in lines).encode())
        with suppress(BrokenPipeError):  # it has ended; hear() says so
            while view:
                view = view[self._given.write(view) or 0 :]

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return what it told, waiting so long for something.

        Raises:
            EOFError: the process has ended.
        """
        if not select.select([self._told], [], [], timeout_s)[0]:
            return []
        chunk = os.read(self._told.fileno(), _CHUNK)
        if not chunk:
            raise EOFError
        self._unread += chunk
        end = chunk.rfind(b"\n")
        if end < 0:
            return []
        whole = len(self._unread) - len(chunk) + end
        lines = bytes(self._unread[:whole]).split(b"\n")
        del self._unread[: whole + 1]
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._ended.set()
        self._watch.join()
        self._given.close()
        if not self._falls_silent():
            self._kill()
        if self._process is not None:
            with suppress(ChildProcessError):  # whoever runs us has let the kernel forget its children
                os.waitpid(self._process, 0)
            self._process = None
        self._told.close()

    def _falls_silent(self) -> bool:
        """Wait until it has closed its end of the pipe, the last thing it does; False: it takes too long."""
        until = time.monotonic() + _END_S
        while (left := until - time.monotonic()) > 0:
            if select.select([self._told], [], [], left)[0] and not os.read(self._told.fileno(), _CHUNK):
                return True
        return False

    def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process, _KILL)

    def _end_on(self, stop: threading.Event) -> None:
        while not self._ended.wait(_LOOK_S):
            if stop.is_set():
                self._kill()
                return


def _pipe() -> tuple[FileIO, FileIO]:
    """Return the reading and the writing end of a pipe, unbuffered."""
    reading, writing = os.pipe()
    return FileIO(reading, "r"), FileIO(writing, "w")


def _lifted(opened: ExitStack, number: int) -> int:
    """Return a copy of a descriptor that takes no standard one.s place, even where this process has none."""
    copy = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _STANDARD)
    opened.callback(os.close, copy)
    return copy
