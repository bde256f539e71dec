"""What the forwarding tables say about one MAC, sorted by where each port leads."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inventory.location.ports import Ports
    from inventory.location.roles import Roles
    from inventory.model.facts import FdbRow
    from inventory.model.values import Mac

Port: TypeAlias = "tuple[str, int]"
"""(device, ifIndex)."""

_UPLINK: Final = 1
_EDGE: Final = 0
_UNFIT: Final = -1


class _Spot(NamedTuple):
    """A port of a device in one VLAN: looked up once, met by the rows of many stations."""

    role: int
    place: Port
    alone: frozenset[int]
    """Its ifIndex as the only member of a set."""
    why: str
    """Where it is unfit: why."""


class Trace:
    """The reports about one MAC."""

    def __init__(self, rows: Sequence[FdbRow], vlans: frozenset[int]) -> None:
        self.rows = rows
        self.vlans = vlans
        """The VLANs of its rows, where they tell."""
        self.vlan = next(iter(vlans)) if len(vlans) == 1 else None
        """The one VLAN it is in; None where the rows do not tell or name several."""
        self.ports: dict[str, frozenset[int]] = {}
        """Every usable port that reported it, per device."""
        self.candidates: dict[str, frozenset[int]] = {}
        """Those that do not lead towards the core."""
        self.uplinks: set[Port] = set()
        """Ports that reported it and lead towards the core."""
        self.unfit: dict[Port, str] = {}
        """Ports no cable ends on, and why."""

    @cached_property
    def read_at(self) -> Mapping[Port, datetime]:
        """When each usable port was read last."""
        found: dict[Port, datetime] = {}
        for row in self.rows:
            if row.if_index is not None:
                place = row.device, row.if_index
                found[place] = max(row.at, found.get(place, row.at))
        return found

    def rows_at(self, ports: Iterable[Port]) -> list[FdbRow]:
        """Return the rows of some ports."""
        wanted = set(ports)
        devices = {device for device, _ in wanted}
        return [row for row in self.rows if row.device in devices and (row.device, row.if_index) in wanted]

    @property
    def unmapped(self) -> list[FdbRow]:
        """Rows that name no interface."""
        return [row for row in self.rows if row.if_index is None]


def traces(stations: Mapping[Mac, Sequence[FdbRow]], ports: Ports, roles: Roles) -> dict[Mac, Trace]:
    """Sort the rows of each MAC."""
    spots: dict[tuple[str, int, int | None], _Spot] = {}
    found: dict[Mac, Trace] = {}
    for mac, rows in stations.items():
        named = {row.vlan for row in rows}
        named.discard(None)
        trace = found[mac] = Trace(rows, frozenset(vlan for vlan in named if vlan is not None))
        hint = trace.vlan
        for row in rows:
            device, port, vlan = row.device, row.if_index, row.vlan
            if port is None:
                continue
            key = (device, port, hint if vlan is None else vlan)
            spot = spots.get(key)
            if spot is None:
                spot = spots[key] = _spot(*key, ports, roles)
            role, place, alone, why = spot
            if role is _UNFIT:
                trace.unfit[place] = why
                continue
            same = trace.ports.get(device)
            trace.ports[device] = alone if same is None else same | alone
            if role is _UPLINK:
                trace.uplinks.add(place)
            else:
                same = trace.candidates.get(device)
                trace.candidates[device] = alone if same is None else same | alone
    return found


def _spot(device: str, port: int, vlan: int | None, ports: Ports, roles: Roles) -> _Spot:
    why = ports.unfit(device, port)
    role = _UPLINK if roles.is_uplink(device, port, vlan) else _EDGE
    return _Spot(role if why is None else _UNFIT, (device, port), frozenset((port,)), why or "")
