"""Station sets: a switch whose own stations another switch learned on one port lies behind that port.

Needs neither LLDP nor an identity. A single station proves nothing (it may have moved), so small overlaps only raise
suspicion: enough not to call a port's stations exact, not enough to remove a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.location.roles import Roles
    from inventory.location.view import View

_ENOUGH: Final = 3
_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Overlap:
    """``device`` has ``common`` stations of ``other`` on ``port`` and on no other port that leads to stations."""

    device: str
    port: int
    other: str
    common: int
    elsewhere: int
    """Stations of ``other`` that ``device`` sees towards the core instead."""

    @property
    def convincing(self) -> bool:
        """Whether it shows that ``other`` lies behind the port."""
        return self.common >= _ENOUGH and self.common >= _SHARE * (self.common + self.elsewhere)


def overlaps(view: View, roles: Roles) -> list[Overlap]:
    """Compare every two devices whose uplinks are understood and that share stations."""
    away, core = _stations(view, roles)
    counts: dict[tuple[str, str], dict[int, int]] = {}
    for places in away.values():
        for other, _ in places:
            if other in roles.tops:
                continue  # nothing has a top behind it
            for device, port in places:
                if device != other:
                    ports = counts.setdefault((device, other), {})
                    ports[port] = ports.get(port, 0) + 1
    stations_of: dict[str, set[str]] = {}
    for mac, places in away.items():
        for device, _ in places:
            stations_of.setdefault(device, set()).add(mac)
    found = []
    for (device, other), ports in sorted(counts.items()):
        if len(ports) == 1:
            port, common = next(iter(ports.items()))
            elsewhere = len(stations_of[other] & core.get(device, set()))
            found.append(Overlap(device, port, other, common, elsewhere))
    return found


def _stations(view: View, roles: Roles) -> tuple[Mapping[str, set[tuple[str, int]]], Mapping[str, set[str]]]:
    """Return per MAC the places that lead away from the core, and per device the MACs it sees towards the core."""
    away: dict[str, set[tuple[str, int]]] = {}
    core: dict[str, set[str]] = {}
    for mac, rows in view.stations.items():
        for row in rows:
            if row.if_index is None or not roles.known(row.device) or view.ports.unfit(row.device, row.if_index):
                continue
            if roles.is_uplink(row.device, row.if_index):
                core.setdefault(row.device, set()).add(mac.text)
            else:
                away.setdefault(mac.text, set()).add((row.device, row.if_index))
    return away, core
