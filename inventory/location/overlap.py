"""Station sets: a switch whose own stations another switch learned on one port lies behind that port.

Needs neither LLDP nor an identity. A single station proves nothing (it may have moved), so small overlaps only raise
suspicion: enough not to call a port's stations exact, not enough to remove a place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

from inventory.location.trace import NO_VLAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from inventory.location.roles import Roles
    from inventory.location.trace import Edge, Port, Trace
    from inventory.location.view import View
    from inventory.model.values import Mac

_ENOUGH: Final = 3
_SHARE: Final = 0.9
_ELSEWHERE: Final = 2
"""One may just have moved."""
_NOBODY: frozenset[str] = frozenset()


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
    vlans: frozenset[int] = frozenset()
    """Of the common stations."""

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

    def __init__(self, view: View, roles: Roles, traces: Mapping[Mac, Trace]) -> None:
        self._view = view
        self._tops = roles.tops
        self._places: list[tuple[list[str], list[Edge]]] = []
        """Per station the devices that see it away from the core, and where."""
        self._vlans: dict[str, int] = {}
        """Per station its VLAN, where there is one."""
        self.own: dict[str, set[str]] = defaultdict(set)
        """Per device the MACs on ports that lead away from the core."""
        self.core: dict[str, set[str]] = defaultdict(set)
        """Per device the MACs on ports that lead towards it."""
        self.ports: dict[str, set[int]] = {}
        """Per device the ports with stations that lead away from the core."""
        known = cache(roles.known)
        alike: dict[frozenset[Port], list[str]] = {}
        for mac, trace in traces.items():
            text = mac.text
            self._vlans[text] = NO_VLAN if trace.vlan is None else trace.vlan
            alike.setdefault(trace.uplinks, []).append(text)
            places = [edge for edge in trace.edges if known(edge.device)]
            if places:
                devices = [device for device in trace.candidates if known(device)]
                for device in devices:
                    self.own[device].add(text)
                self._places.append((devices, places))
        for uplinks, texts in alike.items():
            for device in {device for device, _ in uplinks if known(device)}:
                self.core[device].update(texts)
        for edge in set(chain.from_iterable(places for _, places in self._places)):
            self.ports.setdefault(edge.device, set()).add(edge.port)

    @cached_property
    def vlans_at(self) -> Mapping[Port, AbstractSet[int]]:
        """The VLANs of the stations on each port that leads away from the core."""
        found: dict[Port, set[int]] = defaultdict(set)
        for edge in set(chain.from_iterable(places for _, places in self._places)):
            if edge.vlan != NO_VLAN:
                found[edge.place].add(edge.vlan)
        return found

    @cached_property
    def heard(self) -> dict[str, set[str]]:
        """Per device every MAC it learned anywhere, of stations and of the network, and its own."""
        found: dict[str, set[str]] = defaultdict(set)
        for mac, owners in self._view.own.claims.items():
            for owner in owners:
                found[owner].add(mac.text)
        for mac, rows in self._view.learned.items():
            text = mac.text
            for row in rows:
                found[row.device].add(text)
        return dict(found)

    def towards_core(self, device: str, other: str, vlans: AbstractSet[int] | None = None) -> int:
        """Count the stations of ``other`` that ``device`` sees towards the core, in some VLANs or in all."""
        both = self.own.get(other, _NOBODY) & self.core.get(device, _NOBODY)
        return len(both) if vlans is None else sum(self._vlans[mac] in vlans for mac in both)

    def overlaps(self) -> list[Overlap]:
        """Compare every two devices that share stations."""
        spots: dict[str, Counter[Edge]] = {}
        for devices, places in self._places:
            for other in devices:
                if other not in self._tops:  # nothing has a top behind it
                    found = spots.get(other)
                    if found is None:
                        found = spots[other] = Counter()
                    found.update(places)
        counts: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
        for other, seen in spots.items():
            for edge, count in seen.items():
                if edge.device != other:
                    counts.setdefault((edge.device, other), {})[edge.vlan, edge.port] = count
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
        vlans = frozenset(vlan for vlan, at in found if at == port)
        yield Overlap(device, port, other, per_port[port], elsewhere, split=not pure, vlans=vlans)
