"""Everything one device says of itself, its neighbours and its stations, each table with how its read ended."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.coverage import NETWORK_TABLES, Completeness, Table, TableCoverage
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from probes.contract import DeviceReading, SnmpV3
from probes.mibs import (
    addresses,
    cdp,
    entity,
    freshness,
    interfaces,
    lag,
    lldp,
    localport,
    med,
    ports,
    stp,
    system,
    vrf,
)
from probes.mibs.cells import Decoded, integer
from probes.platforms.catalogue import recognise
from probes.platforms.profile import Discovery
from probes.snmp.client import Session, open_session
from probes.snmp.hint import hint_for
from probes.snmp.knock import still_silent
from probes.snmp.pdu import Failure
from probes.snmp.resolution import read_resolution
from probes.snmp.sensing import SensorRead
from probes.snmp.stations import StationRead
from probes.snmp.usm import unusable
from probes.snmp.verdict import Verdict, of_table, of_union

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.model.facts import DeviceFact, Fact, InterfaceFact
    from inventory.model.text import Text
    from inventory.model.values import Mac
    from probes.contract import DeviceTarget, ReadLimits
    from probes.mibs.cells import Scalars
    from probes.platforms.profile import Profile
    from probes.snmp.tape import Tape
    from probes.snmp.walk import Table as Rows


_WHOLE = frozenset({Completeness.COMPLETE, Completeness.UNSUPPORTED})


async def read_device(target: DeviceTarget, limits: ReadLimits, tape: Tape | None = None) -> DeviceReading:
    """Read a device, and write down what it says when there is a tape.

    Whatever it does or fails to do is in the answer; only a bug of ours raises.
    """
    started = _now()
    if isinstance(target.credential, SnmpV3) and (flaw := unusable(target.credential)):
        return _unread(target.name, started, Failure(Completeness.REFUSED, flaw), target)
    if target.silent and (failure := await still_silent(target, limits)) is not None:
        return _unread(target.name, started, failure, target)
    try:
        async with open_session(target, limits, tape.tap if tape else None) as session:
            return await DeviceRead(session, target.name, target.plane, target).run()
    except OSError as error:
        failure = Failure(Completeness.TIMED_OUT, system_words(error))
        return _unread(target.name, started, failure, target)


async def read_session(
    session: Session,
    device: str,
    plane: str,
    profile: Profile | None = None,
    tables: frozenset[Table] = NETWORK_TABLES,
) -> DeviceReading:
    """Read whatever answers a session, a recording for one; by these rules, or those of the platform it shows."""
    return await DeviceRead(session, device, plane, profile=profile, tables=tables).run()


class DeviceRead:
    """One read of one device."""

    def __init__(
        self,
        session: Session,
        device: str,
        plane: str,
        target: DeviceTarget | None = None,
        profile: Profile | None = None,
        tables: frozenset[Table] = NETWORK_TABLES,
    ) -> None:
        self._session = session
        self._device = device
        self._plane = plane
        self._target = target
        self._given = profile
        self._wanted = tables if target is None else target.tables
        self._facts: list[Fact] = []
        self._verdicts: dict[Table, tuple[Verdict, int, int, datetime]] = {}
        self._interfaces: Mapping[int, InterfaceFact] = {}
        self._base_ports: Mapping[int, int] = {}
        self._names: Mapping[int, str] = {}
        self._vpns: Mapping[int, str] = {}
        self._bridge: Mac | None = None
        self._trees: Sequence[tuple[int, Rows, Mapping[int, int]]] = ()

    async def run(self) -> DeviceReading:
        """Greet the device, read its tables, and look at its clock once more."""
        started, monotonic = _now(), time.monotonic()
        greeting = await self._session.get((*system.GREETING, freshness.IF_TABLE_LAST_CHANGE))
        if isinstance(greeting, Failure):
            return _unread(self._device, started, greeting, self._target)
        device = await self._read_system(greeting)
        self._profile = self._given or self._recognised(device)
        self._bridge = device.bridge_mac
        await self._read_tables(self._wanted)
        if Table.SENSORS in self._wanted:
            device = await self._read_sensors(device)
        self._facts.append(await self._identified(device))
        await self._take_leave(greeting, monotonic)
        learned = self._session.rows_per_request
        return DeviceReading(self._device, started, _now(), tuple(self._facts), self._coverage(), None, learned)

    def _recognised(self, device: DeviceFact) -> Profile:
        registered = self._target.platform if self._target else None
        return recognise(registered, device.sys_object_id, device.sys_descr)

    async def _read_tables(self, wanted: frozenset[Table]) -> None:
        if wanted & {Table.INTERFACES, Table.FDB, Table.LLDP}:
            await self._read_interfaces()
        if wanted & {Table.ADDRESSES, Table.ARP}:
            await self._read_vpns()
        if Table.ADDRESSES in wanted:
            await self._read_addresses()
        if Table.ARP in wanted:
            await self._read_arp()
        if not wanted & {Table.FDB, Table.LLDP}:
            return
        base_ports = await self._read_base_ports()
        if Table.FDB in wanted:
            await self._read_fdb(base_ports)
        if Table.LLDP in wanted:
            await self._read_neighbours()

    async def _read_system(self, greeting: Scalars) -> DeviceFact:
        identity = await self._session.get(system.IDENTITY)
        said = greeting if isinstance(identity, Failure) else {**greeting, **identity}
        at = _now()
        if all(greeting.get(oid) is None for oid in system.GREETING):
            self._verdicts[Table.SYSTEM] = (
                Verdict(Completeness.UNSUPPORTED, text("no system group in this view")),
                0,
                0,
                at,
            )
        elif isinstance(identity, Failure):
            self._verdicts[Table.SYSTEM] = Verdict(Completeness.TRUNCATED, identity.reason), 1, 0, at
        else:
            self._verdicts[Table.SYSTEM] = Verdict(Completeness.COMPLETE), 1, 0, at
        return system.device_fact(said, self._device, at)

    async def _identified(self, device: DeviceFact) -> DeviceFact:
        """Add what the box says of itself; sysDescr tells what ENTITY-MIB leaves out."""
        parts = await self._session.table(entity.COLUMNS)
        box = entity.chassis(parts.rows)
        if parts.completeness not in _WHOLE:
            self._note(Table.SYSTEM, of_table(entity.TABLE, parts.reason))
        return replace(
            device,
            model=box.model or device.model or self._profile.told_by(device.sys_descr, "model"),
            serial=box.serial or device.serial,
            software=box.software or device.software or self._profile.told_by(device.sys_descr, "software"),
            platform=self._profile.name,
        )

    async def _read_interfaces(self) -> None:
        table = await self._session.table(interfaces.COLUMNS)
        aggregates = await self._session.table(lag.COLUMNS)
        stack = await self._session.table(lag.STACK_COLUMNS)
        at = _now()
        self._names = interfaces.descriptions(table.rows)
        decoded = interfaces.interface_facts(table.rows, self._device, at, self._profile.interface_text)
        known = {interface.if_index: interface for interface in decoded.facts}
        members = lag.members(aggregates.rows, stack.rows, known)
        self._interfaces = {
            number: replace(interface, lag_if_index=members[number]) if number in members else interface
            for number, interface in known.items()
        }
        verdict = of_union({"ifTable": table})
        for name, other in ((lag.TABLE, aggregates), (lag.STACK_TABLE, stack)):
            if other.completeness not in _WHOLE:
                verdict = verdict.noted(of_table(name, other.reason))
        self._keep(Table.INTERFACES, verdict, Decoded(tuple(self._interfaces.values()), decoded.rejected), at)

    async def _read_addresses(self) -> None:
        young = await self._session.table(addresses.IP_ADDRESS_COLUMNS)
        old = await self._session.table(addresses.IP_ADDR_COLUMNS)
        at = _now()
        decoded = addresses.address_facts(young.rows, old.rows, self._device, self._plane, at)
        in_vpn = tuple(replace(fact, plane=self._vpns.get(fact.if_index, fact.plane)) for fact in decoded.facts)
        decoded = Decoded(in_vpn, decoded.rejected)
        self._keep(Table.ADDRESSES, of_union({"ipAddressTable": young, "ipAddrTable": old}), decoded, at)

    async def _read_arp(self) -> None:
        read = await read_resolution(self._session, self._profile, self._device, self._plane, self._vpns)
        self._keep(Table.ARP, read.verdict, Decoded(read.rows, read.rejected), read.at)

    async def _read_vpns(self) -> None:
        """Ask which interfaces belong to a VPN, before addresses are read that may be in one."""
        if self._profile.vpns:
            self._vpns = vrf.bindings((await self._session.table(vrf.COLUMNS)).rows)

    async def _read_sensors(self, device: DeviceFact) -> DeviceFact:
        read = await SensorRead(self._session, self._device, device.sys_object_id).run()
        self._keep(Table.SENSORS, read.verdict, Decoded(read.measurements), read.at)
        return replace(device, model=read.model, software=read.software, serial=read.serial)

    async def _read_base_ports(self) -> Rows:
        table = await self._session.table(ports.BASE_PORT_COLUMNS)
        self._base_ports = ports.base_ports(table.rows)
        return table

    async def _read_fdb(self, base_ports: Rows) -> None:
        base = base_ports, self._base_ports
        trees = Table.LLDP in self._wanted
        reader = StationRead(self._session, self._profile, self._device, self._interfaces, base, trees=trees)
        read = await reader.run()
        self._trees = reader.trees
        self._facts += read.rows
        self._verdicts[Table.FDB] = read.verdict, len(read.rows), read.rejected, read.at

    async def _read_neighbours(self) -> None:
        """Read what is heard by LLDP and, where the platform speaks it, CDP: the same neighbour may speak both."""
        remote = await self._session.table(lldp.REMOTE_COLUMNS)
        management = await self._session.table(lldp.MANAGEMENT_COLUMNS)
        local = await self._session.table(lldp.LOCAL_PORT_COLUMNS)
        made = (await self._session.table(med.COLUMNS)).rows if remote.rows else {}
        at = _now()
        whole = local.completeness in _WHOLE
        resolver = localport.local_ports(local.rows, self._interfaces, self._base_ports, complete=whole)
        decoded = lldp.neighbours(remote.rows, management.rows, resolver, self._device, at, made)
        tables = {Discovery.LLDP: remote, "lldpRemManAddrTable": management, "lldpLocPortTable": local}
        if Discovery.CDP in self._profile.discovery:
            tables[Discovery.CDP] = await self._session.table(cdp.COLUMNS)
            more = cdp.neighbours(tables[Discovery.CDP].rows, self._device, _now())
            decoded = Decoded(decoded.facts + more.facts, decoded.rejected + more.rejected)
        self._keep(Table.LLDP, of_union(tables), decoded, at)
        await self._read_spanning_tree()

    async def _read_spanning_tree(self) -> None:
        """Read who leads each port's segment. Most of a network is told better by others: a gap is only noted."""
        table = await self._session.table(stp.COLUMNS)
        at = _now()
        self._facts += stp.neighbours(table.rows, self._base_ports, self._bridge, self._device, at).facts
        for vlan, rows, base in self._trees:
            self._facts += stp.neighbours(rows.rows, base, self._bridge, self._device, at, vlan).facts
        if table.completeness not in _WHOLE:
            self._note(Table.LLDP, of_table(stp.TABLE, table.reason))

    async def _take_leave(self, greeting: Scalars, monotonic: float) -> None:
        """Compare the device's clock and the age of its interface table with what they were at the start."""
        farewell = await self._session.get((system.SYS_UP_TIME, freshness.IF_TABLE_LAST_CHANGE))
        if isinstance(farewell, Failure):
            return
        before, after = integer(greeting.get(system.SYS_UP_TIME)), integer(farewell.get(system.SYS_UP_TIME))
        if before is not None and after is not None and system.restarted(before, after, time.monotonic() - monotonic):
            self._moved(text("the device restarted during the read: sysUpTime ran backwards"), *self._verdicts)
        elif freshness.renumbered(greeting, farewell) and Table.INTERFACES in self._verdicts:
            await self._read_names_again()

    async def _read_names_again(self) -> None:
        """Some agents move ifTableLastChange for no reason: what the interfaces are called decides."""
        again = await self._session.table(interfaces.DESCRIPTIONS)
        if again.completeness is not Completeness.COMPLETE or interfaces.descriptions(again.rows) != self._names:
            affected = {Table.INTERFACES, Table.FDB, Table.LLDP} & self._verdicts.keys()
            self._moved(text("interfaces came or went during the read: ifTableLastChange moved"), *affected)

    def _keep(self, table: Table, verdict: Verdict, decoded: Decoded[Fact], at: datetime) -> None:
        self._facts += decoded.facts
        self._verdicts[table] = verdict, len(decoded.facts), decoded.rejected, at

    def _note(self, table: Table, reason: Text) -> None:
        verdict, rows, rejected, at = self._verdicts[table]
        self._verdicts[table] = verdict.noted(reason), rows, rejected, at

    def _moved(self, reason: Text, *tables: Table) -> None:
        for table in tables:
            verdict, rows, rejected, at = self._verdicts[table]
            self._verdicts[table] = verdict.changed(reason), rows, rejected, at

    def _coverage(self) -> tuple[TableCoverage, ...]:
        return tuple(
            TableCoverage(self._device, table, verdict.completeness, rows, at, verdict.reason, rejected)
            for table, (verdict, rows, rejected, at) in self._verdicts.items()
        )


def _unread(device: str, started: datetime, failure: Failure, target: DeviceTarget | None) -> DeviceReading:
    at = _now()
    wanted = NETWORK_TABLES if target is None else target.tables
    asked = [table for table in Table if table in wanted]
    coverage = tuple(TableCoverage(device, table, failure.completeness, 0, at, failure.reason) for table in asked)
    return DeviceReading(device, started, at, (), coverage, hint_for(target, failure) if target else None)


def _now() -> datetime:
    return datetime.now(UTC)
