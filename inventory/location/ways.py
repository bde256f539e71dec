"""Behind which ports of a device another one lies in one VLAN, by every kind of evidence."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inventory.location.behind import Behind
    from inventory.location.roles import Roles
    from inventory.location.toward import Toward
    from inventory.location.trees import Trees

_NONE: Final[frozenset[int]] = frozenset()


class Ways:
    """The ways of one sweep."""

    def __init__(self, toward: Toward, roles: Roles, behind: Behind, trees: Trees) -> None:
        self._toward = toward
        self._roles = roles
        self._behind = behind
        self._trees = trees
        self._found: dict[tuple[str, int | None], dict[str, frozenset[int]]] = {}

    def between(self, device: str, other: str, vlan: int | None) -> frozenset[int]:
        """Return the ports of ``device`` behind which ``other`` lies in a VLAN, by every kind of evidence."""
        return self.to(other, vlan).get(device, _NONE)

    def to(self, other: str, vlan: int | None) -> dict[str, frozenset[int]]:
        """Return every device's ports behind which ``other`` lies in a VLAN."""
        key = (other, vlan if other in self._by_vlan else None)
        found = self._found.get(key)
        if found is None:
            above, into = self._behind.above.get(other, {}), self._toward.into(other)
            found = self._found[key] = {}
            tree = self._trees.above(other, vlan)
            for device in above.keys() | into.keys() | tree.keys():
                usable = self.toward(device, other, vlan)
                ports = usable | (above.get(device, _NONE) - (into.get(device, _NONE) - usable))
                ports |= tree.get(device, _NONE)
                if ports:
                    found[device] = ports
        return found

    @cached_property
    def _by_vlan(self) -> frozenset[str]:
        """Devices to which some other device has different ways in different VLANs."""
        divided = self._roles.divided
        return self._trees.devices | frozenset(
            other
            for device, _, other, _ in self._toward.all()
            if device in divided or len(self._toward.ways(device, other)) > 1
        )

    def toward(self, device: str, other: str, vlan: int | None) -> frozenset[int]:
        """Return the ports on which ``other`` itself was seen, in VLANs that go the same way as this one."""
        if other in self._trees.above(device, vlan):
            up = self._trees.up(device, vlan)
            if up:
                return up
        ports = self._toward.ways(device, other)
        if vlan is not None and len(ports) > 1:
            seen_here = frozenset(port for port in ports if vlan in self._toward.vlans(device, other, port))
            if seen_here:
                return seen_here
        mine = None if vlan is None or device not in self._roles.divided else self._roles.in_vlan.get((device, vlan))
        if mine is None:
            return ports
        return frozenset(
            port
            for port in ports
            if any(
                seen is None or self._roles.in_vlan.get((device, seen), mine) == mine
                for seen in self._toward.vlans(device, other, port)
            )
        )
