"""The facts prepared once for the steps of the location engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from inventory.location.announced import announced
from inventory.location.forwarding import learned
from inventory.location.neighbours import neighbours
from inventory.location.own import own
from inventory.location.ports import Ports
from inventory.location.spots import Spots
from inventory.location.statements import stated
from inventory.model.coverage import Completeness, Table
from inventory.model.facts import ArpKind
from inventory.model.records import DeviceRole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inventory.location.forwarding import Learned
    from inventory.location.neighbours import Neighbours
    from inventory.location.own import Own
    from inventory.location.spots import Spot
    from inventory.location.statements import Stated
    from inventory.model.facts import FdbRow
    from inventory.model.factset import FactSet
    from inventory.model.records import DeviceView, StatementView
    from inventory.model.values import Mac

_AGGREGATE = 161
"""IANAifType ieee8023adLag."""
_AGGREGATE_NAMES = ("eth-trunk", "bridge-aggregation", "bagg", "aggregateport", "port-channel", "smartgroup", "bond")
"""Agents that give aggregates another type (Cisco: propVirtual) still name them so."""
_END_DEVICES = frozenset({DeviceRole.UPS, DeviceRole.PDU, DeviceRole.SENSOR})


@dataclass(frozen=True)
class View:
    """One sweep's facts beside the registered devices."""

    facts: FactSet
    devices: Sequence[DeviceView]
    statements: Sequence[StatementView] = ()

    @cached_property
    def ports(self) -> Ports:
        """The interfaces of read devices."""
        return Ports(self.facts.interfaces)

    @cached_property
    def stated(self) -> Stated:
        """What people state about the ports of read devices."""
        newest = max((row.at for row in self.facts.interfaces), default=None)
        return stated(self.statements, self.ports, newest)

    @cached_property
    def own(self) -> Own:
        """What belongs to the network itself."""
        return own(self.facts, self.devices)

    @cached_property
    def neighbours(self) -> Neighbours:
        """LLDP, resolved."""
        return neighbours(self.facts, self.devices, self.own, self.ports)

    @cached_property
    def learned(self) -> Learned:
        """Forwarding rows per MAC, of stations and of network devices."""
        return learned(self.facts.fdb)

    @cached_property
    def stations(self) -> dict[Mac, list[FdbRow]]:
        """Rows per MAC that no network device owns: learned ones, and what it announced by itself."""
        found = {mac: rows for mac, rows in self.learned.items() if not self.own.is_network(mac)}
        for mac, row in announced(self.neighbours.others, self._known).items():
            rows = found.get(mac, [])
            if not any((known.device, known.if_index) == (row.device, row.if_index) for known in rows):
                found[mac] = [*rows, row]
        return found

    @cached_property
    def _known(self) -> frozenset[Mac]:
        """Stations of which some table or the local link knows: an identifier alone is nobody."""
        arp = {row.mac for row in self.facts.arp if row.kind is not ArpKind.LOCAL and row.mac.is_station}
        local = {row.mac for row in self.facts.sightings if row.mac is not None and row.mac.is_station}
        return frozenset(mac for mac in arp | local | self.learned.keys() if not self.own.is_network(mac))

    @cached_property
    def roles(self) -> dict[str, DeviceRole]:
        """The filed role of each registered device."""
        return {view.name: view.role for view in self.devices}

    @cached_property
    def _interned(self) -> Spots:
        return Spots()

    @cached_property
    def learned_at(self) -> dict[Mac, tuple[Spot, ...]]:
        """The spots of each MAC's rows, in their order: of stations and of network devices."""
        of = self._interned.of
        return {mac: of(rows) for mac, rows in self.learned.items()}

    @cached_property
    def _spots(self) -> tuple[Spot, ...]:
        """Each spot in which something was learned, once."""
        return tuple(set(chain.from_iterable(self.learned_at.values())))

    @cached_property
    def seen_at(self) -> dict[Mac, tuple[Spot, ...]]:
        """The spots of each station's rows, in their order."""
        of, learned, at = self._interned.of, self.learned, self.learned_at
        return {mac: at[mac] if learned.get(mac) is rows else of(rows) for mac, rows in self.stations.items()}

    @cached_property
    def vlans_of(self) -> dict[Mac, frozenset[int]]:
        """The VLANs that each station's rows name."""
        return {
            mac: frozenset([spot.vlan for spot in spots if spot.vlan is not None])
            for mac, spots in self.seen_at.items()
        }

    @cached_property
    def forwarders(self) -> frozenset[str]:
        """Devices of which at least one learned row was read."""
        return frozenset(spot.device for spot in self._spots)

    @cached_property
    def carried(self) -> frozenset[tuple[str, int, int | None]]:
        """Each (device, ifIndex, VLAN) in which something was learned."""
        return frozenset((spot.device, spot.if_index, spot.vlan) for spot in self._spots if spot.if_index is not None)

    @cached_property
    def whole(self) -> frozenset[str]:
        """Devices whose forwarding table was read to its end."""
        return frozenset(
            row.device
            for row in self.facts.coverage
            if row.table is Table.FDB and row.completeness is Completeness.COMPLETE
        )

    @cached_property
    def vlans(self) -> dict[str, frozenset[int]]:
        """The VLANs of devices whose forwarding table was read to its end and names the VLAN in every row."""
        found: dict[str, set[int | None]] = {}
        for spot in self._spots:
            found.setdefault(spot.device, set()).add(spot.vlan)
        return {
            device: frozenset(vlan for vlan in vlans if vlan is not None)
            for device, vlans in found.items()
            if device in self.whole and None not in vlans
        }

    @cached_property
    def newest_forwarding(self) -> dict[str, datetime]:
        """When each device's forwarding table was last read."""
        newest: dict[str, datetime] = {}
        for spot in self._spots:
            newest[spot.device] = max(spot.at, newest.get(spot.device, spot.at))
        return newest

    @cached_property
    def learning_ports(self) -> frozenset[tuple[str, int]]:
        """Ports on which something was learned."""
        return frozenset((spot.device, spot.if_index) for spot in self._spots if spot.if_index is not None)

    @cached_property
    def aggregates(self) -> dict[str, frozenset[int]]:
        """Link aggregates per device."""
        found: dict[str, set[int]] = {}
        for row in self.facts.interfaces:
            if row.if_type == _AGGREGATE or row.name.lower().startswith(_AGGREGATE_NAMES):
                found.setdefault(row.device, set()).add(row.if_index)
        return {device: frozenset(indexes) for device, indexes in found.items()}

    @cached_property
    def silent_routers(self) -> frozenset[str]:
        """Registered devices that cannot have stations behind them on layer 2.

        End devices, and routers whose forwarding table was asked for and is absent or empty.
        """
        settled = {Completeness.COMPLETE, Completeness.UNSUPPORTED}
        reads = [row for row in self.facts.coverage if row.table is Table.FDB]
        ended = {row.device for row in reads if row.completeness in settled and not row.rows}
        routers = {name for name, role in self.roles.items() if role is DeviceRole.ROUTER}
        ends = {name for name, role in self.roles.items() if role in _END_DEVICES}
        return frozenset(((ended & routers) | ends) - self.forwarders)

    @cached_property
    def routed(self) -> frozenset[str]:
        """Devices that route, however few stations they have.

        They resolve stations on another interface than their own address is on, and hear network devices on ports where
        no frame is learned, and on no other: those cables are routed. A switch learns its gateway on its uplink.
        """
        home = {(row.device, row.ip): row.if_index for row in self.facts.addresses}
        managed = {view.name: home.get((view.name, view.address)) for view in self.devices}
        apart = {
            row.device
            for row in self.facts.arp
            if row.kind is not ArpKind.LOCAL
            and managed.get(row.device) not in {None, row.if_index}
            and row.mac.is_station
            and not self.own.is_network(row.mac)
        }
        heard = [(link.device, link.port) for link in self.neighbours.links if link.port is not None]
        heard += [(stranger.device, stranger.port) for stranger in self.neighbours.strangers]
        switched = {device for device, port in heard if (device, port) in self.learning_ports}
        return frozenset(apart & {device for device, _ in heard} - switched)

    @cached_property
    def resolved(self) -> dict[str, int]:
        """How many station addresses each device resolved: what makes it a gateway."""
        seen: dict[str, set[tuple[str, object]]] = {}
        for row in self.facts.arp:
            if row.kind is not ArpKind.LOCAL and row.mac.is_station and not self.own.is_network(row.mac):
                seen.setdefault(row.device, set()).add((row.plane, row.ip))
        return {device: len(addresses) for device, addresses in seen.items()}
