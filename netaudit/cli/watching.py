"""A long job on a terminal: progress on stderr, and a first Ctrl-C that ends it cleanly."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from netaudit.i18n import _, show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType, TracebackType

    from rich.progress import TaskID

    from netaudit.app.beacon import Told
    from netaudit.cli.session import Session

_INTERRUPTED = 3
_GRACE_S = 1.0
"""So long the second Ctrl-C may take to end the process in good order."""
_TOO_SOON_S = 0.5
"""A second signal within this time is the same key press, delivered to the process group and again by its leader."""


class Watch:
    """Shows how far the job is, and turns the signals to end into its stop event; a second SIGINT ends it at once."""

    def __init__(self, session: Session, afterwards: Sequence[str] = ()) -> None:
        """Prepare; ``afterwards`` names modules the job needs at its end: they are loaded while it waits."""
        self.stop = threading.Event()
        self._loading = threading.Thread(target=_load, args=(afterwards,), name="load", daemon=True)
        self._console = session.err
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[detail]}", markup=False),  # names come from sheets and devices
            console=session.err,
            transient=True,
            disable=session.quiet or not session.err.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._stopped_at = 0.0
        self._before: dict[signal.Signals, object] = {}
        self._last_resort = threading.Thread(target=self._end_on_interrupt, name="ctrl-c", daemon=True)
        self._signals, self._woken = socket.socketpair()
        self._woken.setblocking(False)

    def tell(self, told: Told) -> None:
        """Show one event of the job."""
        if self._loading.ident is None:
            self._loading.start()
        if told.phase not in self._tasks:
            self._tasks[told.phase] = self._progress.add_task(_titles()[told.phase], total=told.total, detail="")
        self._progress.update(
            self._tasks[told.phase],
            completed=told.done,
            total=told.total,
            detail=show(told.detail) if told.detail else "",
        )

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
                self._before[number] = signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        signal.set_wakeup_fd(-1)
        self._woken.close()
        if not self._last_resort.is_alive():
            self._signals.close()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal() returned it takes back

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        now = time.monotonic()
        if self.stop.is_set() and number == signal.SIGINT and now - self._stopped_at > _TOO_SOON_S:
            raise KeyboardInterrupt
        if not self.stop.is_set():
            self._last_resort.start()
            self._stopped_at = now
            self.stop.set()
            with suppress(OSError):  # the terminal may be what has gone
                self._console.print(_("Stopping; what is known so far is kept. Press Ctrl-C again to end at once."))

    def _end_on_interrupt(self) -> None:
        """End the process on a second Ctrl-C that Python cannot act upon: the database may hold its main thread."""
        with self._signals:
            while number := self._signals.recv(1):
                soon = time.monotonic() - self._stopped_at <= _TOO_SOON_S
                if number[0] == signal.SIGINT and not soon:
                    time.sleep(_GRACE_S)
                    self._progress.stop()
                    self._console.print(_("Ended at once. What was stored before is valid."))
                    os._exit(_INTERRUPTED)


def _load(modules: Sequence[str]) -> None:
    for module in modules:
        with suppress(Exception):  # whoever needs it imports it again, and says what is wrong
            import_module(module)


def _titles() -> dict[str, str]:
    return {
        "scan": _("Probing addresses"),
        "collect": _("Reading devices"),
        "resolve": _("Locating endpoints"),
    }
