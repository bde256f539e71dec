"""What LLDP says about links between registered devices, and about bridges nobody registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.location.announced import mac_of
from inventory.model.sources import of_spanning_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.location.own import Own
    from inventory.location.ports import Ports
    from inventory.model.facts import LldpNeighbour
    from inventory.model.factset import FactSet
    from inventory.model.records import DeviceView
    from inventory.model.values import IPAddress, Mac


@dataclass(frozen=True, slots=True)
class Link:
    """One side heard the other: ``port`` of ``device`` leads to ``other``. Either port may be unknown."""

    device: str
    port: int | None
    other: str
    other_port: int | None
    row: LldpNeighbour

    @property
    def by_tree(self) -> bool:
        """Whether only the spanning tree says so: a bridge in between that takes no part in it stays unseen."""
        return of_spanning_tree(self.row.table)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A bridge or router that is heard on a port and is no registered device.

    Access points and telephones bridge, too, but what they carry are stations: their port is where those are.
    """

    device: str
    port: int
    macs: frozenset[Mac]
    """Its chassis id and port id, where they are MACs: the stranger itself sits on this port."""
    row: LldpNeighbour

    @property
    def by_tree(self) -> bool:
        """Whether only the spanning tree tells of it."""
        return of_spanning_tree(self.row.table)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """LLDP resolved against the registry."""

    links: tuple[Link, ...]
    strangers: tuple[Stranger, ...]
    others: tuple[LldpNeighbour, ...]
    """What whoever is no registered device announced on a known port."""


def neighbours(facts: FactSet, devices: Sequence[DeviceView], own: Own, ports: Ports) -> Neighbours:
    """Resolve every announcement to a registered device, or keep it as a stranger when it bridges or routes."""
    names = _Names(facts, devices, own)
    links: list[Link] = []
    strangers: list[Stranger] = []
    others: list[LldpNeighbour] = []
    for row in sorted(set(facts.lldp), key=_order):
        other = names.resolve(row)
        if other is None and row.if_index is not None and not of_spanning_tree(row.table):
            others.append(row)
        if other is None and row.if_index is not None and row.is_bridge_or_router and not row.carries_stations:
            macs = frozenset(mac for mac in (mac_of(row.chassis), mac_of(row.port)) if mac is not None)
            strangers.append(Stranger(row.device, row.if_index, macs, row))
        elif other is not None and other != row.device:
            remote = ports.named(other, row.port, row.port_description)
            links.append(Link(row.device, row.if_index, other, remote, row))
    # Whoever announces itself on a port is the bridge that leads the segment, or nearer.
    announced = {(one.device, one.port) for one in links if not one.by_tree}
    announced |= {(one.device, one.port) for one in strangers if not one.by_tree}
    alone = (one for one in strangers if not one.by_tree or (one.device, one.port) not in announced)
    return Neighbours(tuple(links), tuple(alone), tuple(others))


class _Names:
    """Who an announcement comes from: by chassis id, by management address, by name. Only unique answers count."""

    def __init__(self, facts: FactSet, devices: Sequence[DeviceView], own: Own) -> None:
        self._own = own
        self._addresses: dict[IPAddress, set[str]] = {}
        for (_, ip), owners in own.ips.items():
            self._addresses.setdefault(ip, set()).update(owners)
        self._words: dict[str, set[str]] = {}
        self._chassis: dict[str, set[str]] = {}
        self._declared = {fact.device for fact in facts.devices if fact.bridge_mac or fact.chassis}
        for view in devices:
            self._words.setdefault(view.name.lower(), set()).add(view.name)
        for fact in facts.devices:
            if fact.sys_name:
                self._words.setdefault(fact.sys_name.lower(), set()).add(fact.device)
            if fact.chassis is not None:
                self._chassis.setdefault(f"{fact.chassis.kind}:{fact.chassis.value}", set()).add(fact.device)

    def resolve(self, row: LldpNeighbour) -> str | None:
        return self._by_chassis(row) or self._by_address(row) or self._by_name(row)

    def _by_chassis(self, row: LldpNeighbour) -> str | None:
        mac = mac_of(row.chassis)
        if mac is not None:
            return self._own.device_of(mac)
        return _only(self._chassis.get(f"{row.chassis.kind}:{row.chassis.value}"))

    def _by_address(self, row: LldpNeighbour) -> str | None:
        if row.management_address is None:
            return None
        found = _only(self._addresses.get(row.management_address))
        return None if found is None or self._contradicted(row, found) else found

    def _by_name(self, row: LldpNeighbour) -> str | None:
        if not row.system_name:
            return None
        name = row.system_name.lower()
        found = _only(self._words.get(name)) or _only(self._words.get(name.split(".", 1)[0]))
        return None if found is None or self._contradicted(row, found) else found

    def _contradicted(self, row: LldpNeighbour, device: str) -> bool:
        """A device that declares its own chassis is not a neighbour with another one: default names repeat."""
        return device in self._declared and mac_of(row.chassis) is not None


def _only(found: set[str] | None) -> str | None:
    return next(iter(found)) if found is not None and len(found) == 1 else None


def _order(row: LldpNeighbour) -> tuple[object, ...]:
    return (row.device, row.local_port, row.chassis.value, row.port.value, row.at, repr(row))
