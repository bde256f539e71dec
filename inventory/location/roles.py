"""Which ports lead towards the core, and on what evidence: per VLAN where its gateway was learned, else over all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location import proof
from inventory.location.gateways import Gateways

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.location.toward import Toward
    from inventory.location.view import View
    from inventory.model.location import Evidence

    Weight: TypeAlias = tuple[int, int]

_COMPARABLE: Final = 10
"""A port with a tenth of the best port's gateway weight may lead to the core as well: neither then holds stations."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Per device the ports that lead to the core.

    A device in ``tops`` has none and needs none; one in neither is not understood, and nothing on it is exact.
    """

    uplinks: Mapping[str, frozenset[int]]
    tops: frozenset[str]
    in_vlan: Mapping[tuple[str, int], frozenset[int]]
    """(device, VLAN) → the ports to that VLAN's gateway; none of them where the device is the gateway itself."""
    divided: frozenset[str]
    """Devices whose VLANs have different ways to their gateways."""
    evidence: Mapping[tuple[str, int], tuple[Evidence, ...]]
    """Why a port is an uplink: the rows with a gateway's MAC, or the announcement heard there."""
    ranks: Mapping[str, tuple[object, ...]]
    """Gateways by importance: filed as core, addresses resolved, name."""

    def known(self, device: str) -> bool:
        """Whether it is known which ports of the device lead away from its stations."""
        return device in self.tops or bool(self.uplinks.get(device))

    def is_uplink(self, device: str, port: int, vlan: int | None = None) -> bool:
        """Whether the port leads towards the core, in a VLAN or in any."""
        if vlan is not None:
            found = self.in_vlan.get((device, vlan))
            if found is not None:
                return port in found
        return port in self.uplinks.get(device, frozenset())

    def settled(self, device: str, vlan: int | None) -> bool:
        """Whether it is known which of several uplinks the frames of a VLAN take."""
        return (vlan is not None and (device, vlan) in self.in_vlan) or len(self.uplinks.get(device, ())) <= 1


def roles(view: View, toward: Toward) -> Roles:
    """Find every device's uplinks: by gateways' MACs, else over links to devices whose uplinks are known."""
    gateways = Gateways(view)
    weights: dict[str, dict[int, Weight]] = {}
    evidence: dict[tuple[str, int], tuple[Evidence, ...]] = {}
    for seen in gateways.seen:
        device, port = seen.device, seen.port
        above = [name for name in seen.owners if gateways.above(name, device)]
        if above or (seen.virtual and device not in gateways.ranks):
            _add(weights.setdefault(device, {}), port, [gateways.weight(name) for name in above] or [(0, 1)])
            evidence[device, port] = (*evidence.get((device, port), ())[:2], seen.evidence)
    uplinks = {device: _heaviest(ports) for device, ports in weights.items()}
    tops = gateways.tops(uplinks)
    for link in view.neighbours.links:
        if link.port is not None:
            evidence.setdefault((link.device, link.port), (proof.of_lldp(link.row, view.ports),))
    in_vlan = gateways.per_vlan()
    tops -= view.stated.core.keys()
    for device, ports in view.stated.core.items():
        uplinks[device] = frozenset(ports)
        evidence.update({(device, port): (line,) for port, line in ports.items()})
        in_vlan = {key: found for key, found in in_vlan.items() if key[0] != device}
    for device, port in view.stated.stations:
        uplinks[device] = uplinks.get(device, frozenset()) - {port}
    _extend(uplinks, tops, gateways, toward)
    in_vlan = {
        key: frozenset(p for p in ports if (key[0], p) not in view.stated.stations) for key, ports in in_vlan.items()
    }
    return Roles(uplinks, tops, in_vlan, _divided(in_vlan), evidence, gateways.ranks)


def _divided(in_vlan: Mapping[tuple[str, int], frozenset[int]]) -> frozenset[str]:
    ways: dict[str, set[frozenset[int]]] = {}
    for (device, _), ports in in_vlan.items():
        ways.setdefault(device, set()).add(ports)
    return frozenset(device for device, found in ways.items() if len(found) > 1)


def _add(ports: dict[int, Weight], port: int, more: Iterable[Weight]) -> None:
    core, other = ports.get(port, (0, 0))
    for weight in more:
        core, other = core + weight[0], other + weight[1]
    ports[port] = (core, other)


def _heaviest(ports: Mapping[int, Weight]) -> frozenset[int]:
    best = max(ports.values())
    tier = 0 if best[0] else 1
    return frozenset(port for port, weight in ports.items() if weight[tier] * _COMPARABLE >= best[tier] > 0)


def _extend(uplinks: dict[str, frozenset[int]], tops: frozenset[str], gateways: Gateways, toward: Toward) -> None:
    """Give a device without gateway MACs the ports that lead to a gateway or to a device already understood.

    In rounds, each from the state before it, so that no order of devices matters.
    """
    pending = {device for device in toward.devices if device not in uplinks and device not in tops}
    while pending:
        found: dict[str, set[int]] = {}
        for device in pending:
            for other, port in toward.neighbours(device):
                direct = gateways.above(other, device) and toward.led(device, other)
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
    back = toward.ways(other, device)
    understood = other in tops or other in uplinks
    return understood and bool(back - uplinks.get(other, frozenset()))
