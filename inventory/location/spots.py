"""Where and when rows were learned: nearly all rows of a switch share a few ports, VLANs and times.

A row is looked at once; what follows from its port and VLAN is worked out once for all rows of that spot.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from inventory.model.facts import FdbRow

    _Key: TypeAlias = tuple[str, int | None, int | None, datetime]

_KEY: Final = attrgetter("device", "if_index", "vlan", "at")


class Spot:
    """A device, the ifIndex and VLAN where they are known, and a time; made once, and equal to itself only."""

    __slots__ = ("at", "device", "if_index", "vlan")

    def __init__(self, device: str, if_index: int | None, vlan: int | None, at: datetime) -> None:
        self.device = device
        self.if_index = if_index
        self.vlan = vlan
        self.at = at


class Spots(dict["_Key", Spot]):
    """Every spot of some rows."""

    def __missing__(self, key: _Key) -> Spot:
        spot = self[key] = Spot(*key)
        return spot

    def of(self, rows: Iterable[FdbRow]) -> tuple[Spot, ...]:
        """Return the spot of each row."""
        return tuple(map(self.__getitem__, map(_KEY, rows)))
