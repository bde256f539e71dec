"""The topology as instructions: which namespaces, which links, which addresses, which filters. Pure; runs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .topology import Port, mac_plus

if TYPE_CHECKING:
    from .topology import Nat, Prefix, Router, Station, Switch, Topology

BRIDGE: Final = "br0"
STATION_PORT: Final = "eth0"
INNER_BRIDGE: Final = "br-lan"
# Bridges age out what has not spoken for 300 s, as most switches do; stations speak more often than that.
AGEING_CENTISECONDS: Final = 30_000
_BRIDGE_OPTIONS: Final = f"stp_state 0 mcast_snooping 0 ageing_time {AGEING_CENTISECONDS}"
# Keeps what the core once learned from being collected during a long look around.
_NEIGHBOUR_STALE_MS: Final = 3_600_000
_TCP_ANSWERS: Final = {"tcp445": 445, "tcp3389": 3389}
_PRINTING: Final = "{ 515, 9100 }"


@dataclass(slots=True)
class Host:
    """One namespace. `named` hosts also have a host name of their own; `lines` are for `ip -batch` inside it."""

    name: str
    named: bool = False
    forwards: bool = False
    strict_arp: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    filter: str = ""
    listens: list[int] = field(default_factory=list)
    speaks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Claim:
    """A station that keeps asking for its gateway, and so keeps telling the core which MAC its address has."""

    host: str
    mac: str
    ip: str
    gateway: str
    offset: int


@dataclass(slots=True)
class Plan:
    """Everything the sandbox has to carry out, in order: hosts, links, then each host's own lines."""

    hosts: dict[str, Host] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def host(self, name: str, *, named: bool = False, forwards: bool = False) -> Host:
        """Add a host."""
        self.hosts[name] = Host(name, named=named, forwards=forwards, lines=["link set dev lo up"])
        return self.hosts[name]

    def link(self, lower: Port, lower_mac: str, upper: Port, upper_mac: str) -> None:
        """Add a cable."""
        self.links.append(
            f"link add name {lower.name} netns {lower.device}{_mac(lower_mac)} type veth "
            f"peer name {upper.name} netns {upper.device}{_mac(upper_mac)}"
        )


def plan(topology: Topology) -> Plan:
    """Turn a topology into instructions."""
    result = Plan()
    _core(topology, result)
    for switch in topology.switches:
        _switch(topology, switch, result)
    for router in topology.routers:
        _router(topology, router, result)
    _admin(topology, result)
    for switch in topology.switches:
        result.link(
            switch.uplink, _port_mac(topology, switch.uplink), switch.upstream, _port_mac(topology, switch.upstream)
        )
    for station in topology.stations:
        _station(topology, station, result)
    for nat in topology.nat:
        _nat(nat, result)
    return result


def _mac(mac: str) -> str:
    return f" address {mac}" if mac else ""


def _port_mac(topology: Topology, port: Port) -> str:
    if port.device == topology.core.name:
        return topology.core_port_mac(port.name)
    for router in topology.routers:
        if port.device == router.name:
            return mac_plus(router.mac, 0 if port.name == router.wan else 1)
    switch = topology.switch_by_name[port.device]
    if not switch.managed:
        return ""
    return switch.mac if switch.one_mac else mac_plus(switch.mac, topology.ports_of(switch.name).index(port.name) + 1)


def _core(topology: Topology, result: Plan) -> None:
    core = topology.core
    host = result.host(core.name, named=True, forwards=True)
    host.lines.append(f"address add {core.address}/32 dev lo")
    for number in range(1, core.ports + 1):
        host.lines.append(f"link set dev ge0-0-{number} up")
        host.lines.append(f"ntable change name arp_cache dev ge0-0-{number} gc_stale {_NEIGHBOUR_STALE_MS}")
        host.speaks.append((f"ge0-0-{number}", topology.core_port_mac(f"ge0-0-{number}")))
    for prefix in topology.prefixes:
        if prefix.on is None and prefix.purpose == "management":
            # Addresses of the management range nobody uses are dropped, not announced as unreachable.
            host.lines.append(f"route add blackhole {prefix.cidr}")
        elif prefix.on is not None and prefix.on.device == core.name:
            _core_prefix(prefix, prefix.on.name, host)
    for switch in topology.switches:
        if switch.address is not None and topology.prefix_of(switch.address).on is None:
            host.lines.append(f"route add {switch.address}/32 dev {_core_port(topology, switch.upstream)}")
    for router in topology.routers:
        host.lines.append(f"route add {router.address}/32 dev {router.upstream.name}")
        host.lines.extend(
            f"route add {prefix.cidr} via {router.address} dev {router.upstream.name} onlink"
            for prefix in topology.prefixes
            if prefix.on is not None and prefix.on.device == router.name
        )


def _core_prefix(prefix: Prefix, port: str, host: Host) -> None:
    length = prefix.cidr.prefixlen
    if not prefix.virtual_mac:
        host.lines.append(f"address add {prefix.gateway}/{length} dev {port}")
        return
    virtual = f"vr{prefix.virtual_mac[-2:]}"
    host.lines += [
        f"address add {prefix.router_address}/{length} dev {port}",
        f"link add name {virtual} link {port} address {prefix.virtual_mac} type macvlan mode bridge",
        f"address add {prefix.gateway}/32 dev {virtual}",
        f"link set dev {virtual} up",
    ]
    host.speaks.append((virtual, prefix.virtual_mac))
    # Otherwise the port would answer, and ask, for the virtual address with its own MAC.
    host.strict_arp += [port, virtual]


def _core_port(topology: Topology, port: Port) -> str:
    while port.device != topology.core.name:
        port = topology.switch_by_name[port.device].upstream
    return port.name


def _gateway_on(topology: Topology, core_port: str) -> str:
    """An address of the core that answers ARP on this port itself."""
    return next(
        str(prefix.gateway)
        for prefix in topology.prefixes
        if prefix.on == Port(topology.core.name, core_port) and not prefix.virtual_mac
    )


def _switch(topology: Topology, switch: Switch, result: Plan) -> None:
    host = result.host(switch.name, named=switch.managed)
    result.links.append(f"link add name {BRIDGE} netns {switch.name}{_mac(switch.mac)} type bridge {_BRIDGE_OPTIONS}")
    for port in topology.ports_of(switch.name):
        host.lines.append(f"link set dev {port} master {BRIDGE}")
        if not (switch.cut and port == switch.uplink.name):
            host.lines.append(f"link set dev {port} up")
    host.lines.append(f"link set dev {BRIDGE} up")
    if switch.address is None:
        return
    # A described port announces itself over LLDP by name, the others by MAC: readers have to understand both.
    host.lines.append(f"link set dev {switch.uplink.name} alias {switch.upstream.device}:{switch.upstream.name}")
    prefix = topology.prefix_of(switch.address)
    length = prefix.cidr.prefixlen if prefix.on is not None else 32
    gateway = prefix.gateway if prefix.on is not None else _gateway_on(topology, _core_port(topology, switch.upstream))
    host.lines.append(f"address add {switch.address}/{length} dev {BRIDGE}")
    host.lines.append(f"route add default via {gateway} dev {BRIDGE} onlink")
    host.speaks.append((BRIDGE, switch.mac))
    if not switch.reads:
        host.filter = _input("drop", "")


def _router(topology: Topology, router: Router, result: Plan) -> None:
    host = result.host(router.name, named=True, forwards=True)
    result.link(
        Port(router.name, router.wan), router.mac, router.upstream, topology.core_port_mac(router.upstream.name)
    )
    host.lines += [
        f"link set dev {router.wan} up",
        f"address add {router.address}/32 dev {router.wan}",
        f"route add default via {topology.core.address} dev {router.wan} onlink",
    ]
    host.speaks.append((router.wan, router.mac))
    for prefix in topology.prefixes:
        if prefix.on is not None and prefix.on.device == router.name:
            host.lines.append(f"link set dev {prefix.on.name} up")
            host.lines.append(f"address add {prefix.gateway}/{prefix.cidr.prefixlen} dev {prefix.on.name}")
            host.speaks.append((prefix.on.name, mac_plus(router.mac, 1)))


def _admin(topology: Topology, result: Plan) -> None:
    admin = topology.admin
    prefix = topology.prefix_of(admin.ip)
    host = result.host(admin.name, named=True)
    result.link(Port(admin.name, STATION_PORT), admin.mac, admin.at, topology.core_port_mac(admin.at.name))
    host.lines += _attached(f"{admin.ip}/{prefix.cidr.prefixlen}", str(prefix.gateway))
    host.speaks.append((STATION_PORT, admin.mac))


def _attached(address: str, gateway: str) -> list[str]:
    return [
        f"address add {address} dev {STATION_PORT}",
        f"link set dev {STATION_PORT} up",
        f"route add default via {gateway} dev {STATION_PORT}",
    ]


def _station(topology: Topology, station: Station, result: Plan) -> None:
    prefix = topology.prefix_of(station.ip)
    host = result.host(station.name)
    result.link(Port(station.name, STATION_PORT), station.mac, station.at, _port_mac(topology, station.at))
    attached = _attached(f"{station.ip}/{prefix.cidr.prefixlen}", str(prefix.gateway))
    host.lines += attached[:1] if station.off else attached
    host.speaks.append((STATION_PORT, station.mac))
    if station.answers in _TCP_ANSWERS:
        port = _TCP_ANSWERS[station.answers]
        host.listens.append(port)
        host.filter = _input("drop", f"tcp dport {port} accept")
    elif station.answers == "nothing":
        host.filter = _input("drop", "")
    elif station.kind == "printer":
        host.listens.append(9100)
        host.filter = (
            "table inet lab {\n counter probes { }\n chain input {\n"
            "  type filter hook input priority 0; policy accept;\n"
            f"  meta l4proto {{ tcp, udp }} th dport {_PRINTING} counter name probes\n }}\n}}\n"
        )
    if station.claims is not None:
        result.claims.append(
            Claim(station.name, station.mac, str(station.ip), str(prefix.gateway), offset=station.claims)
        )


def _input(policy: str, rule: str) -> str:
    return (
        f"table inet lab {{\n chain input {{\n  type filter hook input priority 0; policy {policy};\n"
        f"  iif lo accept\n  {rule}\n }}\n}}\n"
    )


def _nat(nat: Nat, result: Plan) -> None:
    """Give a station a LAN side that it hides, as the routers people buy in a shop do."""
    router = result.hosts[nat.station]
    router.forwards = True
    own = next(nat.cidr.hosts())
    router.lines += [
        f"link add name {INNER_BRIDGE} type bridge {_BRIDGE_OPTIONS}",
        f"address add {own}/{nat.cidr.prefixlen} dev {INNER_BRIDGE}",
        f"link set dev {INNER_BRIDGE} up",
    ]
    router.filter = (
        f"table ip lab {{\n chain hide {{\n  type nat hook postrouting priority 100;\n"
        f"  oifname {STATION_PORT} masquerade\n }}\n"
        " chain forward {\n  type filter hook forward priority 0; policy drop;\n"
        f"  iifname {INNER_BRIDGE} accept\n  ct state established,related accept\n }}\n}}\n"
    )
    for number, inner in enumerate(nat.stations, start=1):
        host = result.host(inner.name)
        result.link(Port(inner.name, STATION_PORT), inner.mac, Port(nat.station, f"lan{number}"), "")
        host.lines += _attached(f"{inner.ip}/{nat.cidr.prefixlen}", str(own))
        router.lines += [f"link set lan{number} master {INNER_BRIDGE}", f"link set lan{number} up"]
