"""Plug stations in: single ones, behind telephones, access points, hypervisors and unmanaged switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator.network import Kind, Station, mac_of

if TYPE_CHECKING:
    from random import Random

    from tests.simulator.network import Network, Port, Switch

_EDGES = {"one": 70, "phone": 9, "dumb": 12, "access point": 4, "hypervisor": 5}
"""What hangs on a used port, in per cent."""
_ON_GATEWAYS = 0.04
"""Share of ports with servers directly at a gateway."""


def plug_in(network: Network, random: Random, stations: int, joined: float) -> None:
    """Fill the network up."""
    vlans: dict[str, list[int]] = {}
    managing = {switch.vlan for switch in network.switches.values()}
    for vlan in network.vlans.values():
        if vlan.number not in managing:
            for name in vlan.carriers:
                vlans.setdefault(name, []).append(vlan.number)
    access = [s for s in network.switches.values() if not s.gateway and vlans.get(s.name)]
    gateways = [s for s in network.switches.values() if s.gateway and vlans.get(s.name)]
    downlinks: dict[str, list[Port]] = {}
    for link in network.links:
        if not (link.blocked or link.routed or link.one[1] >= 1000):
            downlinks.setdefault(link.one[0], []).append(link.one)
    while len(network.stations) < stations:
        rare = not access or (gateways and random.random() < _ON_GATEWAYS)
        switch = random.choice(gateways if rare else access)
        number = random.choice(vlans[switch.name])
        if downlinks.get(switch.name) and random.random() < joined:
            port = random.choice(downlinks[switch.name])
            _add(network, number, port, [Kind.PC] * random.randint(1, 3), alone=False)
        else:
            _edge(network, random, switch, number)


def _edge(network: Network, random: Random, switch: Switch, vlan: int) -> None:
    port = (switch.name, switch.next_port)
    switch.ports.add(switch.next_port)
    switch.next_port += 1
    if switch.next_port == 49:  # the uplinks begin here
        switch.next_port = 200
    kind = random.choices(list(_EDGES), list(_EDGES.values()))[0]
    if kind == "phone":
        _add(network, vlan, port, [Kind.PHONE, Kind.PC])
    elif kind == "dumb":
        _add(network, vlan, port, [Kind.PC] * random.randint(2, 6))
    elif kind == "access point":
        _add(network, vlan, port, [Kind.ACCESS_POINT] + [Kind.WIRELESS] * random.randint(2, 18))
    elif kind == "hypervisor":
        made = _add(network, vlan, port, [Kind.VIRTUAL] * random.randint(2, 7))
        _second_cable(network, random, switch, made)
    else:
        _add(network, vlan, port, [Kind.PC])


def _second_cable(network: Network, random: Random, switch: Switch, made: list[Station]) -> None:
    """Half of the hypervisors at a multi-chassis pair have one cable to each of the two, as one aggregate."""
    pair = next((pair for pair in network.pairs if switch.name in pair), None)
    if pair is None or random.random() < 0.5:
        return
    (twin,) = pair - {switch.name}
    other = network.switches[twin]
    first, second = _aggregate(switch), _aggregate(other)
    for station in made:
        station.stays = [(0.0, (switch.name, first))]
        station.second = (twin, second)


def _aggregate(switch: Switch) -> int:
    port = switch.next_uplink
    switch.next_uplink += 2
    switch.ports |= {port, port + 1}
    switch.lags[1000 + port] = (port, port + 1)
    return 1000 + port


def _add(network: Network, vlan: int, port: Port, kinds: list[Kind], *, alone: bool | None = None) -> list[Station]:
    made = []
    alone = len(kinds) == 1 if alone is None else alone
    for kind in kinds:
        number = len(network.stations)
        ip = f"10.{16 + number // 60000}.{number // 250 % 240}.{1 + number % 250}"
        station = Station(mac_of(0x3C5282, number), ip, vlan, [(0.0, port)], kind, alone=alone)
        network.stations.append(station)
        made.append(station)
    return made


def move(network: Network, random: Random, share: float, window: tuple[float, float]) -> None:
    """Let some stations be unplugged and plugged in elsewhere in their VLAN, at a moment of the window."""
    homes: dict[int, list[Port]] = {}
    for station in network.stations:
        if station.alone:
            homes.setdefault(station.vlan, []).append(station.stays[0][1])
    for station in network.stations:
        if station.alone and station.second is None and random.random() < share:
            switch = network.switches[random.choice(homes[station.vlan])[0]]
            port = switch.next_port
            switch.ports.add(port)
            switch.next_port = 200 if port == 48 else port + 1
            station.stays.append((random.uniform(*window), (switch.name, port)))


def clone(network: Network, random: Random, share: float) -> None:
    """Give some stations the address of another one on another switch, in the same VLAN or in any."""
    for station in network.stations:
        if random.random() >= share or station.second is not None:
            continue
        other = random.choice(network.stations)
        if other.mac != station.mac and other.stays[-1][1][0] != station.stays[-1][1][0] and other.second is None:
            station.mac = other.mac
