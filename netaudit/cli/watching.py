"""A long job on a terminal: progress on stderr, and a first Ctrl-C that ends it cleanly."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from netaudit.i18n import _, show

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from rich.progress import TaskID

    from netaudit.app.sweep import Told
    from netaudit.cli.session import Session

_TOO_SOON_S = 0.5
"""A second signal within this time is the same key press, delivered to the process group and again by its leader."""


class Watch:
    """Shows how far the job is, and turns the signals to end into its stop event; a second SIGINT ends it at once."""

    def __init__(self, session: Session) -> None:
        self.stop = threading.Event()
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

    def tell(self, told: Told) -> None:
        """Show one event of the job."""
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
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal() returned it takes back

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        now = time.monotonic()
        if self.stop.is_set() and number == signal.SIGINT and now - self._stopped_at > _TOO_SOON_S:
            raise KeyboardInterrupt
        if not self.stop.is_set():
            self._stopped_at = now
            self.stop.set()
            with suppress(OSError):  # the terminal may be what has gone
                self._console.print(_("Stopping; what is known so far is kept. Press Ctrl-C again to end at once."))


def _titles() -> dict[str, str]:
    return {
        "scan": _("Probing addresses"),
        "collect": _("Reading devices"),
        "resolve": _("Locating endpoints"),
    }
