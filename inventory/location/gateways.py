"""Who routes: filed as router or core, or resolving stations' addresses; who comes first, in all and per VLAN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location import proof
from inventory.model.facts import ArpKind
from inventory.model.records import DeviceRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from inventory.location.view import View
    from inventory.model.location import Evidence

    Weight: TypeAlias = tuple[int, int]

_ROUTING: Final = frozenset({DeviceRole.ROUTER, DeviceRole.CORE})
_GATEWAY_ADDRESSES: Final = 3
"""An access switch resolves its gateway and a management station; whoever resolves more stations routes for them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The MAC of a gateway, or of several that share it, was learned on a port."""

    device: str
    port: int
    vlan: int | None
    owners: frozenset[str]
    virtual: bool
    evidence: Evidence


class Gateways:
    """Devices that route, by importance."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.ranks: dict[str, tuple[object, ...]] = {}
        self._weights: dict[str, Weight] = {}
        for name in view.roles.keys() | view.resolved.keys():
            role, resolved = view.roles.get(name), view.resolved.get(name, 0)
            if role in _ROUTING or resolved >= _GATEWAY_ADDRESSES or (resolved and name in view.routed):
                core = role is DeviceRole.CORE
                self.ranks[name] = (core, resolved, name)
                self._weights[name] = (1 + resolved, 0) if core else (0, 1 + resolved)
        self._in_vlan = self._resolved_per_vlan()
        self.seen = tuple(self._sightings())

    def _resolved_per_vlan(self) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        vlans_of = self._view.vlans_of
        for row in self._view.facts.arp:
            if row.device in self.ranks and row.kind is not ArpKind.LOCAL:
                vlans = vlans_of.get(row.mac, ())
                if len(vlans) == 1:
                    (vlan,) = vlans
                    counts = found.setdefault(vlan, {})
                    counts[row.device] = counts.get(row.device, 0) + 1
        return found

    def weight(self, name: str) -> Weight:
        """Return what a port that leads to a gateway counts: cores first, then by addresses resolved."""
        return self._weights[name]

    def above(self, name: str, device: str) -> bool:
        """Whether ``name`` is a gateway and more important than ``device``."""
        rank = self.ranks.get(name)
        return rank is not None and name != device and (device not in self.ranks or rank > self.ranks[device])

    def per_vlan(self) -> dict[tuple[str, int], frozenset[int]]:
        """Return (device, VLAN) → the ports to the VLAN's gateway; none where the device is the gateway itself.

        Of several gateways the one that resolved most stations of the VLAN counts, of those the device itself meets:
        the same number may name another VLAN elsewhere. The redundancy protocol's address tells where no gateway does.
        """
        met: dict[tuple[str, int], list[Seen]] = {}
        for seen in self.seen:
            if seen.vlan is not None:
                met.setdefault((seen.device, seen.vlan), []).append(seen)
        for vlan, resolvers in self._in_vlan.items():
            for name in resolvers:
                met.setdefault((name, vlan), [])
        found = {key: self._first(*key, rows) for key, rows in met.items()}
        return {key: ports for key, ports in found.items() if ports is not None}

    def _first(self, device: str, vlan: int, met: Sequence[Seen]) -> frozenset[int] | None:
        resolvers = self._in_vlan.get(vlan, {})
        names = ({name for seen in met for name in seen.owners} | {device}) & resolvers.keys()
        if not names:
            return frozenset(seen.port for seen in met if seen.virtual) or None
        first = max(names, key=lambda name: (resolvers[name], self.ranks[name]))
        return frozenset(seen.port for seen in met if first in seen.owners) if first != device else frozenset()

    def _sightings(self) -> Iterator[Seen]:
        """Yield each (device, port, VLAN) once per set of gateways whose MAC was learned there, with one row."""
        done: set[tuple[str, int, int | None, frozenset[str], bool]] = set()
        for mac, rows in self._view.learned.items():
            owners = self._view.own.claims.get(mac, frozenset())
            virtual = mac.is_virtual_router
            if not virtual and not (owners and owners <= self.ranks.keys()):
                continue
            for row in rows:
                if row.if_index is None or self._view.ports.unfit(row.device, row.if_index):
                    continue
                key = (row.device, row.if_index, row.vlan, owners, virtual)
                if key not in done and row.device not in owners:
                    done.add(key)
                    evidence = proof.of_fdb(row, self._view.ports)
                    yield Seen(row.device, row.if_index, row.vlan, owners, virtual, evidence)

    def tops(self, uplinks: Iterable[str]) -> frozenset[str]:
        """Return gateways above which nothing was learned."""
        return frozenset(name for name in self.ranks if name not in uplinks)
