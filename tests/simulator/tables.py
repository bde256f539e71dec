"""What the devices of a simulated network would answer, under a condition."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

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
)
from inventory.model.factset import FactSet
from tests.simulator.network import CORE, UPLINK

if TYPE_CHECKING:
    from random import Random

    from inventory.model.values import Mac
    from tests.simulator.network import Network

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Condition:
    """What is visible. Every share is between 0 and 1."""

    name: str
    lldp: float = 1.0
    """Share of links on which LLDP is heard, per side."""
    identity: float = 1.0
    """Share of (device, other device) pairs for which the other's MAC is in the table."""
    unread: float = 0.0
    """Share of access switches that do not answer."""
    silent: float = 0.0
    """Share of stations that aged out: each table on their way keeps them with probability one half."""
    broadcast: float = 0.3
    """Share of stations whose frames reached every switch."""
    moved: float = 0.0
    """Share of stations that were elsewhere before, and that the old switch and half of the way up still remember."""


CONDITIONS = (
    Condition("everything visible"),
    Condition("no LLDP", lldp=0.0),
    Condition("LLDP half, identity 80 %", lldp=0.5, identity=0.8),
    Condition("10 % unread", unread=0.1),
    Condition("half the stations silent", silent=0.5),
    Condition("5 % moved meanwhile", moved=0.05),
    Condition("all at once", lldp=0.5, identity=0.8, unread=0.1, silent=0.5),
)


@dataclass
class _Rows:
    fdb: list[FdbRow] = field(default_factory=list)
    arp: list[ArpRow] = field(default_factory=list)
    lldp: list[LldpNeighbour] = field(default_factory=list)
    interfaces: list[InterfaceFact] = field(default_factory=list)
    addresses: list[AddressFact] = field(default_factory=list)
    devices: list[DeviceFact] = field(default_factory=list)
    coverage: list[TableCoverage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts, and which devices gave some."""

    facts: FactSet
    read: frozenset[str]
    known: frozenset[Mac]
    """Stations that at least one table knows: the others cannot be found by anybody."""


def read(network: Network, random: Random, condition: Condition) -> Reading:
    """Read every table once."""
    unread = {name for name in network.switches if name != CORE and random.random() < condition.unread}
    answering = [name for name in network.switches if name not in unread]
    rows = _Rows()
    for name in answering:
        _describe(network, name, rows)
        _identities(network, name, random, condition, rows)
        _neighbours(network, name, random, condition, rows)
    _stations(network, set(answering), random, condition, rows)
    facts = FactSet(
        arp=tuple(rows.arp),
        fdb=tuple(rows.fdb),
        lldp=tuple(rows.lldp),
        interfaces=tuple(rows.interfaces),
        addresses=tuple(rows.addresses),
        devices=tuple(rows.devices),
        coverage=tuple(rows.coverage),
    )
    seen = {row.mac for row in rows.fdb} | {row.mac for row in rows.arp}
    return Reading(facts, frozenset(answering), frozenset(seen & network.stations.keys()))


def _describe(network: Network, name: str, rows: _Rows) -> None:
    switch = network.switches[name]
    rows.devices.append(DeviceFact(name, AT, sys_name=name, bridge_mac=switch.mac))
    rows.addresses.append(AddressFact(name, "public", ip_address(switch.address), 1000, AT, 16))
    rows.interfaces += [
        InterfaceFact(name, port, f"GE0/0/{port}", f"GE0/0/{port}", None, switch.mac, 6, True, True, AT)
        for port in range(1, switch.next_port)
    ]
    rows.coverage += [TableCoverage(name, table, Completeness.COMPLETE, 1, AT) for table in Table]


def _identities(network: Network, name: str, random: Random, condition: Condition, rows: _Rows) -> None:
    for other in network.switches.values():
        # The gateway's MAC is in every table: every station talks to it.
        if other.name != name and (other.name == CORE or random.random() < condition.identity):
            rows.fdb.append(_fdb(name, other.mac, network.port_towards(name, other.name)))
    if name == CORE:
        rows.arp += [_arp(s.mac, s.address) for s in network.switches.values() if s.name != CORE]


def _neighbours(network: Network, name: str, random: Random, condition: Condition, rows: _Rows) -> None:
    for other in network.switches.values():
        if other.parent == name:
            ends = (other.parent_port, UPLINK)
        elif network.switches[name].parent == other.name:
            ends = (UPLINK, network.switches[name].parent_port)
        else:
            continue
        if random.random() < condition.lldp:
            chassis = Identifier(IdentifierKind.MAC, str(other.mac))
            remote = Identifier(IdentifierKind.INTERFACE_NAME, f"GE0/0/{ends[1]}")
            heard = LldpNeighbour(name, ends[0], ends[0], chassis, remote, None, other.name, None, AT, True)
            rows.lldp.append(heard)


def _stations(network: Network, answering: set[str], random: Random, condition: Condition, rows: _Rows) -> None:
    for mac, (switch, port) in network.stations.items():
        silent = random.random() < condition.silent
        path = network.path(switch)
        flooded = random.random() < condition.broadcast
        for name in network.switches if flooded else path:
            own = port if name == switch else network.port_towards(name, switch)
            keeps = not silent or random.random() < 0.5
            if name in answering and keeps:
                rows.fdb.append(_fdb(name, mac, own))
        if random.random() < condition.moved:
            _remember(network, answering, random, mac, rows)
        if not silent or random.random() < 0.5:
            rows.arp.append(_arp(mac, network.ips[mac]))


def _remember(network: Network, answering: set[str], random: Random, mac: Mac, rows: _Rows) -> None:
    """Give the station's former switch a row; switches on both ways have learned the new way."""
    known = {row.device for row in rows.fdb if row.mac == mac}
    former, port = random.choice(sorted(network.stations.values()))
    for name in network.path(former):
        own = port if name == former else network.port_towards(name, former)
        if name in answering and name not in known and (name == former or random.random() < 0.5):
            rows.fdb.append(_fdb(name, mac, own))


def _fdb(name: str, mac: Mac, port: int) -> FdbRow:
    return FdbRow(name, mac, port, port, 10, 10, FdbStatus.LEARNED, AT)


def _arp(mac: Mac, ip: str) -> ArpRow:
    return ArpRow(CORE, "public", ip_address(ip), mac, 1000, ArpKind.DYNAMIC, AT)
