"""Which station was learned where: every forwarding table a device has, united, with what may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness
from inventory.model.facts import FdbStatus
from inventory.model.text import Text, remarks, text, verbatim
from probes.mibs import bridge, forwarding, freshness, l2if, l2mam, ports, qbridge, stp, vtp
from probes.mibs.cells import Decoded
from probes.platforms import generic
from probes.platforms.profile import Forwarding, PortNumbering
from probes.snmp.pdu import Failure
from probes.snmp.verdict import Verdict, of_table, of_union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.model.facts import FdbRow, InterfaceFact
    from probes.mibs.cells import Scalars
    from probes.mibs.forwarding import Learned
    from probes.platforms.profile import Profile
    from probes.snmp.client import Session
    from probes.snmp.walk import Table as Rows

_WHOLE = frozenset({Completeness.COMPLETE, Completeness.UNSUPPORTED})
_NOTHING: Decoded[Learned] = Decoded(())
_QUERY_BUDGET_S = 30.0
"""A query table holds few rows, but may search all of them for each."""


@dataclass(frozen=True, slots=True)
class Stations:
    """The rows of all forwarding tables, and how their read ended."""

    rows: tuple[FdbRow, ...]
    verdict: Verdict
    rejected: int
    at: datetime


class StationRead:
    """One read of one device's forwarding tables."""

    def __init__(
        self,
        session: Session,
        profile: Profile,
        device: str,
        interfaces: Mapping[int, InterfaceFact],
        base: tuple[Rows, Mapping[int, int]],
        *,
        trees: bool = False,
    ) -> None:
        self._with_trees = trees
        self._session = session
        self._profile = profile
        self._device = device
        self._interfaces = interfaces
        self._base_table, self._base = base
        self._tables: dict[str, Rows] = {}
        self._missing: list[Text] = []
        """Why rows are provably missing."""
        self.trees: list[tuple[int, Rows, Mapping[int, int]]] = []
        """Per VLAN with a view of its own: dot1dStpPortTable, and the view's port numbers → ifIndexes."""
        self._moved: list[Text] = []
        """Why rows are provably not of one moment."""

    async def run(self) -> Stations:
        """Read every table of the platform and unite them, the most telling first."""
        before = await self._scalars(freshness.BEFORE)
        offered = self._profile.forwarding
        direct = await self._read_direct() if Forwarding.L2MAM in offered else _NOTHING
        per_vlan = _NOTHING
        databases: Mapping[int, int] = {}
        if Forwarding.PER_VLAN in offered:
            databases = await self._read_databases()
            per_vlan = qbridge.learned((await self._read_per_vlan()).rows)
        views = await self._read_views() if self._profile.vlan_views else _NOTHING
        plain = _NOTHING
        if Forwarding.PLAIN in offered:
            plain = bridge.learned((await self._read_whole(bridge.TABLE, bridge.COLUMNS)).rows)
        numbered = (*per_vlan.facts, *views.facts, *plain.facts)
        port_map = await self._port_map(numbered, direct.facts)
        at = datetime.now(UTC)

        def facts(table: Decoded[Learned]) -> tuple[FdbRow, ...]:
            fdb_id_is_vlan = self._profile.fdb_id_is_vlan
            return forwarding.fdb_rows(
                table.facts,
                port_map,
                lambda fdb_id: qbridge.vlan_of(fdb_id, databases, fdb_id_is_vlan=fdb_id_is_vlan),
                self._device,
                at,
            )

        rows = forwarding.unite(*(facts(table) for table in (direct, per_vlan, views, plain)))
        after = await self._scalars(freshness.AFTER)
        if freshness.flushed(before, after):
            self._moved.append(text("topology changed during the read"))
        doubts = [*freshness.doubts(before, after), *self._unplaced(rows, port_map)]
        rejected = sum(table.rejected for table in (direct, per_vlan, views, plain))
        return Stations(rows, self._verdict(rows, doubts), rejected, at)

    async def _read(self, name: str, columns: Iterable[tuple[int, ...]], budget_s: float | None = None) -> Rows:
        table = self._tables[name] = await self._session.table(tuple(columns), budget_s=budget_s)
        return table

    async def _read_whole(self, name: str, columns: Iterable[tuple[int, ...]]) -> Rows:
        """Read a table whose rows have a port; once more where rows came and went while it was read."""
        table = await self._read(name, columns)
        if not forwarding.torn(table.rows):
            return table
        table = await self._read(name, columns)
        if torn := forwarding.torn(table.rows):
            halves = text("{torn} of {rows} rows came in half, twice", torn=torn, rows=len(table.rows))
            self._moved.append(of_table(name, halves))
        return table

    async def _scalars(self, oids: tuple[tuple[int, ...], ...]) -> Scalars:
        found = await self._session.get(oids)
        return {} if isinstance(found, Failure) else found

    async def _read_direct(self) -> Decoded[Learned]:
        """Read the tables that name interfaces; the configured rows only of a device that has the learned ones."""
        table = await self._read(l2mam.TABLE, l2mam.COLUMNS)
        first = l2mam.learned(table.rows)
        if table.completeness is Completeness.UNSUPPORTED:
            return first
        table = await self._read(l2mam.CONFIGURED_TABLE, l2mam.CONFIGURED_COLUMNS, _QUERY_BUDGET_S)
        second = l2mam.configured(table.rows)
        return Decoded(first.facts + second.facts, first.rejected + second.rejected)

    async def _read_databases(self) -> Mapping[int, int]:
        """Return the VLAN of each filtering database. Half a table of shared ones may look like one VLAN each."""
        if self._profile.fdb_id_is_vlan:
            return {}
        vlans = await self._session.table(qbridge.VLAN_COLUMNS)
        return qbridge.vlans_of_databases(vlans.rows) if vlans.completeness is Completeness.COMPLETE else {}

    async def _read_per_vlan(self) -> Rows:
        """Read dot1qTpFdbTable; a second time when the agent counts more dynamic rows than came.

        Stations come and go between the count and the walk, so only the lower of the counts around the second read is
        held against it.
        """
        before = await self._dynamic_rows()
        table = await self._read_whole(qbridge.TABLE, qbridge.COLUMNS)
        if before is None or table.completeness is not Completeness.COMPLETE or _learned(table) >= before:
            return table
        before = await self._dynamic_rows()
        table = await self._read(qbridge.TABLE, qbridge.COLUMNS)
        after = await self._dynamic_rows()
        expected = min((count for count in (before, after) if count is not None), default=0)
        came = _learned(table)
        if came < expected:
            counts = text(
                "dot1qFdbDynamicCount says {expected} dynamic rows, {came} came", expected=expected, came=came
            )
            self._missing.append(counts)
        return table

    async def _dynamic_rows(self) -> int | None:
        return qbridge.dynamic_rows((await self._session.table(qbridge.COUNT_COLUMNS)).rows)

    async def _read_views(self) -> Decoded[Learned]:
        """Read the forwarding table of every VLAN, each with the base ports it has there."""
        vlans = await self._session.table(vtp.COLUMNS)
        if vlans.completeness is not Completeness.COMPLETE:
            unread = text("{reason}, so VLANs without a view of their own are unread", reason=vlans.reason or "-")
            self._missing.append(of_table(vtp.TABLE, unread))
        facts: list[Learned] = []
        rejected = 0
        running = vtp.running_vlans(vlans.rows)
        for position, vlan in enumerate(running):
            decoded = await self._read_view(vlan)
            if isinstance(decoded, Text):
                # A device that does not answer for one VLAN will not for the next: each would cost all retries.
                left = ", ".join(map(str, running[position:]))
                self._missing.append(text("VLAN {vlans} not read: {reason}", vlans=left, reason=decoded))
                break
            facts += decoded.facts
            rejected += decoded.rejected
        return Decoded(tuple(facts), rejected)

    async def _read_view(self, vlan: int) -> Decoded[Learned] | Text:
        """Return the rows of one VLAN, or why there are none."""
        async with self._session.view(vlan) as view:
            if isinstance(view, Failure):
                return view.reason
            table = await view.table(bridge.COLUMNS)
            if table.completeness not in _WHOLE and not table.rows:
                return table.reason or verbatim("-")
            self._tables[f"{bridge.TABLE} of VLAN {vlan}"] = table
            base = ports.base_ports((await view.table(ports.BASE_PORT_COLUMNS)).rows)
            if self._with_trees:
                self.trees.append((vlan, (await view.table(stp.COLUMNS)), base))
        return bridge.learned_in(table.rows, vlan, base)

    async def _port_map(self, numbered: tuple[Learned, ...], direct: tuple[Learned, ...]) -> ports.PortMap:
        vendor: Mapping[int, int] = {}
        if PortNumbering.L2IF_PORT in self._profile.numberings and numbered:
            vendor = ports.base_ports((await self._session.table(l2if.COLUMNS)).rows)
        numbers = ports.Numbers(
            self._base,
            vendor,
            self._profile.panel_offset,
            self._profile.numberings,
            is_complete=self._base_table.completeness in _WHOLE,
        )
        unsettled = tuple(row for row in numbered if row.if_index is None)
        return ports.port_map(
            forwarding.station_ports(unsettled),
            numbers,
            self._interfaces,
            forwarding.vouched_ports(unsettled, direct),
        )

    def _unplaced(self, rows: tuple[FdbRow, ...], port_map: ports.PortMap) -> Iterable[Text]:
        """Say how many stations are on no known port; port 0 is the bridge itself."""
        stations = [row for row in rows if row.status is FdbStatus.LEARNED and row.mac.is_station and row.raw_port]
        lost = sum(row.if_index is None for row in stations)
        fit = 100 * (len(stations) - lost) // len(stations) if stations else 100
        how = text(
            "platform {platform}, port numbers read as {numbering}",
            platform=self._profile.name,
            numbering=port_map.numbering.value,
        )
        if lost:
            yield text(
                "{lost} of {rows} rows on no known port ({how}, {fit} fit)",
                lost=lost,
                rows=len(stations),
                how=how,
                fit=f"{fit} %",
            )
        elif stations and self._profile is generic.PROFILE and port_map.numbering is not PortNumbering.BASE_PORT:
            yield text("{how}, {fit} fit", how=how, fit=f"{fit} %")

    def _verdict(self, rows: tuple[FdbRow, ...], doubts: list[Text]) -> Verdict:
        verdict = of_union(self._tables)
        if not rows and not self._base and verdict.completeness is Completeness.COMPLETE:
            return Verdict(Completeness.UNSUPPORTED, text("no rows and no bridge ports"))
        missing = list(self._missing)
        if self._base_table.completeness not in _WHOLE:
            missing.append(of_table("dot1dBasePortTable", self._base_table.reason))
        if moved := remarks(*self._moved):
            verdict = verdict.changed(moved)
        if spoiled := remarks(*missing):
            verdict = verdict.spoiled(spoiled)
        return verdict if verdict.completeness is Completeness.UNSUPPORTED else verdict.noted(*doubts)


def _learned(table: Rows) -> int:
    return sum(row.status is FdbStatus.LEARNED for row in qbridge.learned(table.rows).facts)
