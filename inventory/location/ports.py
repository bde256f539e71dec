"""Which interface a row names, and whether a station can be attached to it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from inventory.model.location import Place
from inventory.model.portname import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.model.facts import Identifier, InterfaceFact

# IANAifType: softwareLoopback, tunnel, l2vlan, l3ipvlan, bridge. Ruijie and others list their own MACs on these.
_VIRTUAL_TYPES: Final = frozenset({24, 131, 135, 136, 209})
_PROP_VIRTUAL: Final = 53
"""VLAN interfaces on Huawei and Cisco, but also Cisco's port channels: the name decides."""


class Ports:
    """The interfaces of every read device, newest row per (device, ifIndex)."""

    def __init__(self, interfaces: Iterable[InterfaceFact]) -> None:
        self._rows: dict[tuple[str, int], InterfaceFact] = {}
        for row in interfaces:
            key = (row.device, row.if_index)
            known = self._rows.get(key)
            if known is None or _order(row) > _order(known):
                self._rows[key] = row
        self.members: Mapping[tuple[str, int], int] = {
            key: row.lag_if_index
            for key, row in self._rows.items()
            if row.lag_if_index not in {None, row.if_index} and (row.device, row.lag_if_index) in self._rows
        }
        """(device, ifIndex) of every member of a link aggregate → the aggregate's ifIndex."""
        self._places: dict[tuple[str, int], Place] = {}

    def place(self, device: str, if_index: int) -> Place:
        """Return the port as a place; a port without an interface row is named by its number."""
        key = (device, if_index)
        place = self._places.get(key)
        if place is None:
            row = self._rows.get(key)
            place = self._places[key] = Place(device, row.name if row else f"ifIndex {if_index}", if_index)
        return place

    def unfit(self, device: str, if_index: int) -> str | None:
        """Return why no station can be attached here now (``virtual-port``, ``port-down``), or None when one can."""
        row = self._rows.get((device, if_index))
        if row is None:
            return None
        if row.if_type in _VIRTUAL_TYPES or (row.if_type == _PROP_VIRTUAL and row.name.lower().startswith("vl")):
            return "virtual-port"
        return "port-down" if row.oper_up is False else None

    def named(self, device: str, identifier: Identifier, description: str | None) -> int | None:
        """Resolve an LLDP port id, else the port description, to the ifIndex it names; None unless exactly one fits.

        A bare number is tried as a name only: LLDP's port numbers are often not ifIndexes.
        """
        for word in (identifier.value, description):
            port = self.find(device, word) if word else None
            if port is not None:
                return port
        return None

    def find(self, device: str, name: str) -> int | None:
        """Resolve the name of a port to its ifIndex, or to its aggregate's; None unless exactly one fits."""
        found = self._names.get((device, name.lower())) or self._spelled.get((device, canonical(name)), set())
        port = next(iter(found)) if len(found) == 1 else None
        return None if port is None else self.members.get((device, port), port)

    @cached_property
    def _spelled(self) -> dict[tuple[str, str], set[int]]:
        """Ports by one spelling of their names, for whoever spells them another way than the device."""
        names: dict[tuple[str, str], set[int]] = {}
        for row in self._rows.values():
            names.setdefault((row.device, canonical(row.name)), set()).add(row.if_index)
        return names

    @cached_property
    def _names(self) -> dict[tuple[str, str], set[int]]:
        names: dict[tuple[str, str], set[int]] = {}
        for row in self._rows.values():
            words = {row.name, row.description, row.alias or "", str(row.mac or "")}
            for word in words - {""}:
                names.setdefault((row.device, word.lower()), set()).add(row.if_index)
        return names


def _order(row: InterfaceFact) -> tuple[object, ...]:
    return (row.at, row.oper_up is not False, row.name, row.if_type, row.description)
