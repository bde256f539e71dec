"""Everything one device says of itself, its neighbours and its stations, each table with how its read ended."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness, Table, TableCoverage
from inventory.model.facts import FdbStatus
from probes.contract import DeviceReading, SnmpV3
from probes.mibs import addresses, arp, bridge, forwarding, interfaces, lldp, localport, ports, qbridge, system
from probes.mibs.cells import integer
from probes.platforms import generic
from probes.snmp.client import Session, open_session
from probes.snmp.hint import hint_for
from probes.snmp.pdu import Failure
from probes.snmp.usm import unusable
from probes.snmp.verdict import Verdict, of_union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.facts import Fact, InterfaceFact
    from probes.contract import DeviceTarget, ReadLimits
    from probes.mibs.cells import Decoded, Scalars
    from probes.platforms.profile import Profile
    from probes.snmp.walk import Table as Rows


async def read_device(target: DeviceTarget, limits: ReadLimits, profile: Profile = generic.PROFILE) -> DeviceReading:
    """Read a device. Whatever it does or fails to do is in the answer; only a bug of ours raises."""
    started = _now()
    if isinstance(target.credential, SnmpV3) and (flaw := unusable(target.credential)):
        return _unread(target.name, started, Failure(Completeness.REFUSED, flaw), target)
    try:
        async with open_session(target, limits) as session:
            return await DeviceRead(session, target.name, target.plane, profile, target).run()
    except OSError as error:
        failure = Failure(Completeness.TIMED_OUT, error.strerror or str(error))
        return _unread(target.name, started, failure, target)


async def read_session(session: Session, device: str, plane: str, profile: Profile = generic.PROFILE) -> DeviceReading:
    """Read whatever answers a session, a recording for one."""
    return await DeviceRead(session, device, plane, profile).run()


class DeviceRead:
    """One read of one device."""

    def __init__(
        self, session: Session, device: str, plane: str, profile: Profile, target: DeviceTarget | None = None
    ) -> None:
        self._session = session
        self._device = device
        self._plane = plane
        self._profile = profile
        self._target = target
        self._facts: list[Fact] = []
        self._verdicts: dict[Table, tuple[Verdict, int, int, datetime]] = {}
        self._interfaces: Mapping[int, InterfaceFact] = {}
        self._base_ports: Mapping[int, int] = {}

    async def run(self) -> DeviceReading:
        """Greet the device, read its tables, and look at its clock once more."""
        started, monotonic = _now(), time.monotonic()
        greeting = await self._session.get(system.GREETING)
        if isinstance(greeting, Failure):
            return _unread(self._device, started, greeting, self._target)
        await self._read_system(greeting)
        await self._read_tables(frozenset(Table) if self._target is None else self._target.tables)
        if await self._has_restarted(greeting, monotonic):
            self._spoil("the device restarted during the read: sysUpTime ran backwards")
        return DeviceReading(self._device, started, _now(), tuple(self._facts), self._coverage())

    async def _read_tables(self, wanted: frozenset[Table]) -> None:
        if wanted & {Table.INTERFACES, Table.FDB, Table.LLDP}:
            await self._read_interfaces()
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
            await self._read_lldp()

    async def _read_system(self, greeting: Scalars) -> None:
        identity = await self._session.get(system.IDENTITY)
        said = greeting if isinstance(identity, Failure) else {**greeting, **identity}
        at = _now()
        self._facts.append(system.device_fact(said, self._device, at))
        if all(value is None for value in greeting.values()):
            self._verdicts[Table.SYSTEM] = Verdict(Completeness.UNSUPPORTED, "no system group in this view"), 0, 0, at
        elif isinstance(identity, Failure):
            self._verdicts[Table.SYSTEM] = Verdict(Completeness.TRUNCATED, identity.reason), 1, 0, at
        else:
            self._verdicts[Table.SYSTEM] = Verdict(Completeness.COMPLETE), 1, 0, at

    async def _read_interfaces(self) -> None:
        table = await self._session.table(interfaces.COLUMNS)
        at = _now()
        decoded = interfaces.interface_facts(table.rows, self._device, at)
        self._interfaces = {interface.if_index: interface for interface in decoded.facts}
        self._keep(Table.INTERFACES, of_union({"ifTable": table}), decoded, at)

    async def _read_addresses(self) -> None:
        young = await self._session.table(addresses.IP_ADDRESS_COLUMNS)
        old = await self._session.table(addresses.IP_ADDR_COLUMNS)
        at = _now()
        decoded = addresses.address_facts(young.rows, old.rows, self._device, self._plane, at)
        self._keep(Table.ADDRESSES, of_union({"ipAddressTable": young, "ipAddrTable": old}), decoded, at)

    async def _read_arp(self) -> None:
        physical = await self._session.table(arp.PHYSICAL_COLUMNS)
        media = await self._session.table(arp.MEDIA_COLUMNS)
        at = _now()
        decoded = arp.arp_rows(physical.rows, media.rows, self._device, self._plane, at)
        self._keep(Table.ARP, of_union({"ipNetToPhysicalTable": physical, "ipNetToMediaTable": media}), decoded, at)

    async def _read_base_ports(self) -> Rows:
        table = await self._session.table(ports.BASE_PORT_COLUMNS)
        self._base_ports = ports.base_ports(table.rows)
        return table

    async def _read_fdb(self, base_ports: Rows) -> None:
        vlans = await self._session.table(qbridge.VLAN_COLUMNS)
        per_vlan, missing = await self._read_per_vlan()
        plain = await self._session.table(bridge.COLUMNS)
        at = _now()
        first, second = qbridge.learned(per_vlan.rows), bridge.learned(plain.rows)
        learned = forwarding.unite(first.facts, second.facts)
        whole = base_ports.completeness in {Completeness.COMPLETE, Completeness.UNSUPPORTED}
        port_map = ports.port_map(
            forwarding.station_ports(learned), self._base_ports, self._interfaces, base_is_complete=whole
        )
        # Half a table of shared databases may look like one VLAN each.
        databases = qbridge.vlans_of_databases(vlans.rows) if vlans.completeness is Completeness.COMPLETE else {}
        rows = forwarding.fdb_rows(
            learned,
            port_map,
            lambda fdb_id: qbridge.vlan_of(fdb_id, databases, fdb_id_is_vlan=self._profile.fdb_id_is_vlan),
            self._device,
            at,
        )
        verdict = of_union({qbridge.TABLE: per_vlan, bridge.TABLE: plain})
        if missing:
            verdict = verdict.spoiled(missing)
        if not whole:
            verdict = verdict.spoiled(f"dot1dBasePortTable: {base_ports.reason}")
        if not rows and not self._base_ports and verdict.completeness is Completeness.COMPLETE:
            verdict = Verdict(Completeness.UNSUPPORTED, "no rows and no bridge ports")
        self._facts += rows
        self._verdicts[Table.FDB] = verdict, len(rows), first.rejected + second.rejected, at

    async def _read_per_vlan(self) -> tuple[Rows, str | None]:
        """Read dot1qTpFdbTable; a second time when the agent counts more dynamic rows than came.

        Stations come and go between the count and the walk, so only the lower of the counts around the second read is
        held against it.
        """
        before = await self._dynamic_rows()
        table = await self._session.table(qbridge.COLUMNS)
        if before is None or table.completeness is not Completeness.COMPLETE or _learned(table) >= before:
            return table, None
        before = await self._dynamic_rows()
        table = await self._session.table(qbridge.COLUMNS)
        after = await self._dynamic_rows()
        expected = min((count for count in (before, after) if count is not None), default=0)
        read = _learned(table)
        if read >= expected:
            return table, None
        return table, f"dot1qFdbDynamicCount says {expected} dynamic rows, {read} came"

    async def _dynamic_rows(self) -> int | None:
        return qbridge.dynamic_rows((await self._session.table(qbridge.COUNT_COLUMNS)).rows)

    async def _read_lldp(self) -> None:
        remote = await self._session.table(lldp.REMOTE_COLUMNS)
        management = await self._session.table(lldp.MANAGEMENT_COLUMNS)
        local = await self._session.table(lldp.LOCAL_PORT_COLUMNS)
        at = _now()
        whole = local.completeness in {Completeness.COMPLETE, Completeness.UNSUPPORTED}
        resolver = localport.local_ports(local.rows, self._interfaces, self._base_ports, complete=whole)
        decoded = lldp.neighbours(remote.rows, management.rows, resolver, self._device, at)
        tables = {"lldpRemTable": remote, "lldpRemManAddrTable": management, "lldpLocPortTable": local}
        self._keep(Table.LLDP, of_union(tables), decoded, at)

    async def _has_restarted(self, greeting: Scalars, monotonic: float) -> bool:
        before = integer(greeting.get(system.SYS_UP_TIME))
        if before is None:
            return False
        farewell = await self._session.get((system.SYS_UP_TIME,))
        after = None if isinstance(farewell, Failure) else integer(farewell[system.SYS_UP_TIME])
        return after is not None and system.restarted(before, after, time.monotonic() - monotonic)

    def _keep(self, table: Table, verdict: Verdict, decoded: Decoded[Fact], at: datetime) -> None:
        self._facts += decoded.facts
        self._verdicts[table] = verdict, len(decoded.facts), decoded.rejected, at

    def _spoil(self, reason: str) -> None:
        for table, (verdict, rows, rejected, at) in self._verdicts.items():
            self._verdicts[table] = verdict.spoiled(reason), rows, rejected, at

    def _coverage(self) -> tuple[TableCoverage, ...]:
        return tuple(
            TableCoverage(self._device, table, verdict.completeness, rows, at, verdict.reason, rejected)
            for table, (verdict, rows, rejected, at) in self._verdicts.items()
        )


def _learned(table: Rows) -> int:
    return sum(row.status is FdbStatus.LEARNED for row in qbridge.learned(table.rows).facts)


def _unread(device: str, started: datetime, failure: Failure, target: DeviceTarget | None) -> DeviceReading:
    at = _now()
    asked = [table for table in Table if target is None or table in target.tables]
    coverage = tuple(TableCoverage(device, table, failure.completeness, 0, at, failure.reason) for table in asked)
    return DeviceReading(device, started, at, (), coverage, hint_for(target, failure) if target else None)


def _now() -> datetime:
    return datetime.now(UTC)
