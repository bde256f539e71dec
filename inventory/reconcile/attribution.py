"""Whose is it? The unit an endpoint is counted under: exact port › bounded port › longest prefix › unassigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.location import Verdict
from inventory.model.observation import Attribution, UnitReason
from inventory.model.portname import canonical
from inventory.model.records import UNASSIGNED, DeviceRole
from inventory.model.text import text
from inventory.reconcile.addresses import PrefixTable, routable

if TYPE_CHECKING:
    from inventory.model.location import Location, Place
    from inventory.model.observation import Observation
    from inventory.model.records import Filed, PointView

_CENTRAL: Final = frozenset({DeviceRole.CORE, DeviceRole.ROUTER})
"""Lines of many points end here: where such a device stands says nothing about who is on an unnamed port."""


class Attributor:
    """Assigns endpoints to units by what is on file."""

    def __init__(self, filed: Filed) -> None:
        self.prefixes = PrefixTable(filed.prefixes)
        self._units = {unit.code for unit in filed.units}
        self._points = {point.code: point for point in filed.points}
        self._devices = {device.name: device for device in filed.devices}
        self._by_port: dict[tuple[str, str], list[PointView]] = {}
        self._by_device: dict[str, list[PointView]] = {}
        for point in sorted(filed.points, key=lambda view: view.code):
            if point.device and point.port:
                self._by_port.setdefault((point.device, canonical(point.port)), []).append(point)
            elif point.device:
                self._by_device.setdefault(point.device, []).append(point)

    def attribute(self, observation: Observation) -> Attribution:
        """Return the unit and point of an endpoint, and the reason in words."""
        return self._by_place(observation.location) or self._by_prefix(observation) or self._central(observation)

    def device_point(self, device: str) -> PointView | None:
        """Return the point a device stands at: its own, or the only point whose line ends on it at no named port."""
        view = self._devices.get(device)
        if view is not None and view.point is not None:
            return self._points.get(view.point)
        named = self._by_device.get(device, [])
        return named[0] if len(named) == 1 else None

    def _by_place(self, location: Location) -> Attribution | None:
        place = location.place
        if place is None:
            return None
        bounded = location.verdict is Verdict.BOUNDED
        reason = UnitReason.BOUNDED_PORT if bounded else UnitReason.EXACT_PORT
        named = self._by_port.get((place.device, canonical(place.port)), [])
        if named:
            return self._named(named, place, reason)
        if bounded and location.behind:
            return self._by_devices_behind(location, place)
        point = None if self._is_central(place.device) else self.device_point(place.device)
        return self._at(point, place, reason)

    def _named(self, points: list[PointView], place: Place, reason: UnitReason) -> Attribution | None:
        """A line shared by points of several units decides nothing."""
        if len({point.unit for point in points}) > 1 or not self._known(points[0]):
            return None
        because = text(
            "{port} of {device} is the line of point {point}",
            port=place.port,
            device=place.device,
            point=", ".join(point.code for point in points),
        )
        return Attribution(points[0].unit, points[0].code if len(points) == 1 else None, reason, because)

    def _by_devices_behind(self, location: Location, place: Place) -> Attribution | None:
        """Behind the port are registered devices: where they all stand at one unit's points, it is that unit's."""
        points = [self.device_point(device) for device in location.behind]
        known = [point for point in points if point is not None and self._known(point)]
        if len(known) != len(points) or len({point.unit for point in known}) != 1:
            return None
        because = text(
            "{devices} of unit {unit} lies behind {port} of {device}",
            devices=", ".join(location.behind),
            unit=known[0].unit,
            port=place.port,
            device=place.device,
        )
        point = known[0].code if len({point.code for point in known}) == 1 else None
        return Attribution(known[0].unit, point, UnitReason.BOUNDED_PORT, because)

    def _at(self, point: PointView | None, place: Place, reason: UnitReason) -> Attribution | None:
        if point is None or not self._known(point):
            return None
        because = text(
            "{port} of {device}, which stands at point {point}",
            port=place.port,
            device=place.device,
            point=point.code,
        )
        return Attribution(point.unit, point.code, reason, because)

    def _by_prefix(self, observation: Observation) -> Attribution | None:
        found = [self.prefixes.longest(observation.plane, ip) for ip in routable(observation.ips)]
        known = [prefix for prefix in found if prefix is not None and prefix.unit in self._units]
        if not known:
            return None
        prefix = max(known, key=lambda view: (view.cidr.version == 4, view.cidr.prefixlen, -int(view.cidr[0])))  # noqa: PLR2004 -- IPv4
        because = text("its address lies in {prefix} of unit {unit}", prefix=str(prefix.cidr), unit=prefix.unit)
        point = prefix.point if prefix.point in self._points else None
        return Attribution(prefix.unit, point, UnitReason.PREFIX, because)

    def _central(self, observation: Observation) -> Attribution:
        """What no prefix claims on an unnamed port of a central device belongs to the room the device stands in."""
        location = observation.location
        if location.verdict is Verdict.EXACT and location.place is not None:
            found = self._at(self.device_point(location.place.device), location.place, UnitReason.EXACT_PORT)
            if found is not None:
                return found
        return Attribution(UNASSIGNED, None, UnitReason.NOTHING, text("no port, point or prefix assigns it to a unit"))

    def _is_central(self, device: str) -> bool:
        view = self._devices.get(device)
        return view is None or view.role in _CENTRAL

    def _known(self, point: PointView) -> bool:
        return point.unit in self._units


def attribute(observation: Observation, filed: Filed) -> Attribution:
    """Assign one endpoint; for many use one :class:`Attributor`."""
    return Attributor(filed).attribute(observation)
