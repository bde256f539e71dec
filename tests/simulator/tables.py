"""What the devices of a simulated network answer to one sweep, as facts, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
from inventory.model.records import DeviceRole
from inventory.model.sources import SPANNING_TREE
from tests.simulator.conditions import CONDITIONS, Condition
from tests.simulator.network import Kind, Vendor
from tests.simulator.traffic import WINDOW, fill

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from inventory.model.values import Mac
    from tests.simulator.network import Network, Port, Station, Switch
    from tests.simulator.traffic import Held, Tables

__all__ = ["AT", "CONDITIONS", "Condition", "Reading", "Visible", "read", "visible"]

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_SVI = 2000
"""ifIndex of a VLAN interface: this plus the VLAN."""
_LAG = 1000
"""Aggregates are numbered from here."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What stays the same from sweep to sweep: who answers, who speaks LLDP, whose MAC anybody knows."""

    answering: frozenset[str]
    speaking: frozenset[str]
    named: frozenset[str]
    truncated: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts of one sweep, and the truth about the stations that at least one table knows."""

    facts: FactSet
    answering: frozenset[str]
    true: Mapping[Mac, frozenset[Port]]
    """Where the station was when the last frame that any read table holds was sent; both places of a duplicate."""
    placeable: frozenset[Mac]
    """Stations in a read table that points away from the core: whoever gives these no place has lost them."""
    tables: Tables
    """What every switch held, and why."""
    held: Mapping[str, Mapping[tuple[Mac, int], Held]]
    """What was read of it."""
    forgetting: frozenset[str]
    """Switches that may lack any station: tables forget silent ones by themselves, and some are read in part."""


@dataclass
class _Rows:
    fdb: list[FdbRow] = field(default_factory=list)
    arp: list[ArpRow] = field(default_factory=list)
    lldp: list[LldpNeighbour] = field(default_factory=list)
    interfaces: list[InterfaceFact] = field(default_factory=list)
    addresses: list[AddressFact] = field(default_factory=list)
    devices: list[DeviceFact] = field(default_factory=list)
    coverage: list[TableCoverage] = field(default_factory=list)


def visible(network: Network, random: Random, condition: Condition) -> Visible:
    """Draw who can be read and heard, and which stations are silent."""

    def share(of: float, names: list[str]) -> frozenset[str]:
        return frozenset(name for name in names if random.random() < of)

    everybody = list(network.switches)
    access = [s.name for s in network.switches.values() if not s.gateway and s.role is DeviceRole.ACCESS]
    gateways = frozenset(s.name for s in network.switches.values() if s.gateway)
    answering = frozenset(everybody) - share(condition.unread, access)
    for station in network.stations:
        station.silent = random.random() < condition.silent
    return Visible(
        answering,
        share(condition.lldp, everybody),
        share(condition.identity, everybody) | gateways,
        share(condition.truncated, everybody),
    )


def read(
    network: Network, random: Random, condition: Condition, seen: Visible | None = None, start: float = 0.0
) -> Reading:
    """Read every table once, within ten minutes from ``start`` seconds."""
    seen = seen or visible(network, random, condition)
    tables = fill(network, random, start)
    rows = _Rows()
    for name in sorted(seen.answering):
        _describe(network, network.switches[name], seen, tables, rows)
        _neighbours(network, name, random, seen, tables, rows)
        if condition.spanning:
            _spanning_tree(network, name, seen, tables, rows)
    kept = {name: _read_table(name, random, seen, tables, rows) for name in sorted(seen.answering)}
    for name, held in kept.items():
        _forwarding(network, network.switches[name], held, tables, rows)
        _addresses(network, name, seen, tables, rows)
    facts = FactSet(
        arp=tuple(rows.arp),
        fdb=tuple(rows.fdb),
        lldp=tuple(rows.lldp),
        interfaces=tuple(rows.interfaces),
        addresses=tuple(rows.addresses),
        devices=tuple(rows.devices),
        coverage=tuple(rows.coverage),
    )
    places, placeable = _truth(network, kept, facts, start)
    forgetting = seen.answering if condition.silent else seen.truncated
    return Reading(facts, seen.answering, places, placeable, tables, kept, forgetting)


def _truth(
    network: Network, kept: Mapping[str, Mapping[tuple[Mac, int], Held]], facts: FactSet, start: float
) -> tuple[Mapping[Mac, frozenset[Port]], frozenset[Mac]]:
    newest, placeable = _newest(kept)
    held_at = {
        (mac, (name, entry.port))
        for name, held in kept.items()
        for (mac, _), entry in held.items()
        if entry.place[0] == name
    }
    resolved = {row.mac for row in facts.arp}
    true: dict[Mac, set[Port]] = {}
    cards: dict[Mac, list[Station]] = {}
    for station in network.stations:
        if station.mac in newest or station.mac in resolved:
            cards.setdefault(station.mac, []).append(station)
    for mac, stations in cards.items():
        true[mac] = {newest[mac].place} if mac in newest else set()
        if len(stations) > 1 or mac not in newest:
            true[mac] |= {station.place(start + WINDOW) for station in stations}
        if mac in newest and (mac, newest[mac].place) not in held_at:
            # Plugged in anew where no table that was read tells: the place before is what can be known.
            true[mac] |= {port for station in stations for _, port in station.stays if (mac, port) in held_at}
        true[mac] |= {port for station in stations for port in (station.second, station.team) if port is not None}
        true[mac] |= {station.stays[-1][1] for station in stations if station.team is not None}
    places = {mac: frozenset(end for port in found for end in network.segment(port)) for mac, found in true.items()}
    return places, frozenset(placeable & places.keys())


def _newest(kept: Mapping[str, Mapping[tuple[Mac, int], Held]]) -> tuple[dict[Mac, Held], set[Mac]]:
    """Return the entry with the last frame of each MAC, and the MACs with an entry that points away from the core."""
    newest: dict[Mac, Held] = {}
    placeable: set[Mac] = set()
    for held in kept.values():
        for (mac, _), entry in held.items():
            if mac not in newest or newest[mac].heard < entry.heard:
                newest[mac] = entry
            if entry.from_below:
                placeable.add(mac)
    return newest, placeable


def _describe(network: Network, switch: Switch, seen: Visible, tables: Tables, rows: _Rows) -> None:
    name, at = switch.name, _moment(tables, switch.name)
    mac = switch.mac if name in seen.named else None
    rows.devices.append(DeviceFact(name, at, sys_name=name, bridge_mac=mac))
    rows.addresses.append(AddressFact(name, "public", ip_address(switch.address), _SVI + _tag(network, switch), at, 16))
    masters = {member: lag for lag, members in switch.lags.items() for member in members}
    for port in sorted(switch.ports):
        label = f"GE0/0/{port}"
        rows.interfaces.append(
            InterfaceFact(name, port, label, label, None, mac, 6, True, True, at, lag_if_index=masters.get(port))
        )
    for lag in sorted(switch.lags):
        label = f"Eth-Trunk{lag - 1000}"
        rows.interfaces.append(InterfaceFact(name, lag, label, label, None, mac, 161, True, True, at))
    vlans = {vlan.tag for vlan in network.vlans.values() if name in vlan.gateways} | {_tag(network, switch)}
    for vlan in sorted(vlans):
        label = f"Vlanif{vlan}"
        rows.interfaces.append(InterfaceFact(name, _SVI + vlan, label, label, None, mac, 136, True, True, at))
    rows.coverage += [TableCoverage(name, table, Completeness.COMPLETE, 1, at) for table in Table if table != Table.FDB]


def _read_table(
    name: str, random: Random, seen: Visible, tables: Tables, rows: _Rows
) -> Mapping[tuple[Mac, int], Held]:
    held = tables.fdb[name]
    how = Completeness.COMPLETE
    if name in seen.truncated:
        how = Completeness.TRUNCATED
        part = random.uniform(0.2, 0.8)
        held = {key: entry for key, entry in held.items() if random.random() < part}
    rows.coverage.append(TableCoverage(name, Table.FDB, how, len(held), _moment(tables, name)))
    return held


def _tag(network: Network, switch: Switch) -> int:
    return network.vlans[switch.vlan].tag


def _forwarding(
    network: Network, switch: Switch, held: Mapping[tuple[Mac, int], Held], tables: Tables, rows: _Rows
) -> None:
    at = _moment(tables, switch.name)
    learned = FdbStatus.LEARNED
    for (mac, number), entry in held.items():
        vlan = network.vlans[number].tag
        raw = entry.port + 7 if switch.vendor is Vendor.BRIDGE else entry.port
        if switch.vendor is not Vendor.BRIDGE:
            rows.fdb.append(FdbRow(switch.name, mac, entry.port, raw, vlan, vlan, learned, at))
        if switch.vendor in {Vendor.BRIDGE, Vendor.BOTH}:
            rows.fdb.append(FdbRow(switch.name, mac, entry.port, raw, None, None, learned, at, "dot1dTpFdbTable"))
    if switch.vendor is Vendor.SVI:
        vlan = _tag(network, switch)
        svi = _SVI + vlan
        rows.fdb.append(FdbRow(switch.name, switch.mac, svi, svi, vlan, vlan, learned, at))


def _addresses(network: Network, name: str, seen: Visible, tables: Tables, rows: _Rows) -> None:
    if not network.switches[name].gateway:
        return
    at = _moment(tables, name)
    for ip, (mac, vlan, _) in tables.arp.get(name, {}).items():
        rows.arp.append(
            ArpRow(name, "public", ip_address(ip), mac, _SVI + network.vlans[vlan].tag, ArpKind.DYNAMIC, at)
        )
    for other in network.switches.values():
        interface = _SVI + _tag(network, other)
        if name not in network.vlans[other.vlan].gateways:
            continue
        if other.name == name:
            row = ArpRow(name, "public", ip_address(other.address), other.mac, interface, ArpKind.LOCAL, at)
        elif other.name in seen.named:
            row = ArpRow(name, "public", ip_address(other.address), other.mac, interface, ArpKind.DYNAMIC, at)
        else:
            continue
        rows.arp.append(row)


def _neighbours(network: Network, name: str, random: Random, seen: Visible, tables: Tables, rows: _Rows) -> None:
    if name not in seen.speaking:
        return
    switch = network.switches[name]
    heard = list(network.cables(name))
    for port, far in list(heard):
        # An aggregate's far end has several cables by itself; else a cheap switch in between passes announcements on.
        beside = [other for own, other in network.cables(far[0]) if own == far[1] and other[0] != name]
        heard += [(port, other) for other in beside if far[1] < _LAG and random.random() < 0.5]
    for port, (other, remote) in heard:
        if other not in seen.speaking or (other, remote) == (name, port):
            continue
        ends = network.switches[other].lags.get(remote, (remote, remote))
        for own, end in zip(switch.lags.get(port, (port, port)), ends, strict=True):
            rows.lldp.append(_announcement(network.switches[other], seen, name, own, f"GE0/0/{end}", tables))
    _edge_announcements(network, name, tables, rows)


def _spanning_tree(network: Network, name: str, seen: Visible, tables: Tables, rows: _Rows) -> None:
    """Name the bridge nearer to the core on the port towards it and on blocked ones: the common tree's instance."""
    if name not in seen.named:
        return  # who does not give its bridge's address cannot be told from its neighbours
    mine = network.path(name, network.core)
    towards = network.port(name, network.core)
    ways = {(towards, mine[1])} if towards is not None and len(mine) > 1 else set()
    for link in network.links:
        for (own, port), (other, _) in ((link.one, link.other), (link.other, link.one)):
            if own == name and 0 in link.blocked and (_rank(network, other) < _rank(network, name)):
                ways.add((port, other))
    for port, other in sorted(ways):
        chassis = Identifier(IdentifierKind.MAC, str(network.switches[other].mac))
        remote = Identifier(IdentifierKind.LOCAL, "128.1")
        at = _moment(tables, name)
        rows.lldp.append(
            LldpNeighbour(
                name,
                port,
                port,
                chassis,
                remote,
                None,
                None,
                None,
                at,
                True,
                SPANNING_TREE,
                carries_stations=False,
            )
        )


def _rank(network: Network, name: str) -> tuple[int, str]:
    return len(network.path(name, network.core)), network.switches[name].mac.text


def _announcement(other: Switch, seen: Visible, name: str, own: int, end: str, tables: Tables) -> LldpNeighbour:
    chassis = (
        Identifier(IdentifierKind.MAC, str(other.mac))
        if other.name in seen.named
        else Identifier(IdentifierKind.LOCAL, other.name)
    )
    remote = Identifier(IdentifierKind.INTERFACE_NAME, end)
    return LldpNeighbour(name, own, own, chassis, remote, None, other.name, None, _moment(tables, name), True)


def _edge_announcements(network: Network, name: str, tables: Tables, rows: _Rows) -> None:
    """Telephones and access points announce themselves, too, and say that they bridge."""
    at = _moment(tables, name)
    for station in network.stations:
        device, port = station.place(tables.read_at[name])
        if station.announced:
            _virtual_switch(station, name, at, rows)
        if device == name and station.kind in {Kind.PHONE, Kind.ACCESS_POINT}:
            chassis = Identifier(IdentifierKind.MAC, str(station.mac))
            remote = Identifier(IdentifierKind.MAC, str(station.mac))
            rows.lldp.append(
                LldpNeighbour(name, port, port, chassis, remote, None, None, None, at, True, carries_stations=True)
            )


def _virtual_switch(station: Station, name: str, at: datetime, rows: _Rows) -> None:
    """A host's virtual switch says on each cable that it bridges."""
    card = Identifier(IdentifierKind.MAC, str(station.mac))
    for end in (station.stays[-1][1], station.team):
        if end is not None and end[0] == name:
            port = end[1]
            said = LldpNeighbour(name, port, port, card, card, None, f"host-{station.ip}", None, at, True)
            rows.lldp.append(said)


def _moment(tables: Tables, name: str) -> datetime:
    return AT + timedelta(seconds=round(tables.read_at[name], 3))
