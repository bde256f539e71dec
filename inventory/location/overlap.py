"""Station sets: a switch whose own stations another switch learned on one port lies behind that port.

Needs neither LLDP nor an identity. A single station proves nothing (it may have moved), so small overlaps only raise
suspicion: enough not to call a port's stations exact, not enough to remove a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inventory.location.roles import Roles
    from inventory.location.view import View

_ENOUGH: Final = 3
_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Overlap:
    """``device`` has ``common`` stations of ``other`` on ``port``."""

    device: str
    port: int
    other: str
    common: int
    elsewhere: int
    """Stations of ``other`` that ``device`` sees towards the core instead."""
    split: bool
    """Whether there are stations of ``other`` on further ports of ``device``."""

    @property
    def convincing(self) -> bool:
        """Whether it shows that ``other`` lies behind the port."""
        return not self.split and self.common >= _ENOUGH and self.common >= _SHARE * (self.common + self.elsewhere)


class Stations:
    """Which stations each understood device sees away from the core, and which towards it."""

    def __init__(self, view: View, roles: Roles) -> None:
        self._tops = roles.tops
        self.places: dict[str, set[tuple[str, int]]] = {}
        """Per MAC the places that lead away from the core."""
        self.own: dict[str, set[str]] = {}
        """Per device the MACs on ports that lead away from the core."""
        self.core: dict[str, set[str]] = {}
        """Per device the MACs on ports that lead towards it."""
        self.ports: dict[str, set[int]] = {}
        """Per device the ports with stations that lead away from the core."""
        self.heard: dict[str, set[str]] = {}
        """Per device every MAC it learned anywhere, of stations and of the network, and its own."""
        for mac, owners in view.own.claims.items():
            for owner in owners:
                self.heard.setdefault(owner, set()).add(mac.text)
        for mac, rows in view.learned.items():
            for row in rows:
                self.heard.setdefault(row.device, set()).add(mac.text)
        for mac, rows in view.stations.items():
            for row in rows:
                if row.if_index is None or not roles.known(row.device) or view.ports.unfit(row.device, row.if_index):
                    continue
                if roles.is_uplink(row.device, row.if_index):
                    self.core.setdefault(row.device, set()).add(mac.text)
                else:
                    self.places.setdefault(mac.text, set()).add((row.device, row.if_index))
                    self.own.setdefault(row.device, set()).add(mac.text)
                    self.ports.setdefault(row.device, set()).add(row.if_index)

    def towards_core(self, device: str, other: str) -> int:
        """Count the stations of ``other`` that ``device`` sees towards the core."""
        return len(self.own.get(other, set()) & self.core.get(device, set()))

    def overlaps(self) -> list[Overlap]:
        """Compare every two devices that share stations."""
        counts: dict[tuple[str, str], dict[int, int]] = {}
        for places in self.places.values():
            for other, _ in places:
                if other in self._tops:
                    continue  # nothing has a top behind it
                for device, port in places:
                    if device != other:
                        ports = counts.setdefault((device, other), {})
                        ports[port] = ports.get(port, 0) + 1
        return [
            Overlap(device, port, other, common, self.towards_core(device, other), split=len(ports) > 1)
            for (device, other), ports in sorted(counts.items())
            for port, common in sorted(ports.items())
        ]
