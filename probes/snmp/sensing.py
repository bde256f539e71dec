"""Reading what a UPS, a power strip or a sensor measures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from inventory.model.coverage import Completeness
from inventory.model.text import remarks
from probes.mibs import powernet, sensors, ups
from probes.mibs.cells import words
from probes.mibs.measured import Source
from probes.snmp.pdu import Failure
from probes.snmp.verdict import Verdict, of_table, of_union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.measurement import Measurement
    from inventory.model.text import Text
    from probes.mibs.cells import Oid, Scalars
    from probes.snmp.client import Session
    from probes.snmp.walk import Table

_WHOLE = frozenset({Completeness.COMPLETE, Completeness.UNSUPPORTED})


class Sensed(NamedTuple):
    """What was measured, how completely it could be read, when, and what is printed on the box."""

    measurements: tuple[Measurement, ...]
    verdict: Verdict
    at: datetime
    model: str | None
    software: str | None
    serial: str | None


class SensorRead:
    """One read of one device's sensors."""

    def __init__(self, session: Session, device: str, object_id: str | None) -> None:
        self._session = session
        self._device = device
        self._object_id = object_id or ""
        self._tables: dict[str, Table] = {}
        self._failed: list[Text] = []
        self._scalars = False

    async def run(self) -> Sensed:
        """Read the standard MIBs, and the vendor's where sysObjectID says that it has them."""
        said = [*await self._ups(), *await self._sensors()]
        if self._is_powernet():
            said += await self._powernet()
        model, software, serial = await self._printed()
        return Sensed(tuple(said), self._verdict(), self._source().at, model, software, serial)

    async def _printed(self) -> tuple[str | None, str | None, str | None]:
        standard = await self._session.get(ups.IDENTITY)
        said = [None, None] if isinstance(standard, Failure) else [words(standard[oid]) for oid in ups.IDENTITY]
        if not self._is_powernet():
            return said[0], said[1], None
        vendor = await self._session.get(powernet.IDENTITY)
        own = [None, None, None] if isinstance(vendor, Failure) else [words(vendor[oid]) for oid in powernet.IDENTITY]
        return said[0] or own[0], said[1] or own[1], own[2]

    def _is_powernet(self) -> bool:
        return f"{self._object_id}.".startswith(powernet.OBJECT_IDS)

    async def _ups(self) -> Sequence[Measurement]:
        scalars = await self._get(ups.TABLE, ups.SCALARS)
        inputs = await self._table("upsInputTable", ups.INPUT_COLUMNS)
        outputs = await self._table("upsOutputTable", ups.OUTPUT_COLUMNS)
        return ups.measurements(scalars, inputs.rows, outputs.rows, self._source())

    async def _sensors(self) -> Sequence[Measurement]:
        table = await self._table(sensors.TABLE, sensors.COLUMNS)
        if not table.rows:
            return ()
        names = await self._session.table(sensors.NAME_COLUMNS)
        return sensors.measurements(table.rows, names.rows, self._source())

    async def _powernet(self) -> Sequence[Measurement]:
        said = [*powernet.of_scalars(await self._get(powernet.TABLE, powernet.SCALARS), self._source())]
        for gauges in powernet.GAUGE_TABLES:
            table = await self._table(gauges[0].name, powernet.columns(gauges))
            said += powernet.of_table(table.rows, gauges, self._source())
        loads = await self._table("rPDU2DeviceStatusTable", powernet.LOAD_COLUMNS)
        ports = await self._table("uioSensorStatusTable", powernet.PORT_COLUMNS)
        return (
            *said,
            *powernet.of_loads(loads.rows, self._source()),
            *powernet.of_ports(ports.rows, self._source()),
        )

    async def _get(self, name: str, oids: Sequence[Oid]) -> Scalars:
        said = await self._session.get(oids)
        if isinstance(said, Failure):
            self._failed.append(of_table(name, said.reason))
            return {}
        self._scalars = self._scalars or any(value is not None for value in said.values())
        return said

    async def _table(self, name: str, columns: Sequence[Oid]) -> Table:
        table = await self._session.table(columns)
        self._tables[name] = table
        return table

    def _verdict(self) -> Verdict:
        """A device with scalars only has sensors, too: the tables it lacks take nothing away."""
        of_tables = of_union(self._tables)
        broken = any(table.completeness not in _WHOLE for table in self._tables.values())
        if self._failed:
            return Verdict(Completeness.TRUNCATED, remarks(*self._failed))
        if self._scalars and not broken:
            return Verdict(Completeness.COMPLETE)
        return of_tables

    def _source(self) -> Source:
        return Source(self._device, datetime.now(UTC))
