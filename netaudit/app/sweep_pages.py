"""The sweeps as the portal shows them: what each came to when it ended, how far the running one is, and the trend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from inventory.model.observation import VisibilityGrade
from inventory.model.sweep import Skipped
from inventory.model.text import Text
from netaudit.app.beacon import progress_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inventory.model.records import SweepView
    from inventory.registry.engine import Registry
    from netaudit.app.beacon import Progress

PAGE: Final = 30
_TREND: Final = 60
"""Sweeps one trend shows at most."""
_UNVERIFIABLE: Final = frozenset({VisibilityGrade.D.value, VisibilityGrade.E.value})


@dataclass(frozen=True, slots=True)
class Counted:
    """What one sweep came to, counted when it ended."""

    observed: int
    registered: int
    unverifiable: int
    """Units of grades D and E among those it saw: theirs are in neither number of the rate."""
    prefixes: tuple[int, int]
    """(probed, registered)."""
    devices: tuple[int, int]
    """(read completely, registered)."""

    @property
    def unregistered(self) -> int:
        """Seen, and filed by nobody."""
        return self.observed - self.registered

    @property
    def whole(self) -> bool:
        """Whether it looked at every registered prefix, so that it may be compared with others that did."""
        return self.prefixes[0] == self.prefixes[1] > 0


@dataclass(frozen=True, slots=True)
class SweepLine:
    """One sweep."""

    view: SweepView
    progress: Progress | None
    """None when it does not run."""
    counted: Counted | None
    """None while it runs, and of one that was killed or that an older netaudit ran."""
    targets: int
    probed: int
    alive: int
    skipped: tuple[Skipped, ...]

    @property
    def killed(self) -> bool:
        """Whether it neither runs nor ended."""
        return self.progress is None and self.view.finished_at is None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One sweep of the whole network."""

    sweep: int
    at: datetime
    part: int
    whole: int


def sweep_lines(registry: Registry, before: int | None = None) -> tuple[SweepLine, ...]:
    """Return sweeps, newest first."""
    return tuple(_line(view) for view in registry.archive.runs.newest(PAGE, before))


def sweep_line(registry: Registry, number: int) -> SweepLine | None:
    """Return one sweep; None where there is none of that number."""
    found = registry.archive.runs.newest(1, number + 1)
    return _line(found[0]) if found and found[0].id == number else None


def trend(registry: Registry, unit: str | None = None) -> tuple[TrendPoint, ...]:
    """Return the rate of the last sweeps of the whole network, of all units or one, oldest first."""
    points = []
    for view in registry.archive.runs.newest(_TREND):
        counted = _counted(view)
        if counted is None or view.finished_at is None or not counted.whole:
            continue
        numbers = (counted.registered, counted.observed) if unit is None else _of_unit(view, unit)
        if numbers is not None and numbers[1]:
            points.append(TrendPoint(view.id, view.finished_at, *numbers))
    return tuple(reversed(points))


def _line(view: SweepView) -> SweepLine:
    told = cast("dict[str, Any]", view.summary)
    return SweepLine(
        view,
        progress_of(view),
        _counted(view),
        told.get("targets", 0),
        told.get("probed", 0),
        told.get("alive", 0),
        tuple(Skipped(what, Text.of_plain(why)) for what, why in told.get("skipped", [])),
    )


def _units(view: SweepView) -> dict[str, Sequence[Any]] | None:
    """Return per unit what was observed, what of it was filed, and the grade."""
    return cast("dict[str, Sequence[Any]] | None", view.summary.get("units"))


def _of_unit(view: SweepView, unit: str) -> tuple[int, int] | None:
    observed, registered, grade = (_units(view) or {}).get(unit, (0, 0, VisibilityGrade.E.value))
    return None if grade in _UNVERIFIABLE else (registered, observed)


def _counted(view: SweepView) -> Counted | None:
    units = _units(view)
    if units is None:
        return None
    told = cast("dict[str, Any]", view.summary)
    sure = [(observed, registered) for observed, registered, grade in units.values() if grade not in _UNVERIFIABLE]
    return Counted(
        sum(observed for observed, _registered in sure),
        sum(registered for _observed, registered in sure),
        sum(bool(observed) and grade in _UNVERIFIABLE for observed, _registered, grade in units.values()),
        tuple(told.get("prefixes", (0, 0))),
        tuple(told.get("devices", (0, 0))),
    )
