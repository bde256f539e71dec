"""What every switch has learned when it is read: frames in time, tables that forget, plugs that are pulled."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tests.simulator.network import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from inventory.model.values import Mac
    from tests.simulator.network import Network, Port, Station, Switch

WINDOW = 600.0
"""A sweep reads its switches within ten minutes, in any order, each once."""
Ways: TypeAlias = "dict[Port, frozenset[str]]"
_PAST = 1200.0
"""Nothing older is remembered: gateways forget ARP entries after twenty minutes."""
_AGEING = ((300.0, 8), (120.0, 1), (600.0, 1))
"""Seconds until a switch forgets an address, and how often that is so."""


@dataclass(frozen=True, slots=True)
class Held:
    """One entry of a forwarding table, with the truth about it."""

    port: int
    heard: float
    """When the last frame came."""
    place: Port
    """Where its sender was plugged in then."""
    from_below: bool
    """Whether the switch is on the sender's way to its gateway: the entry points away from the core."""


@dataclass
class Tables:
    """What is in the tables at the moment each switch is read."""

    read_at: dict[str, float]
    fdb: dict[str, dict[tuple[Mac, int], Held]]
    arp: dict[str, dict[str, tuple[Mac, int, float]]] = field(default_factory=dict)
    """Per gateway and IP: MAC, VLAN, when the address was last used."""
    ageing: dict[str, float] = field(default_factory=dict)
    """After how many seconds each switch forgets."""
    frames: list[Frames] = field(default_factory=list)
    """What each station sent, in the order of the network's stations."""


@dataclass(frozen=True, slots=True)
class Frames:
    """When a station spoke, in seconds, rising."""

    to_gateway: list[float]
    to_all: list[float]


def fill(network: Network, random: Random, start: float) -> Tables:
    """Let the network live until the sweep that begins at ``start`` has read everything."""
    read_at = {name: start + random.uniform(0, WINDOW) for name in network.switches}
    ageing = {name: random.choices(*zip(*_AGEING, strict=True))[0] for name in network.switches}
    tables = Tables(read_at, {name: {} for name in network.switches}, ageing=ageing)
    for switch in network.switches.values():
        _network_addresses(network, switch, random, tables)
    for station in network.stations:
        frames = _frames(station, random, start)
        tables.frames.append(frames)
        _resolve(network, station, frames, tables)
        _learn(network, station, frames, tables, random)
    return tables


def _frames(station: Station, random: Random, start: float) -> Frames:
    unicast, broadcast = (300.0, 900.0) if station.silent else (20.0, 90.0)
    plugged = [since + 2 for since, _ in station.stays[1:]]
    return Frames(
        sorted([*_moments(random, unicast, start), *plugged]), sorted([*_moments(random, broadcast, start), *plugged])
    )


def _moments(random: Random, interval: float, start: float) -> list[float]:
    found = []
    at = start - _PAST + random.expovariate(1 / interval)
    while at < start + WINDOW:
        found.append(at)
        at += random.expovariate(1 / interval)
    return found


def _resolve(network: Network, station: Station, frames: Frames, tables: Tables) -> None:
    for gateway in network.vlans[station.vlan].gateways:
        now = tables.read_at[gateway]
        last = _last(frames.to_gateway, now)
        if last is not None and now - last <= _PAST and station.kind is not Kind.ACCESS_POINT:
            tables.arp.setdefault(gateway, {})[station.ip] = (station.mac, station.vlan, last)


def _learn(network: Network, station: Station, frames: Frames, tables: Tables, random: Random) -> None:
    ways: Ways = {}
    for name in sorted(network.vlans[station.vlan].carriers):
        best = last_heard(network, station, frames, tables, name, ways)
        if best is None or (station.silent and random.random() < 0.5):
            continue
        known = tables.fdb[name].get((station.mac, station.vlan))
        if known is None or known.heard < best.heard:
            tables.fdb[name][station.mac, station.vlan] = best


def last_heard(
    network: Network, station: Station, frames: Frames, tables: Tables, name: str, ways: Ways
) -> Held | None:
    """Return what a switch holds of a station when it is read, if it forgets nothing before its time.

    Args:
        network: the network.
        station: who sent the frames.
        frames: when.
        tables: when the switch is read, and how long it remembers.
        name: the switch.
        ways: filled meanwhile: who forwards a frame from a port to its gateway.
    """
    vlan = network.vlans[station.vlan]
    now = tables.read_at[name]
    best: Held | None = None
    for heard, unicast in _frames_before(station, frames, now):
        if now - heard > tables.ageing[name] or (best is not None and heard < best.heard):
            continue
        place = station.place(heard)
        way = ways.get(place)
        if way is None:
            ends = (network.path(place[0], gateway, vlan.instance) for gateway in vlan.gateways)
            way = ways[place] = frozenset(one for path in ends for one in path)
        below = name in way
        port = port_of(network, station, name, place, vlan.instance)
        if (unicast and not below) or port is None or _unplugged(station, name, heard, now):
            continue
        best = Held(port, heard, place, below)
    return best


def _frames_before(station: Station, frames: Frames, now: float) -> Iterator[tuple[float, bool]]:
    """Yield the last frame to the gateway and the last one to all; of a machine on two cables, of either."""
    kinds = ((frames.to_gateway, True), (frames.to_all, False))
    if station.team is None:
        lasts = ((_last(moments, now), unicast) for moments, unicast in kinds)
        yield from ((heard, unicast) for heard, unicast in lasts if heard is not None)
        return
    for cable in (0, 1):
        for moments, unicast in kinds:
            heard = _last([at for at in moments if int(at) % 2 == cable], now)
            if heard is not None:
                yield heard, unicast


def port_of(network: Network, station: Station, name: str, place: Port, instance: int) -> int | None:
    """Return the port on which a switch hears a station that is plugged in somewhere."""
    if name == place[0]:
        return place[1]
    if station.second is not None and name == station.second[0]:
        return station.second[1]
    return network.port(name, place[0], instance)


def _unplugged(station: Station, name: str, heard: float, now: float) -> bool:
    """A switch forgets at once what it learned on a port that went down."""
    if not station.alone or station.place(heard)[0] != name:
        return False
    return any(heard < since <= now for since, _ in station.stays[1:])


def _network_addresses(network: Network, switch: Switch, random: Random, tables: Tables) -> None:
    """Switches are polled through their gateway; gateways speak to everybody."""
    home = network.vlans[switch.vlan]
    if switch.gateway:
        for vlan in network.vlans.values():
            if switch.name in vlan.gateways:
                _everywhere(network, switch, vlan.number, tables, switch.mac)
                if vlan.virtual is not None and vlan.gateways[0] == switch.name:
                    _everywhere(network, switch, vlan.number, tables, vlan.virtual)
    elif random.random() < 0.2:
        _everywhere(network, switch, home.number, tables, switch.mac)
    for gateway in home.gateways:
        way = network.path(switch.name, gateway, home.instance)
        _known(network, switch, home.number, tables, switch.mac, way)


def _everywhere(network: Network, switch: Switch, vlan: int, tables: Tables, mac: Mac) -> None:
    _known(network, switch, vlan, tables, mac, sorted(network.vlans[vlan].carriers))


def _known(network: Network, switch: Switch, vlan: int, tables: Tables, mac: Mac, at: list[str]) -> None:
    for name in at:
        port = network.port(name, switch.name, network.vlans[vlan].instance)
        if name != switch.name and port is not None:
            now = tables.read_at[name]
            tables.fdb[name][mac, vlan] = Held(port, now, (switch.name, 0), from_below=False)


def _last(moments: list[float], now: float) -> float | None:
    place = bisect_right(moments, now)
    return moments[place - 1] if place else None
