"""Station sets: a switch whose own stations another switch learned on one port lies behind that port.

Needs neither LLDP nor an identity. A single station proves nothing (it may have moved), so small overlaps only raise
suspicion: enough not to call a port's stations exact, not enough to remove a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from inventory.location.roles import Roles
    from inventory.location.view import View

_ENOUGH: Final = 3
_SHARE: Final = 0.9
_ELSEWHERE: Final = 2
"""One may just have moved."""
_NO_VLAN: Final = -1


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
    """Whether stations of ``other`` in one VLAN are spread over ports of ``device``: more than a few that moved."""

    @property
    def convincing(self) -> bool:
        """Whether it shows that ``other`` lies behind the port."""
        return not self.split and self.common >= _ENOUGH and self.common >= _SHARE * (self.common + self.elsewhere)

    @property
    def refuted(self) -> bool:
        """Whether more of its stations come from the core's side: then it does not lie behind this device."""
        return self.elsewhere >= max(_ELSEWHERE, self.common)


class Stations:
    """Which stations each understood device sees away from the core, and which towards it."""

    def __init__(self, view: View, roles: Roles) -> None:
        self._tops = roles.tops
        self._places: list[tuple[int, set[tuple[str, int]]]] = []
        """Per station its VLAN and the places that lead away from the core."""
        self._vlans: dict[str, int] = {}
        """Per station its VLAN, where there is one."""
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
            places: set[tuple[str, int]] = set()
            named = {row.vlan for row in rows if row.vlan is not None}
            hint = next(iter(named)) if len(named) == 1 else None
            vlan = self._vlans[mac.text] = _NO_VLAN if hint is None else hint
            for row in rows:
                if row.if_index is None or not roles.known(row.device) or view.ports.unfit(row.device, row.if_index):
                    continue
                if roles.is_uplink(row.device, row.if_index, hint if row.vlan is None else row.vlan):
                    self.core.setdefault(row.device, set()).add(mac.text)
                else:
                    places.add((row.device, row.if_index))
                    self.own.setdefault(row.device, set()).add(mac.text)
                    self.ports.setdefault(row.device, set()).add(row.if_index)
            if places:
                self._places.append((vlan, places))

    def towards_core(self, device: str, other: str, vlans: AbstractSet[int] | None = None) -> int:
        """Count the stations of ``other`` that ``device`` sees towards the core, in some VLANs or in all."""
        both = self.own.get(other, set()) & self.core.get(device, set())
        return len(both) if vlans is None else sum(self._vlans[mac] in vlans for mac in both)

    def overlaps(self) -> list[Overlap]:
        """Compare every two devices that share stations."""
        counts: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
        for vlan, places in self._places:
            for other in {place[0] for place in places} - self._tops:  # nothing has a top behind it
                for device, port in places:
                    if device != other:
                        found = counts.setdefault((device, other), {})
                        found[vlan, port] = found.get((vlan, port), 0) + 1
        return [
            overlap for pair, found in sorted(counts.items()) for overlap in _compare(*pair, found, self.towards_core)
        ]


def _compare(
    device: str,
    other: str,
    found: Mapping[tuple[int, int], int],
    towards_core: Callable[[str, str, AbstractSet[int]], int],
) -> Iterator[Overlap]:
    """Yield one overlap per port; where nearly all of each VLAN is on one port, only for those ports."""
    best: dict[int, tuple[int, int]] = {}
    per_port: dict[int, int] = {}
    for (vlan, port), count in found.items():
        best[vlan] = max(best.get(vlan, (0, 0)), (count, -port))
        per_port[port] = per_port.get(port, 0) + count
    main = {-port for _, port in best.values()}
    together = sum(count for count, _ in best.values())
    pure = together >= _SHARE * sum(found.values()) and (len(main) == 1 or together >= _ENOUGH * len(main))
    elsewhere = towards_core(device, other, best.keys())
    for port in sorted(main if pure else per_port):
        yield Overlap(device, port, other, per_port[port], elsewhere, split=not pure)
