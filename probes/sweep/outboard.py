"""The process that sends and hears packets for us, seen from this side: started, fed, listened to, ended."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import probes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.sweep.capability import PacketSockets
    from probes.sweep.orders import Orders, Task

_ROOT: Final = Path(probes.__file__).resolve().parents[1]
_START: Final = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from probes.sweep.worker import main; main()"
_CHUNK: Final = 1 << 16
_END_S: Final = 5.0
_LOOK_S: Final = 0.05


class Outboard:
    """One sweeping process."""

    def __init__(self, sockets: PacketSockets, orders: Orders, stop: threading.Event) -> None:
        held = (sockets.ip.fileno(), sockets.arp.fileno())
        with ExitStack() as opened:
            input_, self._given, self._told, output = map(opened.enter_context, (*_pipe(), *_pipe()))
            self._process = subprocess.Popen(
                # -I -S: only the standard library and ourselves, so that it starts in a few hundredths of a second.
                [sys.executable, "-I", "-S", "-c", _START, json.dumps([held, orders])],
                stdin=input_,
                stdout=output,
                pass_fds=held,
                env={},
            )
            opened.pop_all()
        input_.close()
        output.close()
        self._unread = b""
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
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._ended.set()
        self._watch.join()
        self._given.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._told.close()

    def _end_on(self, stop: threading.Event) -> None:
        while not self._ended.wait(_LOOK_S):
            if stop.is_set():
                self._process.kill()
                return


def _pipe() -> tuple[FileIO, FileIO]:
    """Return the reading and the writing end of a pipe, unbuffered."""
    reading, writing = os.pipe()
    return FileIO(reading, "r"), FileIO(writing, "w")
