"""Build random networks of several shapes; the same random state gives the same network."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import TYPE_CHECKING

from inventory.model.records import DeviceRole
from tests.simulator.network import Link, Network, Switch, Vendor, Vlan, mac_of
from tests.simulator.population import plug_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.simulator.network import Port


@dataclass(frozen=True, slots=True)
class Shape:
    """How big the network is and what it is made of."""

    switches: int = 30
    stations: int = 600
    kind: str = "tree"
    cascaded: float = 0.25
    """Share of access switches that hang on another access switch."""
    joined: float = 0.05
    """Share of switches, and of stations on switches with others below, on an unmanaged switch with a managed one."""
    spanning: float = 0.3
    """Share of networks whose VLANs are carried everywhere, wanted or not."""
    chain: tuple[int, int] = field(default=(3, 6), repr=False)
    """How many switches hang on each other in a cascade: fewest, most. No part of what seeds are made of."""


def build(random: Random, shape: Shape) -> Network:
    """Build one network."""
    builder = _Builder(random, shape)
    KINDS[shape.kind](builder)
    builder.finish()
    plug_in(builder.network, random, shape.stations, shape.joined)
    return builder.network


class _Builder:
    def __init__(self, random: Random, shape: Shape) -> None:
        self.random = random
        self.shape = shape
        self.network = Network(shape.kind)
        self.home: dict[str, tuple[str, ...]] = {}
        """Per switch, who routes for its stations."""
        self.instances = 1

    @property
    def left(self) -> int:
        return self.shape.switches - len(self.network.switches)

    def switch(self, role: DeviceRole = DeviceRole.ACCESS, *, gateway: bool = False) -> Switch:
        number = len(self.network.switches)
        names = {DeviceRole.CORE: "core", DeviceRole.ROUTER: "router"}
        name = f"{names.get(role, 'sw')}{number:03}"
        vendor = self.random.choices(list(Vendor), [5, 2, 2, 1])[0]
        address = f"10.0.{1 + number // 250}.{1 + number % 250}"
        made = Switch(name, mac_of(0x00E0FC, number), address, role, vendor, gateway=gateway)
        self.network.switches[name] = made
        return made

    def link(
        self,
        upper: Switch,
        lower: Switch,
        *,
        lag: bool | None = None,
        blocked: frozenset[int] = frozenset(),
        routed: bool = False,
    ) -> Link:
        """Cable two switches; one link in five is an aggregate, one in twenty shares a dumb switch with another."""
        taken = [link.one for link in self.network.links if link.one[0] == upper.name and link.one[1] not in upper.lags]
        if lag is None and not blocked and taken and self.random.random() < self.shape.joined:
            one = self.random.choice(taken)
            lag = False
        else:
            lag = self.random.random() < 0.2 if lag is None else lag
            one = uplink(upper, lag=lag)
        made = Link(one, uplink(lower, lag=lag), blocked, routed)
        self.network.links.append(made)
        return made

    def below(self, uppers: list[Switch], count: int) -> list[Switch]:
        """Hang access switches under some, a part of them under each other."""
        made: list[Switch] = []
        for _ in range(count):
            cascaded = made and self.random.random() < self.shape.cascaded
            lower = self.switch()
            self.link(self.random.choice(made if cascaded else uppers), lower)
            made.append(lower)
        return made

    def finish(self) -> None:
        """Give every group of some access switches its VLAN, and every domain one for the switches themselves."""
        network = self.network
        spanning = self.random.random() < self.shape.spanning
        domains: dict[tuple[str, ...], list[str]] = {}
        for name in network.switches:
            domains.setdefault(self.home.get(name, self.home["*"]), []).append(name)
        number = 1
        for gateways, members in domains.items():
            number += 1
            tags = count(2 if network.kind == "points" else number)
            everywhere = network.reach(gateways[0])
            network.vlans[number] = Vlan(number, next(tags), gateways, everywhere)
            for name in members:
                network.switches[name].vlan = number
            pool = [name for name in members if name not in gateways] or members
            self.random.shuffle(pool)
            while pool:
                size = min(len(pool), self.random.randint(2, 8))
                group, pool = pool[:size], pool[size:]
                number += 1
                self._vlan(number, next(tags), gateways, group, everywhere=everywhere if spanning else None)

    def _vlan(
        self, number: int, tag: int, gateways: tuple[str, ...], group: list[str], *, everywhere: frozenset[str] | None
    ) -> None:
        instance = number % self.instances
        redundant = self.network.kind == "vrrp"
        if redundant:
            gateways = (self.random.choice(("core000", "core001")),)
        virtual = mac_of(0x00005E, 0x000100 + number) if redundant or len(gateways) > 1 else None
        on_the_way = {
            name for member in group for gateway in gateways for name in self.network.path(member, gateway, instance)
        }
        if redundant:
            on_the_way |= {"core000", "core001"}
        carriers = everywhere or frozenset(on_the_way)
        self.network.vlans[number] = Vlan(number, tag, gateways, carriers, instance, virtual)


def uplink(switch: Switch, *, lag: bool = False) -> Port:
    """Take the next port for a link to another switch; of an aggregate, its number."""
    port = switch.next_uplink
    switch.next_uplink += 2 if lag else 1
    if not lag:
        switch.ports.add(port)
        return switch.name, port
    switch.ports |= {port, port + 1}
    switch.lags[1000 + port] = (port, port + 1)
    return switch.name, 1000 + port


def _star(builder: _Builder) -> None:
    core = builder.switch(DeviceRole.CORE, gateway=True)
    builder.home["*"] = (core.name,)
    while builder.left:
        builder.link(core, builder.switch())


def _tree(builder: _Builder) -> None:
    core = builder.switch(DeviceRole.CORE, gateway=True)
    builder.home["*"] = (core.name,)
    middle = [builder.switch(DeviceRole.OTHER) for _ in range(max(1, builder.left // 10))]
    for switch in middle:
        builder.link(core, switch, lag=builder.random.random() < 0.5)
    builder.below([core, *middle, *middle], builder.left)


def _cascade(builder: _Builder) -> None:
    core = builder.switch(DeviceRole.CORE, gateway=True)
    builder.home["*"] = (core.name,)
    while builder.left:
        upper = core
        for _ in range(min(builder.left, builder.random.randint(*builder.shape.chain))):
            lower = builder.switch()
            builder.link(upper, lower)
            upper = lower


def _ring(builder: _Builder) -> None:
    """Rings that close at the core or at a switch below it; each is cut at one link, perhaps one per instance."""
    core = builder.switch(DeviceRole.CORE, gateway=True)
    builder.home["*"] = (core.name,)
    builder.instances = builder.random.choice((1, 1, 2))
    while builder.left:
        head = core
        if builder.left > 6 and builder.random.random() < 0.4:
            head = builder.switch(DeviceRole.OTHER)
            builder.link(core, head)
        members = [builder.switch() for _ in range(min(builder.left, builder.random.randint(3, 7)))]
        around = [head, *members, head]
        cuts: dict[int, set[int]] = {}
        for instance in range(builder.instances):
            cuts.setdefault(builder.random.randrange(len(around) - 1), set()).add(instance)
        for place, (one, other) in enumerate(pairwise(around)):
            builder.link(one, other, lag=False, blocked=frozenset(cuts.get(place, ())))


def _vrrp(builder: _Builder) -> None:
    """Two routing cores, every second-level switch on both, one of its two links blocked."""
    first = builder.switch(DeviceRole.CORE, gateway=True)
    second = builder.switch(DeviceRole.CORE, gateway=True)
    builder.home["*"] = (first.name,)
    builder.instances = builder.random.choice((1, 2))
    builder.link(first, second, lag=True)
    middle = []
    for _ in range(max(2, builder.left // 2)):
        lower = builder.switch()
        builder.link(first, lower, lag=False, blocked=frozenset({1} if builder.instances > 1 else ()))
        builder.link(second, lower, lag=False, blocked=frozenset({0}))
        middle.append(lower)
    builder.below(middle, builder.left)


def _multi_chassis(builder: _Builder) -> None:
    """A pair that forwards as one: most switches on both by one aggregate, some on one of them only."""
    first = builder.switch(DeviceRole.CORE, gateway=True)
    second = builder.switch(DeviceRole.CORE, gateway=True)
    builder.home["*"] = (first.name, second.name)
    builder.network.pairs.append(frozenset((first.name, second.name)))
    builder.link(first, second, lag=True)
    middle = []
    for _ in range(max(2, builder.left // 2)):
        lower = builder.switch()
        if builder.random.random() < 0.15:
            builder.link(builder.random.choice((first, second)), lower, lag=False)
        else:
            to_first = builder.link(first, lower, lag=True)
            to_second = Link(uplink(second, lag=True), to_first.other)
            builder.network.links.append(to_second)
        middle.append(lower)
    builder.below(middle, builder.left)


def _points(builder: _Builder) -> None:
    """Every point routes for itself: behind the core there is no common layer 2."""
    core = builder.switch(DeviceRole.CORE, gateway=True)
    builder.home["*"] = (core.name,)
    while builder.left:
        gateway = builder.switch(builder.random.choice((DeviceRole.ROUTER, DeviceRole.ACCESS)), gateway=True)
        builder.link(core, gateway, lag=False, routed=True)
        here = [gateway, *builder.below([gateway], min(builder.left, builder.random.randint(0, 5)))]
        builder.home.update({switch.name: (gateway.name,) for switch in here})


KINDS: dict[str, Callable[[_Builder], None]] = {
    "star": _star,
    "tree": _tree,
    "cascade": _cascade,
    "ring": _ring,
    "vrrp": _vrrp,
    "multi-chassis": _multi_chassis,
    "points": _points,
}
