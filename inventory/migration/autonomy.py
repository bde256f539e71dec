"""How long a UPS would carry its load: believed only where two sources of one device agree.

Devices report minutes, seconds or hundredths of a second in objects that look alike, 999 or 4294967295 for "do not
know", and some always 0. One number alone is therefore no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.measurement import Quantity
from inventory.model.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.measurement import Measurement

_LONGEST_MIN: Final = 600
_APART: Final = 0.25
"""How much sources may differ, of the larger."""


@dataclass(frozen=True, slots=True)
class Autonomy:
    """Minutes on battery at the present load, or why they are not known."""

    minutes: float | None
    because: Text


def autonomy(measurements: Iterable[Measurement]) -> Autonomy:
    """Judge the runtimes one device reports, one per MIB; the shortest of those that agree counts."""
    said = {one.table: one.value for one in measurements if one.quantity is Quantity.RUNTIME}
    if not said:
        return Autonomy(None, text("it reports no runtime"))
    possible = {table: value for table, value in said.items() if value is not None and 0 < value < _LONGEST_MIN}
    if not possible:
        return Autonomy(None, text("no runtime it reports can be believed: {said}", said=_list(said)))
    agreeing = [
        value
        for table, value in possible.items()
        if any(_agree(value, other) for name, other in possible.items() if name != table)
    ]
    if agreeing:
        return Autonomy(min(agreeing), text("two sources agree: {said}", said=_list(possible)))
    if len(possible) == 1:
        return Autonomy(None, text("only one source, nothing confirms it: {said}", said=_list(possible)))
    return Autonomy(None, text("its sources contradict each other: {said}", said=_list(possible)))


def _agree(one: float, other: float) -> bool:
    return abs(one - other) <= _APART * max(one, other)


def _list(said: dict[str, float | None] | dict[str, float]) -> str:
    return ", ".join(
        f"{table} {'-' if value is None else format(value, '.4g')} min" for table, value in sorted(said.items())
    )
