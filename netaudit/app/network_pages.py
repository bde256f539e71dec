"""The network as the portal shows it: devices and how completely they were read, points, one endpoint, a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.observation import Status
from inventory.model.values import Mac
from netaudit.app.condition import conditions
from netaudit.app.locate import locate, names
from netaudit.app.query import read_address
from netaudit.app.spots import spot_named
from netaudit.app.timeline import at_moment, histories
from probes.oui import vendor
from reports.kinds import location, timeline

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.condition import DeviceCondition
    from inventory.model.coverage import ReadState, TableCoverage
    from inventory.model.observation import Finding, PointGrade
    from inventory.model.records import DeviceView, PointView
    from inventory.registry.engine import Registry
    from netaudit.app.known import Snapshot
    from netaudit.settings import Settings
    from reports.document import Document, Step


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device and its last reading."""

    device: DeviceView
    read: ReadState | None
    """None for what forwards nothing, and what no sweep of the window was to read."""
    tables: tuple[TableCoverage, ...]
    """The newest read of each table."""

    @property
    def at(self) -> datetime | None:
        """When something of it was read last."""
        return max((table.at for table in self.tables if table.usable), default=None)


def device_lines(known: Snapshot) -> tuple[DeviceLine, ...]:
    """Return every registered device; what could not be read comes first."""
    reads = dict(known.compared.devices)
    newest: dict[tuple[str, str], TableCoverage] = {}
    for table in sorted(known.tables, key=lambda one: one.at):
        newest[table.device, table.table.value] = table
    by_device: dict[str, list[TableCoverage]] = {}
    for table in newest.values():
        by_device.setdefault(table.device, []).append(table)
    lines = (
        DeviceLine(device, reads.get(device.name), tuple(by_device.get(device.name, ())))
        for device in known.filed.devices
    )
    return tuple(sorted(lines, key=lambda line: (_rank(line), line.device.name)))


def _rank(line: DeviceLine) -> int:
    order = {"unread": 0, "partial": 1, "complete": 3}
    return 2 if line.read is None else order[line.read.value]


def device_page(
    registry: Registry, settings: Settings, known: Snapshot, name: str
) -> tuple[DeviceLine, DeviceCondition] | None:
    """Return one device with what it said, measured, and what looks at it found; None: it is not registered."""
    line = next((one for one in device_lines(known) if one.device.name == name), None)
    if line is None:
        return None
    reads = dict(known.compared.devices)
    found = next(one for one in conditions(registry, settings, reads=reads) if one.device.name == name)
    return line, found


@dataclass(frozen=True, slots=True)
class PointLine:
    """One point and what was seen at it."""

    point: PointView
    unit_name: str
    observed: int
    unregistered: int
    grade: PointGrade | None = None


def point_lines(known: Snapshot) -> tuple[PointLine, ...]:
    """Return every point by code."""
    names = {unit.code: unit.name for unit in known.filed.units}
    grades = {one.point: one for one in known.compared.points}
    seen: dict[str, list[Finding]] = {}
    for unit in known.units:
        for finding in unit.findings:
            if finding.attribution.point is not None and finding.status is not Status.VIRTUAL:
                seen.setdefault(finding.attribution.point, []).append(finding)
    return tuple(
        PointLine(
            point,
            names.get(point.unit, point.unit),
            len(seen.get(point.code, ())),
            sum(finding.status is Status.UNREGISTERED for finding in seen.get(point.code, ())),
            grades.get(point.code),
        )
        for point in known.filed.points
    )


def found(known: Snapshot, query: str) -> tuple[Finding, ...]:
    """Return the endpoints an address or a card belongs to, in every plane; none of what is neither."""
    wanted = read_address(query)
    if wanted is None:
        return ()
    if isinstance(wanted, Mac):
        return tuple(finding for (_plane, mac), finding in known.by_card.items() if mac == wanted)
    return known.by_address.get(wanted, ())


def told(registry: Registry, settings: Settings, query: str, at: str) -> Document:
    """Say what is known of an address nobody has now, of a device or a port; with ``at`` of anything, at that moment.

    Raises:
        UsageError: nothing of that name is known, or ``at`` is no time.
    """
    if at.strip():
        return at_moment(registry, query, at, reveal=False).document
    spot = spot_named(registry, query)
    whole = spot is not None and spot.port is None  # the history of a whole device is longer than a page
    return locate(registry, settings, query, reveal=False, history=not whole).document


def of_unit(known: Snapshot, unit: str, plane: str, identity: str) -> Finding | None:
    """Return the endpoint of a unit by its identity: its card, or its only address."""
    result = known.by_unit.get(unit)
    seen = () if result is None else result.findings
    return next((finding for finding in seen if finding.observation.key == (plane, identity)), None)


def endpoint_document(
    registry: Registry, known: Snapshot, finding: Finding, *, past: bool
) -> tuple[Document, tuple[Step, ...]]:
    """Return the chain of evidence of an endpoint, and how it came to be.

    Args:
        registry: where the history is.
        known: what is known now.
        finding: the endpoint.
        past: tell what has ended, too: where it was before may be another unit's.
    """
    seen = finding.observation
    identity = seen.key[1]
    whose = names(registry, reveal=False)
    answer = location.document(identity, [finding], whose=whose, vendor=vendor, as_of=known.as_of)
    every = [one for one in histories(registry, seen.mac or seen.ips[0]) if (one.plane, one.identity) == seen.key]
    intervals = [held for one in every for held in one.intervals if past or held.ended is None]
    return answer, tuple(timeline.step(held, intervals) for held in intervals)
