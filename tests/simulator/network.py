"""Build a random network: a routing core, access switches, a quarter cascaded, dumb switches, stations."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from inventory.model.records import DeviceRole, DeviceView
from inventory.model.values import Mac

if TYPE_CHECKING:
    from random import Random

CORE = "core"
UPLINK = 1
"""Every access switch's uplink is its port 1."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How big the network is and what it is made of."""

    switches: int = 30
    stations: int = 600
    ports: int = 24
    cascaded: float = 0.25
    dumb: float = 0.12
    """Share of the used access ports with an unmanaged switch of 2 to 6 stations behind it."""
    joined: float = 0.05
    """Share of switches, and of stations on switches with others below, on an unmanaged switch with a managed one."""


@dataclass
class Switch:
    """A managed switch in the tree."""

    name: str
    parent: str | None
    parent_port: int
    mac: Mac
    address: str
    next_port: int = UPLINK + 1


@dataclass
class Network:
    """The tree and where every station is plugged in."""

    switches: dict[str, Switch] = field(default_factory=dict)
    stations: dict[Mac, tuple[str, int]] = field(default_factory=dict)
    ips: dict[Mac, str] = field(default_factory=dict)

    def path(self, device: str) -> list[str]:
        """Return the devices from ``device`` up to the core."""
        found = [device]
        while (parent := self.switches[found[-1]].parent) is not None:
            found.append(parent)
        return found

    def port_towards(self, device: str, target: str) -> int:
        """Return the port of ``device`` on the way to ``target``."""
        chain = self.path(target)
        if device in chain:
            return self.switches[chain[chain.index(device) - 1]].parent_port
        return UPLINK

    def devices(self) -> list[DeviceView]:
        """Return the registry's view of the switches."""
        return [
            DeviceView(s.name, ip_address(s.address), DeviceRole.CORE if s.parent is None else DeviceRole.ACCESS)
            for s in self.switches.values()
        ]


def build(random: Random, shape: Shape) -> Network:
    """Build one network; the same random state gives the same network."""
    network = Network()
    network.switches[CORE] = Switch(CORE, None, 0, _mac(0x00E0FC, 0), "10.0.0.1")
    access: list[str] = []
    for number in range(1, shape.switches):
        cascaded = len(access) > 1 and random.random() < shape.cascaded
        parent = network.switches[random.choice(access) if cascaded else CORE]
        name = f"sw{number:03}"
        port = _parent_port(network, parent, random, shape)
        address = f"10.0.{1 + number // 250}.{1 + number % 250}"
        network.switches[name] = Switch(name, parent.name, port, _mac(0x00E0FC, number), address)
        access.append(name)
    _plug_in(network, random, shape, access)
    return network


def _parent_port(network: Network, parent: Switch, random: Random, shape: Shape) -> int:
    """Take a new port, or hang on the dumb switch that another switch of the same parent already hangs on."""
    taken = [s.parent_port for s in network.switches.values() if s.parent == parent.name]
    if taken and random.random() < shape.joined:
        return random.choice(taken)
    parent.next_port += 1
    return parent.next_port - 1


def _plug_in(network: Network, random: Random, shape: Shape, access: list[str]) -> None:
    number = 0
    while number < shape.stations:
        switch = network.switches[random.choice(access)]
        downlinks = [s.parent_port for s in network.switches.values() if s.parent == switch.name]
        if downlinks and random.random() < shape.joined:
            port = random.choice(downlinks)
        else:
            port, switch.next_port = switch.next_port, switch.next_port + 1
        company = random.randint(2, 6) if random.random() < shape.dumb else 1
        for _ in range(min(company, shape.stations - number)):
            mac = _mac(0x3C5282, number)
            network.stations[mac] = (switch.name, port)
            network.ips[mac] = f"10.{16 + number // 60000}.{number // 250 % 240}.{1 + number % 250}"
            number += 1


def _mac(oui: int, number: int) -> Mac:
    return Mac.from_bytes(oui.to_bytes(3, "big") + number.to_bytes(3, "big"))
