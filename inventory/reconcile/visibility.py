"""可见等级: what evidence a point's and a unit's numbers rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness, Table
from inventory.model.observation import PointGrade, VisibilityGrade
from inventory.model.records import DeviceRole, PointStatus, Purpose, YesNoUnknown
from inventory.model.text import text
from inventory.reconcile.addresses import routable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inventory.model.observation import Finding
    from inventory.model.records import DeviceView, Filed, PointView, PrefixView
    from inventory.model.text import Text
    from inventory.reconcile.addresses import PrefixTable
    from inventory.reconcile.reading import Reading

_END_DEVICES: Final = frozenset({DeviceRole.UPS, DeviceRole.PDU, DeviceRole.SENSOR})
_CENTRAL: Final = frozenset({DeviceRole.CORE, DeviceRole.ROUTER})
_NOT_YET: Final = frozenset({PointStatus.PLANNED, PointStatus.CIRCUIT_OPEN})
"""No device is online at such a point: there is nothing to see, and nothing it should drag down."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A visibility grade and why."""

    grade: VisibilityGrade
    because: Text


@dataclass(frozen=True, slots=True)
class _Site:
    """What a grade is computed from: a point's or, where a unit has no points, the unit's own prefixes and devices."""

    label: str
    nat: bool
    prefixes: tuple[PrefixView, ...]
    devices: tuple[DeviceView, ...]
    """Switches whose forwarding tables tell the port."""
    read: bool
    """Whether a device that stands there was read: then silence there is no blind spot."""
    observed: int
    resolved: int


class Visibility:
    """Grades of points and units for one result."""

    def __init__(self, filed: Filed, findings: Sequence[Finding], reading: Reading, prefixes: PrefixTable) -> None:
        self._filed = filed
        self._reading = reading
        self._seen: dict[PrefixView, list[Finding]] = {}
        self._at_point: dict[str, list[Finding]] = {}
        self._graded: dict[str, Grade] = {}
        for finding in findings:
            seen = finding.observation
            for prefix in {prefixes.longest(seen.plane, ip) for ip in routable(seen.ips)} - {None}:
                if prefix is not None:
                    self._seen.setdefault(prefix, []).append(finding)
            if finding.attribution.point is not None:
                self._at_point.setdefault(finding.attribution.point, []).append(finding)

    def points(self) -> tuple[PointGrade, ...]:
        """Grade every point, by code."""
        views = sorted(self._filed.points, key=lambda view: view.code)
        graded = ((view.code, self.point(view)) for view in views)
        return tuple(PointGrade(code, one.grade, one.because) for code, one in graded)

    def point(self, point: PointView) -> Grade:
        """Grade one point."""
        if point.code not in self._graded:
            self._graded[point.code] = self._point(point)
        return self._graded[point.code]

    def _point(self, point: PointView) -> Grade:
        prefixes = self._prefixes(lambda view: view.point == point.code)
        if not prefixes:
            prefixes = self._prefixes(lambda view: view.unit == point.unit and view.point is None)
        # A second point of a unit may live in the prefix that is written down for the first.
        resolved_in = prefixes or self._prefixes(lambda view: view.unit == point.unit)
        found = [*self._at_point.get(point.code, []), *(f for p in prefixes for f in self._seen.get(p, []))]
        unique = {finding.observation.key: finding for finding in found}
        resolved = sum(finding.observation.location.gateway is not None for finding in unique.values())
        nat = point.nat is YesNoUnknown.YES
        read = any(self._reading.read(device.name) for device in self._filed.devices if device.point == point.code)
        site = _Site(point.code, nat, resolved_in, self._switches(point), read, len(unique), resolved)
        return self._grade(site)

    def unit(self, code: str) -> Grade:
        """Grade a unit: its worst point, or its prefixes where it has no point."""
        points = [point for point in self._filed.points if point.unit == code]
        online = [point for point in points if point.status not in _NOT_YET] or points
        if online:
            grades = [self.point(point) for point in sorted(online, key=lambda view: view.code)]
            return max(grades, key=lambda one: one.grade.value)
        prefixes = self._prefixes(lambda view: view.unit == code)
        if not prefixes:
            return Grade(VisibilityGrade.E, text("no point and no prefix of unit {unit} is registered", unit=code))
        found = {f.observation.key: f for p in prefixes for f in self._seen.get(p, [])}
        resolved = sum(finding.observation.location.gateway is not None for finding in found.values())
        return self._grade(_Site(code, False, prefixes, (), False, len(found), resolved))

    def _grade(self, site: _Site) -> Grade:
        if site.nat:
            return Grade(VisibilityGrade.D, text("{site} is behind address translation", site=site.label))
        if not site.observed and not site.read:
            because = text("nothing answered at {site} and none of its devices was read", site=site.label)
            return Grade(VisibilityGrade.E, because)
        resolving = site.resolved or any(self._reading.resolved_at_all(prefix) for prefix in site.prefixes)
        if not resolving:
            return Grade(VisibilityGrade.C, text("no gateway's ARP table covers {site}", site=site.label))
        return self._port_grade(site)

    def _port_grade(self, site: _Site) -> Grade:
        complete = bool(site.prefixes) and all(self._reading.resolved_completely(p) for p in site.prefixes)
        if not complete:
            return Grade(VisibilityGrade.B, text("the gateway's ARP table of {site} is incomplete", site=site.label))
        if not site.devices:
            return Grade(VisibilityGrade.B, text("no access switch of {site} is registered", site=site.label))
        lacking = [
            device.name
            for device in site.devices
            if self._reading.completeness(device.name, Table.FDB) is not Completeness.COMPLETE
        ]
        if lacking:
            because = text(
                "the forwarding table of {devices} at {site} was not read completely",
                devices=", ".join(sorted(lacking)),
                site=site.label,
            )
            return Grade(VisibilityGrade.B, because)
        because = text("forwarding and ARP tables of {site} were read completely", site=site.label)
        return Grade(VisibilityGrade.A, because)

    def _prefixes(self, wanted: Callable[[PrefixView], bool]) -> tuple[PrefixView, ...]:
        return tuple(view for view in self._filed.prefixes if view.purpose is not Purpose.RETIRED and wanted(view))

    def _switches(self, point: PointView) -> tuple[DeviceView, ...]:
        """Return the point's own switches, else the access switch at the office's side that its line ends on."""
        here = [d for d in self._filed.devices if d.point == point.code and d.role not in _END_DEVICES]
        switches = [device for device in here if device.role is not DeviceRole.ROUTER]
        ends = [d for d in self._filed.devices if d.name == point.device and d.role not in _CENTRAL | _END_DEVICES]
        return tuple(switches or ends)


def of_unassigned(findings: Iterable[Finding]) -> Grade:
    """Grade what fell to no unit: by the better of its evidence, for no coverage can be claimed."""
    if any(finding.observation.location.gateway is not None for finding in findings):
        return Grade(VisibilityGrade.B, text("seen by gateways, outside every registered prefix and port"))
    return Grade(VisibilityGrade.C, text("seen by probes, outside every registered prefix and port"))
