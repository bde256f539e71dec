"""The topology file as typed values: what exists, what is plugged where, and what was filed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

FILE: Final = Path(__file__).with_name("topology.toml")
Answers = Literal["icmp", "tcp445", "tcp3389", "nothing"]


class Port(NamedTuple):
    """A place to plug something in."""

    device: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Port:
        """Read the topology file's "device port"."""
        device, name = text.split()
        return cls(device, name)


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation that answers for endpoints."""

    code: str
    name: str
    tier: str
    type: str
    declared: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One access line at one site; `hangs_on` is the port at the other end of the line."""

    code: str
    unit: str
    name: str
    hangs_on: Port
    tier: str = "district"
    nat: str = "no"


@dataclass(frozen=True, slots=True)
class Prefix:
    """A range of the address plan; without `on` no interface carries it."""

    cidr: IPv4Network
    unit: str
    point: str = ""
    purpose: str = "user"
    gateway: IPv4Address | None = None
    on: Port | None = None
    virtual_mac: str = ""
    router_address: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """A bridge. `reads` says whether its agent answers, `cut` whether its uplink's cable is out."""

    name: str
    uplink: Port
    upstream: Port
    mac: str = ""
    address: IPv4Address | None = None
    point: str = ""
    profile: str = "access"
    role: str = "access"
    tables: tuple[str, ...] = ("bridge", "qbridge")
    managed: bool = True
    lldp: bool = True
    reads: bool = True
    cut: bool = False
    one_mac: bool = False


@dataclass(frozen=True, slots=True)
class Router:
    """A router nobody may read."""

    name: str
    wan: str
    upstream: Port
    mac: str
    address: IPv4Address
    point: str


@dataclass(frozen=True, slots=True)
class Core:
    """The router between the points; port n is called ge0-0-n and answers with `mac` + n."""

    name: str
    address: IPv4Address
    mac: str
    profile: str
    point: str
    model: str
    ports: int


@dataclass(frozen=True, slots=True)
class Admin:
    """The host netaudit runs on."""

    name: str
    at: Port
    ip: IPv4Address
    mac: str


@dataclass(frozen=True, slots=True)
class Filed:
    """How a registration differs from the station it is for; None where it does not."""

    ip: IPv4Address | None = None
    mac: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """An endpoint. `filed` is None where nobody registered it."""

    name: str
    at: Port
    ip: IPv4Address
    mac: str
    kind: str
    answers: Answers = "icmp"
    off: bool = False
    claims: int | None = None
    filed: Filed | None = None


class Inner(NamedTuple):
    """A host behind an address-translating router."""

    name: str
    ip: IPv4Address
    mac: str


@dataclass(frozen=True, slots=True)
class Nat:
    """An address-translating router (itself a station) and the hosts it hides."""

    station: str
    cidr: IPv4Network
    stations: tuple[Inner, ...]


@dataclass(frozen=True)
class Topology:
    """The whole miniature network."""

    core: Core
    admin: Admin
    units: tuple[Unit, ...]
    points: tuple[Point, ...]
    prefixes: tuple[Prefix, ...]
    switches: tuple[Switch, ...]
    routers: tuple[Router, ...]
    nat: tuple[Nat, ...]
    stations: tuple[Station, ...]

    @cached_property
    def switch_by_name(self) -> dict[str, Switch]:
        """Switches, managed or not, by name."""
        return {switch.name: switch for switch in self.switches}

    @cached_property
    def station_by_name(self) -> dict[str, Station]:
        """Stations by name, without those hidden behind a translating router."""
        return {station.name: station for station in self.stations}

    @cached_property
    def device_addresses(self) -> dict[str, IPv4Address]:
        """Management addresses of the core, the switches that have one, and the routers, by device name."""
        addresses = {self.core.name: self.core.address}
        addresses.update({switch.name: switch.address for switch in self.switches if switch.address is not None})
        addresses.update({router.name: router.address for router in self.routers})
        return addresses

    @cached_property
    def point_by_code(self) -> dict[str, Point]:
        """Points by code."""
        return {point.code: point for point in self.points}

    def managed(self) -> list[Switch]:
        """The registered switches whose agent answers and whose line is up."""
        return [switch for switch in self.switches if switch.managed and switch.reads and not switch.cut]

    def prefix_of(self, address: IPv4Address) -> Prefix:
        """The prefix of the plan that holds an address (the plan does not nest)."""
        return next(prefix for prefix in self.prefixes if address in prefix.cidr)

    def core_port_mac(self, name: str) -> str:
        """The MAC of a port of the core."""
        return mac_plus(self.core.mac, int(name.rsplit("-", 1)[1]))

    def ports_of(self, device: str) -> list[str]:
        """The used ports of a switch: uplink first, then as the file lists what is plugged in."""
        own = [self.switch_by_name[device].uplink.name]
        below = [switch.upstream.name for switch in self.switches if switch.upstream.device == device]
        return own + below + [station.at.name for station in self.stations if station.at.device == device]


def mac_plus(mac: str, offset: int) -> str:
    """Count a MAC address upwards."""
    value = int(mac.replace(":", ""), 16) + offset
    return value.to_bytes(6).hex(":")


@cache
def load(path: Path = FILE) -> Topology:
    """Read a topology file."""
    with path.open("rb") as file:
        raw = tomllib.load(file)
    return Topology(
        core=Core(**{**raw["core"], "address": IPv4Address(raw["core"]["address"])}),
        admin=Admin(**_placed(raw["admin"])),
        units=tuple(Unit(**unit) for unit in raw["units"]),
        points=tuple(Point(**{**point, "hangs_on": Port.parse(point["hangs_on"])}) for point in raw["points"]),
        prefixes=tuple(_prefix(prefix) for prefix in raw["prefixes"]),
        switches=tuple(_switch(switch) for switch in raw["switches"]),
        routers=tuple(_router(router) for router in raw["routers"]),
        nat=tuple(_nat(nat) for nat in raw["nat"]),
        stations=tuple(_station(station) for station in raw["stations"]),
    )


def _placed(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "at": Port.parse(raw["at"]), "ip": IPv4Address(raw["ip"])}


def _station(raw: dict[str, Any]) -> Station:
    filed = raw.get("filed", True)
    station = Station(**{**_placed(raw), "filed": None})
    if filed is False:
        return station
    differences = {} if filed is True else dict(filed)
    if "ip" in differences:
        differences["ip"] = IPv4Address(differences["ip"])
    return replace(station, filed=Filed(**differences))


def _prefix(raw: dict[str, Any]) -> Prefix:
    values = {**raw, "cidr": IPv4Network(raw["cidr"])}
    for key in ("gateway", "router_address"):
        if key in raw:
            values[key] = IPv4Address(raw[key])
    if "on" in raw:
        values["on"] = Port.parse(raw["on"])
    return Prefix(**values)


def _switch(raw: dict[str, Any]) -> Switch:
    own, device, port = raw["uplink"].split()
    values = {**raw, "uplink": Port(raw["name"], own), "upstream": Port(device, port)}
    if "address" in raw:
        values["address"] = IPv4Address(raw["address"])
    if "tables" in raw:
        values["tables"] = tuple(raw["tables"])
    return Switch(**values)


def _router(raw: dict[str, Any]) -> Router:
    wan, device, port = raw["wan"].split()
    return Router(**{**raw, "wan": wan, "upstream": Port(device, port), "address": IPv4Address(raw["address"])})


def _nat(raw: dict[str, Any]) -> Nat:
    inner = tuple(Inner(entry["name"], IPv4Address(entry["ip"]), entry["mac"]) for entry in raw["stations"])
    return Nat(raw["station"], IPv4Network(raw["cidr"]), inner)
