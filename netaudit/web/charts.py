"""Charts as numbers: where bars end and lines turn. Templates draw them; no script is needed, and none allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.records import UnitType
    from inventory.model.text import Text
    from netaudit.app.known import Snapshot
    from netaudit.app.sweep_pages import TrendPoint

WIDTH: Final = 640
HEIGHT: Final = 200
_LEFT: Final = 44
_RIGHT: Final = 16
_TOP: Final = 14
_BOTTOM: Final = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """One kind of unit and its rate."""

    label: UnitType | Text
    part: int
    whole: int
    units: int
    unverifiable: int
    """Units of grades D and E: theirs are in neither number."""

    @property
    def percent(self) -> float | None:
        """The rate; None where nothing was seen, or nothing can be verified."""
        return 100 * self.part / self.whole if self.whole else None


def rates_by_kind(known: Snapshot, kinds: Sequence[UnitType], other: Text) -> tuple[Bar, ...]:
    """Return the rate of each kind of unit that there is, in the order of the kinds; units without a kind last."""
    kind_of = {unit.code: unit.type for unit in known.filed.units}
    bars = []
    for kind in (*kinds, None):
        units = [unit for unit in known.units if unit.code in kind_of and kind_of[unit.code] is kind]
        sure = [unit for unit in units if unit.verifiable]
        if units:
            part, whole = sum(unit.registered_observed for unit in sure), sum(unit.observed for unit in sure)
            bars.append(Bar(kind or other, part, whole, len(units), len(units) - len(sure)))
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of a line."""

    x: float
    y: float
    point: TrendPoint
    labelled: bool
    """Whether its date stands below: only as many do as have room."""

    @property
    def percent(self) -> float:
        """The rate."""
        return 100 * self.point.part / self.point.whole


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of rates over time."""

    marks: tuple[Mark, ...]
    grid: tuple[tuple[float, int], ...]
    """(y, percent) of the lines across."""

    @property
    def path(self) -> str:
        """The line as SVG draws it."""
        return " ".join(f"{'L' if n else 'M'}{mark.x:.1f} {mark.y:.1f}" for n, mark in enumerate(self.marks))


def trend_line(points: Sequence[TrendPoint]) -> Trend | None:
    """Return the line; None where there are fewer than two sweeps to compare.

    The lowest line across is a multiple of ten, so that small changes can be seen; its number stands beside it.
    """
    if len(points) < 2:  # noqa: PLR2004 -- one point is no line
        return None
    rates = [100 * point.part / point.whole for point in points]
    low = max(0, int(min(rates) // 10 * 10 - 10))
    high = min(100, int(-(-max(rates) // 10) * 10))
    high = max(high, low + 10)
    begun, ended = points[0].at.timestamp(), points[-1].at.timestamp()
    span = max(ended - begun, 1.0)

    def y_of(percent: float) -> float:
        return _TOP + (high - percent) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    room = WIDTH - _LEFT - _RIGHT
    marks: list[Mark] = []
    last_label, last_x = -1000.0, _LEFT + (ended - begun) / span * room
    for number, point in enumerate(points):
        x = _LEFT + (point.at.timestamp() - begun) / span * room
        is_last = number == len(points) - 1
        labelled = is_last or (x - last_label >= 80 and last_x - x >= 80)  # noqa: PLR2004 -- a date's width
        last_label = x if labelled else last_label
        marks.append(Mark(x, y_of(rates[number]), point, labelled))
    every = 10 if high - low <= 40 else 20  # noqa: PLR2004 -- at most five lines across
    return Trend(tuple(marks), tuple((y_of(percent), percent) for percent in range(low, high + 1, every)))
