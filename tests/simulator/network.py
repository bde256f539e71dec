"""The truth of a simulated network: switches, cables, VLANs, who is plugged in where, and which way frames go."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.model.records import DeviceRole, DeviceView
from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Iterator

Port = tuple[str, int]
"""(switch, ifIndex)."""


class Vendor(StrEnum):
    """How a switch tells its tables: what differs is what the facts can look like after decoding."""

    QBRIDGE = "qbridge"
    """dot1qTpFdbTable, the VLAN known."""
    BRIDGE = "bridge"
    """dot1dTpFdbTable alone: no VLAN, bridge ports that are not ifIndexes."""
    BOTH = "both"
    """A vendor table with VLANs and the plain one without: every row twice."""
    SVI = "svi"
    """Lists its own addresses as learned, on the VLAN interface."""


@dataclass(slots=True)
class Switch:
    """A managed switch; ``gateway`` ones route for their VLANs."""

    name: str
    mac: Mac
    address: str
    role: DeviceRole = DeviceRole.ACCESS
    vendor: Vendor = Vendor.QBRIDGE
    gateway: bool = False
    next_port: int = 1
    next_uplink: int = 49
    vlan: int = 1
    """The VLAN its own address is in."""
    ports: set[int] = field(default_factory=set)
    lags: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Aggregate → its two members."""


@dataclass(frozen=True, slots=True)
class Link:
    """A cable, or an aggregate of two: from one switch's port to another's. A port may have several (a dumb switch)."""

    one: Port
    other: Port
    blocked: frozenset[int] = frozenset()
    """Spanning-tree instances in which no frame passes."""
    routed: bool = False
    """A link between routers: no frame of a VLAN passes; LLDP does."""


@dataclass(frozen=True, slots=True)
class Vlan:
    """A broadcast domain and who routes for it."""

    number: int
    tag: int
    """The VLAN's number in the tables: points that route for themselves use the same ones."""
    gateways: tuple[str, ...]
    """Several only where a multi-chassis pair forwards together and shares its tables."""
    carriers: frozenset[str]
    instance: int = 0
    virtual: Mac | None = None
    """The redundancy protocol's address, sent from the first gateway."""


class Kind(StrEnum):
    """What a station is."""

    PC = "pc"
    PHONE = "phone"
    ACCESS_POINT = "access_point"
    WIRELESS = "wireless"
    VIRTUAL = "virtual"
    HOST = "host"


@dataclass(slots=True)
class Station:
    """One network card, and where it is plugged in over the time of the sweep."""

    mac: Mac
    ip: str
    vlan: int
    stays: list[tuple[float, Port]]
    """Since when (seconds from the sweep's start) it is where; the first entry holds from the beginning."""
    kind: Kind = Kind.PC
    alone: bool = True
    """Nothing else hangs on the port: pulling the plug takes the link down."""
    second: Port | None = None
    """A server with one cable to each switch of a multi-chassis pair: its port on the other one."""
    team: Port | None = None
    """A machine whose host has a second cable, to another switch and without an aggregate: frames take either."""
    announced: bool = False
    """A host whose virtual switch announces itself as a bridge."""
    silent: bool = False

    def place(self, at: float) -> Port:
        """Return where a frame of this moment comes from."""
        if self.team is not None and int(at) % 2:
            return self.team
        return next(port for since, port in reversed(self.stays) if since <= at or since == self.stays[0][0])


@dataclass
class Network:
    """A network with its truth."""

    kind: str = "tree"
    switches: dict[str, Switch] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    stations: list[Station] = field(default_factory=list)
    pairs: list[frozenset[str]] = field(default_factory=list)
    """Multi-chassis pairs."""
    _ways: dict[tuple[str, int], dict[str, tuple[int, str]]] = field(default_factory=dict)

    @property
    def ips(self) -> dict[Mac, str]:
        """The address of each station; of a duplicated MAC, of one of them."""
        return {station.mac: station.ip for station in self.stations}

    @property
    def core(self) -> str:
        """The most important gateway."""
        return next(iter(self.switches))

    def devices(self) -> list[DeviceView]:
        """Return the registry's view of the switches."""
        return [DeviceView(s.name, ip_address(s.address), s.role) for s in self.switches.values()]

    def port(self, device: str, target: str, instance: int = 0) -> int | None:
        """Return the port of ``device`` towards ``target``; None where no frame gets there."""
        found = self._way(target, instance).get(device)
        return None if found is None else found[0]

    def path(self, start: str, target: str, instance: int = 0) -> list[str]:
        """Return the switches a frame passes, both ends included; nothing when it cannot get there."""
        ways = self._way(target, instance)
        if start != target and start not in ways:
            return []
        found = [start]
        while found[-1] != target:
            found.append(ways[found[-1]][1])
        return found

    def reach(self, start: str, instance: int = 0) -> frozenset[str]:
        """Return every switch a broadcast can get to."""
        return frozenset(self._way(start, instance)) | {start}

    def cables(self, device: str) -> Iterator[tuple[int, Port]]:
        """Yield (own port, far end) of every link of a device, blocked and routed ones included."""
        for link in self.links:
            if link.one[0] == device:
                yield link.one[1], link.other
            elif link.other[0] == device:
                yield link.other[1], link.one

    def segment(self, port: Port) -> set[Port]:
        """Return every port on the same cable: on a dumb switch between two switches, a station is on both ends."""
        ends = {port}
        for link in self.links:
            if port in {link.one, link.other} and not (link.blocked or link.routed):
                ends |= {link.one, link.other}
        return ends

    def _way(self, target: str, instance: int) -> dict[str, tuple[int, str]]:
        """Return for every switch that reaches the target its port and the next switch on the shortest way."""
        found = self._ways.get((target, instance))
        if found is not None:
            return found
        around: dict[str, list[tuple[str, int]]] = {}
        for link in self.links:
            if not link.routed and instance not in link.blocked:
                around.setdefault(link.one[0], []).append(link.other)
                around.setdefault(link.other[0], []).append(link.one)
        found = {}
        queue = deque([target])
        while queue:
            here = queue.popleft()
            for name, port in sorted(around.get(here, [])):
                if name != target and name not in found:
                    found[name] = (port, here)
                    queue.append(name)
        self._ways[target, instance] = found
        return found


def mac_of(oui: int, number: int) -> Mac:
    """Return the MAC with this OUI and number."""
    return Mac.from_bytes(oui.to_bytes(3, "big") + number.to_bytes(3, "big"))
