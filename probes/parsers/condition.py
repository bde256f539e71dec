"""What a command line says of the device's own condition: its clock, and how full its forwarding table is.

Every vendor prints these in a line or a few of its own; what matters is found by its form.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_TIME: Final = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2}):(\d{2})(?![\d:])")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATES: Final = (
    re.compile(r"(?<!\d)(?P<y>20\d\d|19\d\d)[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>\d{2})/(?P<d>\d{2})/(?P<y>20\d\d|19\d\d)(?!\d)"),
    re.compile(
        r"\b(?P<month>[A-Za-z]{3})[a-z]*\.?\s+(?P<d>\d{1,2})(?:,|\s)\s*(?:\d[\d:.]+\s+)?(?P<y>20\d\d|19\d\d)(?!\d)"
    ),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\s+(?P<month>[A-Za-z]{3})[a-z]*\s+(?P<y>20\d\d|19\d\d)(?!\d)"),
)
_OFFSETS: Final = (
    re.compile(r"\b(?:UTC|GMT)\s?(?P<sign>[+-])(?P<h>\d{1,2}):(?P<n>\d{2})"),
    re.compile(r"\d(?P<sign>[+-])(?P<h>\d{2}):(?P<n>\d{2})(?!\d)"),
    re.compile(r"\b(?P<sign>add|minus)\s+(?P<h>\d{1,2}):(?P<n>\d{2})", re.IGNORECASE),
)
"""``UTC+08:00``; ``12:00:00+08:00``; ``Time Zone : China add 08:00:00``."""
_UNIVERSAL: Final = re.compile(r"\b(?:UTC|GMT)\b(?!\s?[+-])")
_IN_USE: Final = (
    re.compile(r"Total (?:Unicast )?MAC Address(?:es)? In Use\s*:\s*(\d+)", re.IGNORECASE),
    re.compile(r"In-used\s*:\s*(\d+)", re.IGNORECASE),
    re.compile(r"Total Mac Addresses\s*:\s*(\d+)", re.IGNORECASE),
)
_CAPACITY: Final = re.compile(
    r"(?:Total Unicast MAC Addresses Available|^\s*Capacity)\s*:\s*(\d+)", re.IGNORECASE | re.MULTILINE
)
_FREE: Final = re.compile(r"Total Mac Address Space Available\s*:\s*(\d+)", re.IGNORECASE)


class ToldTime(NamedTuple):
    """A clock as it was printed."""

    moment: datetime
    zoned: bool
    """Whether the offset from UTC was printed; else its time is taken for local time here."""


class Room(NamedTuple):
    """How full a forwarding table is."""

    used: int
    capacity: int

    @property
    def share(self) -> float:
        """What part of it is taken."""
        return self.used / self.capacity


def clock(lines: Iterable[str], here: tzinfo | None = None) -> ToldTime | None:
    """Return the first moment printed; None where there is none.

    Args:
        lines: what came back.
        here: the zone a clock without one is taken to be in; None is this computer's.
    """
    written = "\n".join(lines)
    time = _TIME.search(written)
    date = next((found for pattern in _DATES if (found := pattern.search(written))), None)
    if time is None or date is None:
        return None
    try:
        hour, minute, second = map(int, time.groups())
        moment = datetime(int(date["y"]), _month(date), int(date["d"]), hour, minute, second)  # noqa: DTZ001 -- the zone follows
    except ValueError:
        return None
    zone = _zone(written)
    if zone is not None:
        return ToldTime(moment.replace(tzinfo=zone), zoned=True)
    return ToldTime(moment.replace(tzinfo=here) if here is not None else moment.astimezone(), zoned=False)


def _month(date: re.Match[str]) -> int:
    told = date.groupdict()
    return int(told["m"]) if "m" in told else _MONTHS.index(told["month"].lower()) + 1


def _zone(written: str) -> tzinfo | None:
    for pattern in _OFFSETS:
        found = pattern.search(written)
        if found:
            offset = timedelta(hours=int(found["h"]), minutes=int(found["n"]))
            try:
                return timezone(-offset if found["sign"].lower() in {"-", "minus"} else offset)
            except ValueError:
                return None
    return UTC if _UNIVERSAL.search(written) else None


def room(lines: Iterable[str]) -> Room | None:
    """Return how full the table is; None where the device does not say how much fits in."""
    written = "\n".join(lines)
    used = next((sum(map(int, found)) for pattern in _IN_USE if (found := pattern.findall(written))), None)
    capacity, free = _CAPACITY.search(written), _FREE.search(written)
    if used is None or not (capacity or free):
        return None
    whole = int(capacity[1]) if capacity else used + int(free[1]) if free else 0
    return Room(used, whole) if whole else None
