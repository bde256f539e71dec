"""A running sweep's signs of life: how far it is, told to whoever watches elsewhere; and their wish that it stops."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, Self, TypeAlias, cast

from inventory.model.errors import NetauditError
from inventory.model.text import N_
from inventory.model.values import rfc3339
from inventory.registry.runs import PROGRESS, STOP

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from inventory.model.records import SweepView
    from inventory.model.text import Text
    from inventory.registry.engine import Registry

_LOG = logging.getLogger(__name__)
_EVERY_S: Final = 2.0
ALIVE: Final = timedelta(seconds=60)
"""Without a sign for so long, a sweep counts as ended: it was killed, or its computer was."""

Phase: TypeAlias = Literal["scan", "collect", "resolve"]


@dataclass(frozen=True, slots=True)
class Told:
    """How far a phase is, for whoever watches."""

    phase: Phase
    done: int
    total: int
    detail: Text | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a running sweep said last."""

    phase: Phase
    done: int
    total: int
    at: datetime
    stopping: bool
    """Somebody wants it to stop, and it does as soon as it can."""

    @property
    def percent(self) -> int:
        """Of this phase."""
        return 100 * self.done // self.total if self.total else 0


def progress_of(sweep: SweepView, now: datetime | None = None) -> Progress | None:
    """Return how far a sweep is; None when it does not run."""
    told = cast("dict[str, str | int] | None", sweep.summary.get(PROGRESS))
    if told is None:
        return None
    at = datetime.fromisoformat(str(told["at"]))
    if abs((now or datetime.now(UTC)) - at) > ALIVE:
        return None
    phase = cast("Phase", told["phase"])
    return Progress(phase, int(told["done"]), int(told["total"]), at, STOP in sweep.summary)


class Beacon:
    """Stores a sign every two seconds, from a thread of its own; sets the sweep's stop event when it is asked to."""

    def __init__(self, registry: Registry, sweep_id: int, stop: threading.Event, tell: Callable[[Told], None]) -> None:
        self._runs = registry.archive.runs
        self._sweep_id = sweep_id
        self._stop = stop
        self._tell = tell
        self._last = Told("scan", 0, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._shine, name="beacon", daemon=True)

    def tell(self, told: Told) -> None:
        """Pass on how far the sweep is."""
        self._last = told
        self._tell(told)

    def __enter__(self) -> Self:
        self._runs.begin(self._sweep_id)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._note(None)

    def _shine(self) -> None:
        while True:
            told = self._last
            sign: dict[str, object] = {"phase": told.phase, "done": told.done, "total": told.total}
            if self._note({**sign, "at": rfc3339(datetime.now(UTC))}):
                self._stop.set()
            if self._ended.wait(_EVERY_S):
                return

    def _note(self, sign: dict[str, object] | None) -> bool:
        try:
            return self._runs.note(self._sweep_id, sign)
        except NetauditError as error:  # a sign may be missed; what the sweep itself cannot store ends it
            _LOG.warning(N_("no sign of life stored: %s"), error)
            return False
