"""What a perfect audit of the lab would say, derived from the topology and from nothing that runs.

Three rules the topology itself does not state:

* A station is placed by the first readable switch on its way up: `exact`, or `bounded` when an unreadable managed
  switch lies between. Without a readable switch the core's ARP table knows it (`l3_only`); behind an unreadable router
  only its answer does (`probe_only`).
* A filed endpoint whose details differ is `mismatch`; it counts as filed and seen (`registered_observed`), so that
  observed = registered_observed + unregistered.
* What cannot be seen from outside (switched off, behind address translation, behind a cut line, silent behind an
  unreadable router) has neither status nor verdict.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from .topology import Port, Station, Switch, Topology, mac_plus

Status = Literal["registered", "unregistered", "mismatch"]
Verdict = Literal["exact", "bounded", "ambiguous", "l3_only", "probe_only"]
PLANE = "public"


@dataclass(frozen=True, slots=True)
class StationTruth:
    """One station and what should be said about it; `hidden` gives the reason when nothing can be said."""

    name: str
    mac: str
    ips: tuple[str, ...]
    plane: str
    live: bool
    filed: bool
    hidden: str
    status: Status | None
    mismatch: frozenset[str]
    verdict: Verdict | None
    device: str | None
    port: str | None
    unit: str
    mac_visible: bool
    shares_ip: bool

    @property
    def observable(self) -> bool:
        """Whether an audit from the admin host can know of it at all."""
        return not self.hidden


@dataclass(frozen=True, slots=True)
class UnitTruth:
    """The figures a unit's line in the report should show."""

    code: str
    declared: int
    filed: int
    observed: int
    registered_observed: int
    mismatched: int
    unregistered: int
    verifiable: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """One row of the registrations sheet."""

    unit: str
    point: str
    ip: str
    mac: str
    station: str
    kind: str


@dataclass(frozen=True)
class Truth:
    """The expected result of a complete sweep."""

    stations: dict[str, StationTruth]
    units: dict[str, UnitTruth]
    registrations: tuple[Registration, ...]
    infrastructure_addresses: dict[str, str]
    infrastructure_macs: dict[str, str]
    unread_devices: tuple[str, ...]
    dark_points: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        document = asdict(self)
        for station in document["stations"].values():
            station["mismatch"] = sorted(station["mismatch"])
        return document


def derive(topology: Topology) -> Truth:
    """Derive the expected result from a topology."""
    registrations = (
        *(_registration(topology, station) for station in topology.stations if station.filed is not None),
        _admins_registration(topology),
    )
    stations = {station.name: _station(topology, registrations, station) for station in topology.stations}
    stations[topology.admin.name] = _admin(topology)
    for nat in topology.nat:
        unit = stations[nat.station].unit
        for inner in nat.stations:
            stations[inner.name] = _hidden(inner.name, inner.mac, str(inner.ip), unit)
    return Truth(
        stations=stations,
        units=_units(topology, registrations, stations),
        registrations=registrations,
        infrastructure_addresses=_addresses(topology),
        infrastructure_macs=_macs(topology),
        unread_devices=tuple(
            [switch.name for switch in topology.switches if switch.managed and (switch.cut or not switch.reads)]
            + [router.name for router in topology.routers]
        ),
        dark_points=tuple(switch.point for switch in topology.switches if switch.cut),
    )


def _way_up(topology: Topology, place: Port) -> list[tuple[Port, Switch]]:
    """The ports a station's frames enter on, switch by switch, up to the first router."""
    way = []
    while place.device in topology.switch_by_name:
        switch = topology.switch_by_name[place.device]
        way.append((place, switch))
        place = switch.upstream
    return way


def _gateway_device(topology: Topology, place: Port) -> str:
    way = _way_up(topology, place)
    return way[-1][1].upstream.device if way else place.device


def _place(topology: Topology, station: Station) -> tuple[Verdict, Port | None]:
    between = False
    for port, switch in _way_up(topology, station.at):
        if switch.managed and switch.reads:
            return ("bounded" if between else "exact"), port
        between = between or switch.managed
    return ("l3_only" if _gateway_device(topology, station.at) == topology.core.name else "probe_only"), None


def _why_hidden(topology: Topology, station: Station) -> str:
    if station.off:
        return "off"
    if any(switch.cut for _, switch in _way_up(topology, station.at)):
        return "dark"
    if station.answers == "nothing" and _place(topology, station)[0] == "probe_only":
        return "silent"
    return ""


def _home_point(topology: Topology, station: Station) -> str:
    """The point a station stands at: its nearest managed switch's, else its prefix's."""
    nearest = [switch.point for _, switch in _way_up(topology, station.at) if switch.managed]
    return nearest[0] if nearest else topology.prefix_of(station.ip).point


def _unit(topology: Topology, station: Station) -> str:
    port = _place(topology, station)[1]
    if port is None:
        return topology.prefix_of(station.ip).unit
    return topology.point_by_code[topology.switch_by_name[port.device].point].unit


def _registration(topology: Topology, station: Station) -> Registration:
    filed = station.filed
    if filed is None:
        message = f"{station.name} is not filed"
        raise ValueError(message)
    point = _home_point(topology, station)
    return Registration(
        unit=filed.unit or topology.point_by_code[point].unit,
        # Another unit would hardly name this one's point.
        point="" if filed.unit else point,
        ip=str(filed.ip or station.ip),
        mac=filed.mac or station.mac,
        station=station.name,
        kind=station.kind,
    )


def _status(station: Station, unit: str) -> tuple[Status, frozenset[str]]:
    filed = station.filed
    if filed is None:
        return "unregistered", frozenset()
    wrong = {
        "ip": filed.ip is not None and filed.ip != station.ip,
        "mac": filed.mac is not None and filed.mac != station.mac,
        "unit": filed.unit is not None and filed.unit != unit,
    }
    fields = frozenset(name for name, differs in wrong.items() if differs)
    return ("mismatch" if fields else "registered"), fields


def _station(topology: Topology, registrations: tuple[Registration, ...], station: Station) -> StationTruth:
    unit = _unit(topology, station)
    hidden = _why_hidden(topology, station)
    verdict, port = _place(topology, station)
    status, fields = _status(station, unit)
    return StationTruth(
        name=station.name,
        mac=station.mac,
        ips=(str(station.ip),),
        plane=PLANE,
        live=not station.off,
        filed=any(registration.station == station.name for registration in registrations),
        hidden=hidden,
        status=None if hidden else status,
        mismatch=frozenset() if hidden else fields,
        verdict=None if hidden else verdict,
        device=port.device if port and not hidden else None,
        port=port.name if port and not hidden else None,
        unit=unit,
        mac_visible=not hidden and verdict != "probe_only",
        shares_ip=any(other.ip == station.ip and other is not station for other in topology.stations),
    )


def _admins_registration(topology: Topology) -> Registration:
    """The host netaudit runs on is an endpoint like any other: its unit filed it."""
    admin, home = topology.admin, topology.prefix_of(topology.admin.ip)
    return Registration(home.unit, home.point, str(admin.ip), admin.mac, admin.name, "pc")


def _admin(topology: Topology) -> StationTruth:
    admin = topology.admin
    return StationTruth(
        name=admin.name,
        mac=admin.mac,
        ips=(str(admin.ip),),
        plane=PLANE,
        live=True,
        filed=True,
        hidden="",
        status="registered",
        mismatch=frozenset(),
        # It hangs on the router, which has an ARP table and no forwarding table.
        verdict="l3_only",
        device=None,
        port=None,
        unit=topology.prefix_of(admin.ip).unit,
        mac_visible=True,
        shares_ip=False,
    )


def _hidden(name: str, mac: str, ip: str, unit: str) -> StationTruth:
    return StationTruth(
        name=name,
        mac=mac,
        ips=(ip,),
        plane=f"unit-lan:{unit}",
        live=True,
        filed=False,
        hidden="nat",
        status=None,
        mismatch=frozenset(),
        verdict=None,
        device=None,
        port=None,
        unit=unit,
        mac_visible=False,
        shares_ip=False,
    )


def _units(
    topology: Topology, registrations: tuple[Registration, ...], stations: dict[str, StationTruth]
) -> dict[str, UnitTruth]:
    units = {}
    dark = {switch.point for switch in topology.switches if switch.cut}
    for unit in topology.units:
        seen = [station for station in stations.values() if station.unit == unit.code and station.observable]
        unregistered = sum(station.status == "unregistered" for station in seen)
        units[unit.code] = UnitTruth(
            code=unit.code,
            declared=unit.declared,
            filed=sum(registration.unit == unit.code for registration in registrations),
            observed=len(seen),
            registered_observed=len(seen) - unregistered,
            mismatched=sum(station.status == "mismatch" for station in seen),
            unregistered=unregistered,
            verifiable=not any(
                point.nat == "yes" or point.code in dark for point in topology.points if point.unit == unit.code
            ),
        )
    return units


def _addresses(topology: Topology) -> dict[str, str]:
    """Addresses that answer, or may answer, and are no endpoints."""
    addresses = {str(address): name for name, address in topology.device_addresses.items()}
    for prefix in topology.prefixes:
        if prefix.on is not None:
            own = (prefix.gateway, prefix.router_address)
            addresses.update({str(address): prefix.on.device for address in own if address is not None})
    return addresses


def _macs(topology: Topology) -> dict[str, str]:
    """MACs that switches may learn and that belong to no endpoint."""
    core = topology.core
    macs = {mac_plus(core.mac, number): core.name for number in range(1, core.ports + 1)}
    macs.update({prefix.virtual_mac: core.name for prefix in topology.prefixes if prefix.virtual_mac})
    for switch in topology.switches:
        if switch.managed:
            ports = range(1 if switch.one_mac else len(topology.ports_of(switch.name)) + 1)
            macs.update({mac_plus(switch.mac, number): switch.name for number in ports})
    for router in topology.routers:
        macs.update({mac_plus(router.mac, number): router.name for number in range(2)})
    return macs
