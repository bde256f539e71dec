"""Hosts of virtual machines: one or two cables, machines that change their host, virtual switches that say they bridge.

A second cable goes to another switch, and no aggregate joins the two. Either each machine keeps to one of them until it
fails, or the frames of every machine take both in turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.records import DeviceRole
from tests.simulator.network import Kind, Station, mac_of

if TYPE_CHECKING:
    from random import Random

    from tests.simulator.network import Network, Port, Switch

_MAKERS: Final = (0x005056, 0x00155D, 0x525400)
_TWO_CABLES: Final = 0.5
_BOTH_IN_TURN: Final = 0.5
"""Of the hosts with two cables."""
_ANNOUNCED: Final = 0.4
_MACHINES: Final = (3, 8)


def add_hosts(network: Network, random: Random, share: float) -> None:
    """Give a share of the access switches a host, with its own card and its machines."""
    managing = {switch.vlan for switch in network.switches.values()}
    for switch in list(network.switches.values()):
        carried = [v.number for v in network.vlans.values() if switch.name in v.carriers and v.number not in managing]
        if switch.gateway or switch.role is not DeviceRole.ACCESS or not carried or random.random() >= share:
            continue
        vlan = random.choice(carried)
        ports = [_edge(switch)]
        others = [
            other
            for other in network.switches.values()
            if other.name in network.vlans[vlan].carriers and not other.gateway and other is not switch
        ]
        if others and random.random() < _TWO_CABLES:
            ports.append(_edge(random.choice(others)))
        _host(network, random, vlan, ports)


def _host(network: Network, random: Random, vlan: int, ports: list[Port]) -> None:
    maker = random.choice(_MAKERS)
    in_turn = len(ports) > 1 and random.random() < _BOTH_IN_TURN
    announced = random.random() < _ANNOUNCED
    for number in range(1 + random.randint(*_MACHINES)):
        count = len(network.stations)
        ip = f"10.{16 + count // 60000}.{count // 250 % 240}.{1 + count % 250}"
        kind, oui = (Kind.VIRTUAL, maker) if number else (Kind.HOST, 0x3C5282)
        port = ports[0] if number == 0 or in_turn else random.choice(ports)
        made = Station(mac_of(oui, count), ip, vlan, [(0.0, port)], kind, alone=False)
        made.team = ports[1] if in_turn else None
        made.announced = announced and number == 0
        network.stations.append(made)


def _edge(switch: Switch) -> Port:
    port = switch.next_port
    switch.ports.add(port)
    switch.next_port = 200 if port == 48 else port + 1
    return switch.name, port


def migrate(network: Network, random: Random, share: float, window: tuple[float, float]) -> None:
    """Let some machines go to another host of their VLAN, which tells everybody where they are now."""
    machines = [one for one in network.stations if one.kind is Kind.VIRTUAL and one.mac.text[:8] != "3c:52:82"]
    homes: dict[int, list[Station]] = {}
    for one in machines:
        homes.setdefault(one.vlan, []).append(one)
    for one in machines:
        other = random.choice(homes[one.vlan])
        there = other.stays[-1][1]
        if one.team is None and other.team is None and there != one.stays[-1][1] and random.random() < share:
            one.stays.append((random.uniform(*window), there))
