"""Which ports lead towards the core, and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location import proof
from inventory.model.records import DeviceRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from inventory.location.toward import Toward
    from inventory.location.view import View
    from inventory.model.location import Evidence

    Weight: TypeAlias = tuple[int, int]

_ROUTING: Final = frozenset({DeviceRole.ROUTER, DeviceRole.CORE})
_GATEWAY_ADDRESSES: Final = 3
"""An access switch resolves its gateway and a management station; whoever resolves more stations routes for them."""
_COMPARABLE: Final = 10
"""A port with a tenth of the best port's gateway weight may lead to the core as well: neither then holds stations."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Per device the ports that lead to the core.

    A device in ``tops`` has none and needs none; one in neither is not understood, and nothing on it is exact.
    """

    uplinks: Mapping[str, frozenset[int]]
    tops: frozenset[str]
    evidence: Mapping[tuple[str, int], tuple[Evidence, ...]]
    """Why a port is an uplink: the rows with a gateway's MAC, or the announcement heard there."""
    ranks: Mapping[str, tuple[object, ...]]
    """Gateways by importance: filed as core, addresses resolved, name."""

    def known(self, device: str) -> bool:
        """Whether it is known which ports of the device lead away from its stations."""
        return device in self.tops or bool(self.uplinks.get(device))

    def is_uplink(self, device: str, port: int) -> bool:
        """Whether the port leads towards the core."""
        return port in self.uplinks.get(device, frozenset())


def roles(view: View, toward: Toward) -> Roles:
    """Find every device's uplinks: by gateways' MACs, else over links to devices whose uplinks are known."""
    gateways = _Gateways(view)
    weights: dict[str, dict[int, Weight]] = {}
    evidence: dict[tuple[str, int], tuple[Evidence, ...]] = {}
    for device, port, names, seen in gateways.sightings():
        above = [name for name in names if gateways.above(name, device)]
        if not above and not seen.virtual:
            continue
        core, other = weights.setdefault(device, {}).get(port, (0, 0))
        more = [gateways.weight(name) for name in above] or [(0, 1)]
        weights[device][port] = (core + sum(w[0] for w in more), other + sum(w[1] for w in more))
        evidence[device, port] = (*evidence.get((device, port), ())[:2], seen.evidence)
    uplinks = {device: _heaviest(ports) for device, ports in weights.items()}
    tops = gateways.tops(uplinks)
    for link in view.neighbours.links:
        if link.port is not None:
            evidence.setdefault((link.device, link.port), (proof.of_lldp(link.row, view.ports),))
    _extend(uplinks, tops, gateways, toward)
    return Roles(uplinks, tops, evidence, gateways.ranks)


def _heaviest(ports: Mapping[int, Weight]) -> frozenset[int]:
    best = max(ports.values())
    tier = 0 if best[0] else 1
    return frozenset(port for port, weight in ports.items() if weight[tier] * _COMPARABLE >= best[tier] > 0)


def _extend(uplinks: dict[str, frozenset[int]], tops: frozenset[str], gateways: _Gateways, toward: Toward) -> None:
    """Give a device without gateway MACs the port that leads to a gateway or to a device already understood.

    In rounds, each from the state before it, so that no order of devices matters.
    """
    pending = {device for device in toward.devices if device not in uplinks and device not in tops}
    while pending:
        found: dict[str, set[int]] = {}
        for device in pending:
            for other, port in toward.neighbours(device):
                direct = gateways.above(other, device) and toward.linked(device, other)
                if direct or _hangs_below(device, other, uplinks, tops, toward):
                    found.setdefault(device, set()).add(port)
        if not found:
            return
        uplinks.update({device: frozenset(ports) for device, ports in found.items()})
        pending -= found.keys()


def _hangs_below(
    device: str, other: str, uplinks: Mapping[str, frozenset[int]], tops: frozenset[str], toward: Toward
) -> bool:
    """Whether ``other`` is understood and sees ``device`` on a port that does not lead to the core."""
    back = toward.port(other, device)
    understood = other in tops or other in uplinks
    return understood and back is not None and back not in uplinks.get(other, frozenset())


@dataclass(frozen=True, slots=True)
class _Seen:
    evidence: Evidence
    virtual: bool


class _Gateways:
    """Devices that route: filed as router or core, or resolving stations' addresses."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.ranks: dict[str, tuple[object, ...]] = {}
        self._weights: dict[str, Weight] = {}
        for name in view.roles.keys() | view.resolved.keys():
            role, resolved = view.roles.get(name), view.resolved.get(name, 0)
            if role in _ROUTING or resolved >= _GATEWAY_ADDRESSES:
                core = role is DeviceRole.CORE
                self.ranks[name] = (core, resolved, name)
                self._weights[name] = (1 + resolved, 0) if core else (0, 1 + resolved)

    def weight(self, name: str) -> Weight:
        return self._weights[name]

    def above(self, name: str, device: str) -> bool:
        """Whether ``name`` is a gateway and more important than ``device``."""
        rank = self.ranks.get(name)
        return rank is not None and name != device and (device not in self.ranks or rank > self.ranks[device])

    def sightings(self) -> Iterator[tuple[str, int, frozenset[str], _Seen]]:
        """Yield each (device, port) once per set of gateways whose MAC was learned there, with one row."""
        done: set[tuple[str, int, frozenset[str]]] = set()
        for mac, rows in self._view.learned.items():
            owners = self._view.own.claims.get(mac, frozenset())
            if not mac.is_virtual_router and not (owners and owners <= self.ranks.keys()):
                continue
            for row in rows:
                if row.if_index is None or self._view.ports.unfit(row.device, row.if_index):
                    continue
                key = (row.device, row.if_index, owners)
                if key not in done and row.device not in owners:
                    done.add(key)
                    seen = _Seen(proof.of_fdb(row, self._view.ports), mac.is_virtual_router)
                    yield row.device, row.if_index, owners, seen

    def tops(self, uplinks: Iterable[str]) -> frozenset[str]:
        """Return gateways above which nothing was learned, where they are filed so or the most important of all."""
        first = max(self.ranks, key=self.ranks.__getitem__, default=None)
        return frozenset(
            name
            for name in self.ranks
            if name not in uplinks and (name == first or self._view.roles.get(name) in _ROUTING)
        )
