"""Of several places that reported a MAC, which one is the last: somebody moved between two readings.

A place read later is the newer one only if the frame there came later, too. Another row may confirm it. Where none
does, the way of broadcasts decides: whoever is plugged in asks for an address, all switches of the VLAN hear it, and
one that still holds the station on a port of its own when it is read afterwards heard it there last.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inventory.location import removal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from inventory.location.behind import Behind
    from inventory.location.roles import Roles
    from inventory.location.toward import Toward
    from inventory.location.trace import Port, Trace
    from inventory.location.trees import Trees
    from inventory.location.ways import Ways

_NONE: Final[frozenset[int]] = frozenset()
_MOMENT: Final = timedelta(seconds=10)
"""A table is read within seconds, and a link that comes up is used within seconds."""


class Latest:
    """Which place time leaves, for one sweep."""

    def __init__(
        self,
        roles: Roles,
        behind: Behind,
        toward: Toward,
        trees: Trees,
        ways: Ways,
    ) -> None:
        self._roles = roles
        self._behind = behind
        self._toward = toward
        self._trees = trees
        self._ways = ways

    def of(self, left: list[Port], trace: Trace) -> tuple[Port, str] | None:
        """Return the place that was read last and why the others are over; None where nobody can tell."""
        newest = max(left, key=lambda port: (trace.read_at[port], port))
        others = [port for port in left if port != newest]
        since = max(trace.read_at[port] for port in others)
        if since >= trace.read_at[newest]:
            return None
        said = [self._says(device, newest, older, trace) for device in trace.ports for older in others]
        if any(still for still, _ in said):
            return None
        confirmed = any(at is not None and at > since for _, at in said)
        if confirmed or all(self._left_behind(port, trace) or self._passes(newest, port, trace) for port in others):
            return newest, removal.MOVED
        heard = trace.read_at[newest] - since >= _MOMENT and self._ends_at(newest) and trace.vlan is not None
        if heard and all(self._apart(newest, port, trace.vlan) for port in others):
            return newest, removal.LATER
        return None

    def before(self, port: Port, place: Port, moved: Collection[Port], trace: Trace) -> bool:
        """Whether a report older than the place leads to where the station was before."""
        if trace.read_at[port] >= trace.read_at[place]:
            return False
        return any(port[1] in self._ways.between(port[0], before, trace.vlan) for before, _ in moved)

    def _says(self, device: str, newest: Port, older: Port, trace: Trace) -> tuple[bool, datetime | None]:
        """Return whether a device sees the station at the older place afterwards, else when it saw it at the newest."""
        if device in {older[0], newest[0]}:
            return False, None
        here = self._ways.between(device, newest[0], trace.vlan)
        there = self._ways.between(device, older[0], trace.vlan)
        if not (here and there) or here & there:
            return False, None
        ports = trace.ports[device]
        if any(trace.read_at[device, port] > trace.read_at[newest] for port in ports & there):
            return True, None
        if not (self._goes(device, newest[0], trace.vlan) and self._goes(device, older[0], trace.vlan)):
            return False, None
        return False, max((trace.read_at[device, port] for port in ports & here), default=None)

    def _goes(self, device: str, other: str, vlan: int | None) -> bool:
        """Whether the VLAN is known to go the way on which ``other`` was seen: round a ring each may go its own."""
        if vlan is None or other not in self._roles.divided:
            return True
        mine = self._roles.in_vlan.get((other, vlan))
        seen = {vlan for port in self._toward.ways(device, other) for vlan in self._toward.vlans(device, other, port)}
        return not seen or any(
            one is None or one == vlan or (mine is not None and self._roles.in_vlan.get((other, one)) == mine)
            for one in seen
        )

    def _passes(self, newest: Port, older: Port, trace: Trace) -> bool:
        """Whether the newest place is on a device that everything from the older one has to pass, on other ports."""
        ports = self._over(older[0], trace.vlan).get(newest[0])
        return bool(ports) and newest[1] not in (ports or _NONE)

    def _left_behind(self, older: Port, trace: Trace) -> bool:
        """Whether a device behind an older place saw the station come from the core's side since."""
        return any(
            ports <= self._roles.uplinks.get(name, _NONE)
            and any(trace.read_at[name, port] > trace.read_at[older] for port in ports)
            for name in self._behind.members.get(older, ())
            for ports in (trace.ports.get(name, _NONE),)
            if ports
        )

    def _ends_at(self, port: Port) -> bool:
        """Whether nothing is known to hang on the port but stations."""
        return not (
            self._behind.members.get(port) or self._behind.strangers.get(port) or self._behind.suspects.get(port)
        )

    def _apart(self, one: Port, other: Port, vlan: int | None) -> bool:
        """Whether the VLAN's tree is known to reach the two on different branches: neither leads to the other."""
        mine, theirs = self._over(one[0], vlan), self._over(other[0], vlan)
        if other[0] in mine:
            return bool(mine[other[0]]) and other[1] not in mine[other[0]]
        if one[0] in theirs:
            return bool(theirs[one[0]]) and one[1] not in theirs[one[0]]
        return any(
            ports and upper in theirs and theirs[upper] and theirs[upper].isdisjoint(ports)
            for upper, ports in mine.items()
        )

    def _over(self, device: str, vlan: int | None) -> Mapping[str, frozenset[int]]:
        """Return what is above a device in a VLAN, with its ports back."""
        if device in self._roles.divided:
            return self._trees.above(device, vlan)
        return self._behind.above.get(device, {})
