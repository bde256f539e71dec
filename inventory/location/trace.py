"""What the forwarding tables say about one MAC, sorted by where each port leads."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from inventory.location.ports import Ports
    from inventory.location.roles import Roles
    from inventory.location.spots import Spot
    from inventory.location.view import View
    from inventory.model.facts import FdbRow
    from inventory.model.values import Mac

Port: TypeAlias = "tuple[str, int]"
"""(device, ifIndex)."""

_EDGE: Final = 0
_UPLINK: Final = 1
_UNFIT: Final = 2
_UNMAPPED: Final = 3
NO_VLAN: Final = -1


class Edge:
    """A port that leads away from the core, as the stations of one VLAN see it; equal to itself only."""

    __slots__ = ("device", "only", "place", "port", "vlan")

    def __init__(self, place: Port, vlan: int) -> None:
        self.place = place
        self.device, self.port = place
        self.only = frozenset((self.port,))
        """The port as the only member of a set."""
        self.vlan = vlan
        """Of the station: :data:`NO_VLAN` where it is in none, or in several."""


class _Lead:
    """What a spot means for the stations of one VLAN: worked out once, met by the rows of many."""

    __slots__ = ("edge", "place", "role", "why")

    def __init__(self, role: int, place: Port, edge: Edge, why: str) -> None:
        self.role = role
        self.place = place
        self.edge = edge
        self.why = why
        """Where the port is unfit: why."""


class _Leads(dict["Spot", _Lead]):
    """The meaning of spots for stations that are in one VLAN, or of which it is not known."""

    def __init__(self, hint: int | None, ports: Ports, roles: Roles) -> None:
        super().__init__()
        self._hint = hint
        self._ports = ports
        self._roles = roles
        self._edges: dict[Port, Edge] = {}

    def __missing__(self, spot: Spot) -> _Lead:
        device, port = spot.device, spot.if_index
        if port is None:
            place, why, role = (device, -1), None, _UNMAPPED
        else:
            place, why = (device, port), self._ports.unfit(device, port)
            vlan = self._hint if spot.vlan is None else spot.vlan
            role = _UPLINK if self._roles.is_uplink(device, port, vlan) else _EDGE
        edge = self._edges.get(place)
        if edge is None:
            edge = self._edges[place] = Edge(place, NO_VLAN if self._hint is None else self._hint)
        lead = self[spot] = _Lead(role if why is None else _UNFIT, place, edge, why or "")
        return lead


class Trace:
    """The reports about one MAC."""

    def __init__(
        self, rows: Sequence[FdbRow], vlans: frozenset[int], leads: Sequence[_Lead], uplinks: frozenset[Port]
    ) -> None:
        self.rows = rows
        self.vlans = vlans
        """The VLANs of its rows, where they tell."""
        self.vlan = next(iter(vlans)) if len(vlans) == 1 else None
        """The one VLAN it is in; None where the rows do not tell or name several."""
        usable = [lead.edge for lead in leads if lead.role <= _UPLINK]
        edges = [lead.edge for lead in leads if lead.role == _EDGE]
        self.ports: Mapping[str, frozenset[int]] = _by_device(usable)
        """Every usable port that reported it, per device."""
        self.candidates: Mapping[str, frozenset[int]] = _by_device(edges)
        """Those that do not lead towards the core."""
        self.edges: Sequence[Edge] = edges if len(edges) == len(self.candidates) else list(dict.fromkeys(edges))
        """The same, one by one."""
        self.uplinks = uplinks
        """Ports that reported it and lead towards the core: the same set for all that are seen so."""
        odd = [] if len(usable) == len(leads) else list(zip(rows, leads, strict=True))
        self.unfit: Mapping[Port, str] = {lead.place: lead.why for _, lead in odd if lead.role == _UNFIT}
        """Ports no cable ends on, and why."""
        self.unmapped: Sequence[FdbRow] = [row for row, lead in odd if lead.role == _UNMAPPED]
        """Rows that name no interface."""

    @cached_property
    def read_at(self) -> Mapping[Port, datetime]:
        """When each usable port was read last."""
        found: dict[Port, datetime] = {}
        for row in self.rows:
            if row.if_index is not None:
                place = row.device, row.if_index
                found[place] = max(row.at, found.get(place, row.at))
        return found

    def rows_at(self, ports: Collection[Port]) -> list[FdbRow]:
        """Return the rows of some ports."""
        if len(ports) == 1:
            ((device, port),) = ports
            return [row for row in self.rows if row.if_index == port and row.device == device]
        wanted = set(ports)
        return [row for row in self.rows if (row.device, row.if_index) in wanted]


def _by_device(edges: Sequence[Edge]) -> dict[str, frozenset[int]]:
    found = {edge.device: edge.only for edge in edges}
    if len(found) < len(edges):  # seldom: several ports of one device, or several rows of one port
        for edge in edges:
            found[edge.device] |= edge.only
    return found


def traces(view: View, roles: Roles) -> dict[Mac, Trace]:
    """Sort the rows of each station."""
    meaning: dict[int | None, _Leads] = {}
    alike: dict[tuple[_Lead, ...], frozenset[Port]] = {}
    found: dict[Mac, Trace] = {}
    stations, vlans_of = view.stations, view.vlans_of
    for mac, spots in view.seen_at.items():
        vlans = vlans_of[mac]
        hint = next(iter(vlans)) if len(vlans) == 1 else None
        if hint not in meaning:
            meaning[hint] = _Leads(hint, view.ports, roles)
        leads = list(map(meaning[hint].__getitem__, spots))
        upwards = tuple([lead for lead in leads if lead.role == _UPLINK])
        uplinks = alike.get(upwards)
        if uplinks is None:
            uplinks = alike[upwards] = frozenset(lead.place for lead in upwards)
        found[mac] = Trace(stations[mac], vlans, leads, uplinks)
    return found
