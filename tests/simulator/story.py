"""Write the facts of a small drawn topology in a few words, for tests that tell one story each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import count
from typing import TYPE_CHECKING

from inventory.location.engine import locate
from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import (
    AddressFact,
    ArpKind,
    ArpRow,
    DeviceFact,
    FdbRow,
    FdbStatus,
    Identifier,
    IdentifierKind,
    InterfaceFact,
    LldpNeighbour,
    ProbeKind,
    Sighting,
)
from inventory.model.factset import FactSet, ScannedBlock
from inventory.model.records import DeviceRole, DeviceView
from inventory.model.sources import SPANNING_TREE
from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.location.engine import Locations
    from inventory.model.facts import Fact
    from inventory.model.location import Location

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ETHERNET, VLAN_INTERFACE, AGGREGATE = 6, 136, 161


def station(number: int) -> Mac:
    """Return the MAC of a station."""
    return Mac.parse(f"3c5282{number:06x}")


def later(minutes: float) -> datetime:
    """Return a moment after the story's start."""
    return AT + timedelta(minutes=minutes)


@dataclass
class Story:
    """A topology told fact by fact."""

    devices: list[DeviceView] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    coverage: list[TableCoverage] = field(default_factory=list)
    blocks: list[ScannedBlock] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def device(
        self,
        name: str,
        role: DeviceRole = DeviceRole.ACCESS,
        *,
        read: bool = True,
        address: str | None = None,
        point: str | None = None,
        ports: int = 12,
    ) -> Mac:
        """Register a device; a read one also declares its MAC, its address and its ports. Return its MAC."""
        number = next(self._numbers)
        mac = Mac.parse(f"00e0fc{number:06x}")
        ip = ip_address(address or f"10.255.0.{number}")
        self.devices.append(DeviceView(name, ip, role, point=point))
        if read:
            self.facts += [
                DeviceFact(name, AT, sys_name=name, bridge_mac=mac),
                AddressFact(name, "public", ip, 1000, AT),
            ]
            self.facts += [self._interface(name, port, mac) for port in range(1, ports + 1)]
        return mac

    def interface(self, device: str, port: int, *, if_type: int = ETHERNET, up: bool = True, name: str = "") -> None:
        """Say what a port is, in place of the default Ethernet port that is up."""
        self.facts = [
            fact
            for fact in self.facts
            if not (isinstance(fact, InterfaceFact) and (fact.device, fact.if_index) == (device, port))
        ]
        self.facts.append(self._interface(device, port, None, if_type, up=up, name=name))

    @staticmethod
    def _interface(
        device: str, port: int, mac: Mac | None, if_type: int = ETHERNET, *, up: bool = True, name: str = ""
    ) -> InterfaceFact:
        label = name or f"GE0/0/{port}"
        return InterfaceFact(device, port, label, label, None, mac, if_type, True, up, AT)

    def learn(
        self,
        device: str,
        port: int | None,
        *macs: Mac,
        vlan: int | None = 10,
        at: datetime = AT,
        status: FdbStatus = FdbStatus.LEARNED,
    ) -> None:
        """Let a device learn MACs on a port."""
        for mac in macs:
            self.facts.append(FdbRow(device, mac, port, port or 99, vlan, vlan, status, at))

    def resolve(
        self,
        device: str,
        ip: str,
        mac: Mac,
        *,
        plane: str = "public",
        kind: ArpKind = ArpKind.DYNAMIC,
        at: datetime = AT,
    ) -> None:
        """Let a gateway resolve an address."""
        self.facts.append(ArpRow(device, plane, ip_address(ip), mac, 1000, kind, at))

    def hear(
        self, device: str, port: int | None, other: Mac | str, remote: str = "?", *, name: str = "", bridge: bool = True
    ) -> None:
        """Let a device hear an LLDP announcement."""
        kind = IdentifierKind.MAC if isinstance(other, Mac) else IdentifierKind.LOCAL
        chassis = Identifier(kind, str(other))
        identifier = Identifier(IdentifierKind.INTERFACE_NAME, remote)
        heard = LldpNeighbour(device, port, port or 99, chassis, identifier, None, name or None, None, AT, bridge)
        self.facts.append(heard)

    def lead(self, device: str, port: int, other: Mac) -> None:
        """Let a device's spanning tree name another bridge as the one that leads a port's segment."""
        chassis, remote = Identifier(IdentifierKind.MAC, str(other)), Identifier(IdentifierKind.LOCAL, "128.1")
        self.facts.append(LldpNeighbour(device, port, port, chassis, remote, None, None, None, AT, True, SPANNING_TREE))

    def alive(
        self,
        ip: str,
        mac: Mac | None = None,
        *,
        plane: str = "public",
        probe: ProbeKind = ProbeKind.ICMP,
        at: datetime = AT,
    ) -> None:
        """Let an address answer a probe."""
        self.facts.append(Sighting(plane, ip_address(ip), mac, probe, "echo reply", at))

    def owns(self, device: str, ip: str, *, plane: str = "public") -> None:
        """Give a device an address of its own."""
        self.facts.append(AddressFact(device, plane, ip_address(ip), 1000, AT))

    def covered(
        self, device: str, *tables: Table, completeness: Completeness = Completeness.COMPLETE, rows: int = 1
    ) -> None:
        """Say how the read of some tables (default: all) ended."""
        self.coverage += [TableCoverage(device, table, completeness, rows, AT) for table in tables or tuple(Table)]

    def scanned(self, network: str, *, plane: str = "public", asked: int | None = None, alive: int = 0) -> None:
        """Say that a block was probed, in full unless told otherwise."""
        block = ip_network(network)
        self.blocks.append(ScannedBlock(plane, block, block.num_addresses - 2 if asked is None else asked, alive))

    def factset(self) -> FactSet:
        """Return what was told so far."""
        return gather(self.facts, self.coverage, self.blocks)

    def locate(self) -> Locations:
        """Run the location engine."""
        return locate(self.factset(), self.devices)

    def where(self, mac: Mac) -> Location:
        """Return the verdict about one MAC."""
        found = self.locate().of(mac)
        assert found is not None, f"{mac} is lost"
        return found


def gather(facts: list[Fact], coverage: list[TableCoverage], blocks: list[ScannedBlock]) -> FactSet:
    """Group facts by kind, in the order given."""
    return FactSet(
        sightings=tuple(fact for fact in facts if isinstance(fact, Sighting)),
        arp=tuple(fact for fact in facts if isinstance(fact, ArpRow)),
        fdb=tuple(fact for fact in facts if isinstance(fact, FdbRow)),
        lldp=tuple(fact for fact in facts if isinstance(fact, LldpNeighbour)),
        interfaces=tuple(fact for fact in facts if isinstance(fact, InterfaceFact)),
        addresses=tuple(fact for fact in facts if isinstance(fact, AddressFact)),
        devices=tuple(fact for fact in facts if isinstance(fact, DeviceFact)),
        coverage=tuple(coverage),
        blocks=tuple(blocks),
    )
