"""Who is above whom in one VLAN: its frames go one way only, and announcements tell who is at the cable's other end.

Round a ring both neighbours of a switch may lead to the core, each for other VLANs: over all VLANs nothing is above
anything there, and an identity was seen in the VLAN of the switches only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from inventory.location.roles import Roles
    from inventory.location.view import View

    Above: TypeAlias = Mapping[str, frozenset[int]]


_NONE: Final[frozenset[int]] = frozenset()


class _Cable(NamedTuple):
    """Who is at the other end, as announced; either port may be unknown."""

    port: int | None
    other: str
    end: int | None


class Trees:
    """Per VLAN, what announcements and the ports to its gateway say together; nothing where all go the same way."""

    def __init__(self, view: View, roles: Roles) -> None:
        self._carried = view.carried
        self._in_vlan = roles.in_vlan
        self._found: dict[tuple[str, int], Above] = {}
        self._cables: dict[str, set[_Cable]] = {}
        for link in view.neighbours.links if roles.divided else ():
            self._cables.setdefault(link.device, set()).add(_Cable(link.port, link.other, link.other_port))
            self._cables.setdefault(link.other, set()).add(_Cable(link.other_port, link.device, link.port))
        self._at = {device: _by_port(cables) for device, cables in self._cables.items()}

    @property
    def devices(self) -> frozenset[str]:
        """Devices about which it may tell something."""
        return frozenset(self._cables)

    def above(self, device: str, vlan: int | None) -> Above:
        """Return the devices known on the VLAN's way from ``device`` to its gateway, each with its ports back."""
        if vlan is None or device not in self._cables:
            return {}
        key = (device, vlan)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._climb(device, vlan)
        return found

    def up(self, device: str, vlan: int | None) -> frozenset[int]:
        """Return the ports of ``device`` on the VLAN's way to the devices above it, where they are known."""
        if vlan is None or device not in self._cables:
            return _NONE
        known = self._in_vlan.get((device, vlan))
        if known is not None:
            return known
        return frozenset(cable.port for cable in self._cables_up(device, vlan) if cable.port is not None)

    def beside(self, other: str, device: str, vlan: int | None) -> bool:
        """Whether the whole way from ``device`` to the VLAN's gateway is known and ``other`` is not on it."""
        if vlan is None:
            return False
        way = self.above(device, vlan)
        return other not in way and any(self._in_vlan.get((name, vlan)) == _NONE for name in way)

    def _climb(self, device: str, vlan: int) -> Above:
        found: dict[str, frozenset[int]] = {}
        level = [device]
        while level:
            reached: dict[str, set[int]] = {}
            for below in level:
                for _, upper, port in self._cables_up(below, vlan):
                    if upper != device and upper not in found:
                        ports = reached.setdefault(upper, set())
                        if port is not None:
                            ports.add(port)
            found.update({upper: frozenset(ports) for upper, ports in reached.items()})
            level = sorted(reached)
        return found

    def _cables_up(self, device: str, vlan: int) -> Iterator[_Cable]:
        """Yield the cables on the VLAN's way up.

        Of a device that does not tell its way, the other end does: it is none of that one's ways to the gateway, and
        frames of the VLAN came in there.
        """
        mine = self._in_vlan.get((device, vlan))
        for cable in self._cables[device]:
            port, other, end = cable
            theirs = self._in_vlan.get((other, vlan))
            if theirs is not None and (end is None or end in theirs):
                continue
            if mine is None:
                if theirs is not None and end is not None and (other, end, vlan) in self._carried:
                    yield cable
            elif port in mine and (theirs is not None or len(self._at[device][port]) == 1):
                yield cable


def _by_port(cables: Iterable[_Cable]) -> dict[int | None, set[str]]:
    found: dict[int | None, set[str]] = {}
    for cable in cables:
        found.setdefault(cable.port, set()).add(cable.other)
    return found
