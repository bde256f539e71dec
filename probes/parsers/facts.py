"""Rows become the same facts that SNMP gives."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from inventory.model.facts import (
    AddressFact,
    ArpKind,
    ArpRow,
    FdbRow,
    FdbStatus,
    Identifier,
    IdentifierKind,
    InterfaceFact,
    LldpNeighbour,
)
from probes.parsers.cells import Cells, Context, admin_up, arp_kind, fdb_status, identifier, oper_up
from probes.parsers.names import kind, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.facts import Fact

_ETHERNET, _LOOPBACK, _VIRTUAL, _AGGREGATE = 6, 24, 53, 161
"""IANAifType."""
_SPEED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)", re.IGNORECASE)
_MBPS: Final = {"k": 0.001, "": 1, "m": 1, "g": 1000, "t": 1_000_000}
_BRIDGING: Final = re.compile(r"\b(?:bridge|router|switch|b|r)\b", re.IGNORECASE)
_IN_TREE: Final = {"forwarding": False, "discarding": True, "blocking": True, "learning": None, "listening": None}
"""State of a port in the spanning tree → whether it is blocked; what a port that is down says is old."""
_CARRYING: Final = re.compile(r"\b(?:telephone|phone|wlan\w*|access[ -]?point|t|w)\b", re.IGNORECASE)
_ABLE: Final = {
    "bridge": re.compile(r"\b(?:bridge|switch|(?-i:B))\b", re.IGNORECASE),
    "router": re.compile(r"\b(?:router|(?-i:R))\b", re.IGNORECASE),
    "access_point": re.compile(r"\b(?:wlan\w*|access[ -]?point|(?-i:W))\b", re.IGNORECASE),
    "telephone": re.compile(r"\b(?:telephone|phone|(?-i:T))\b", re.IGNORECASE),
    "station": re.compile(r"\b(?:station(?:[ -]?only)?|host)\b", re.IGNORECASE),
}
"""How commands write LLDP's capabilities: as words, or as the letters of IEEE 802.1AB's tables."""
_OWN_PORTS: Final = re.compile(r"cpu|switch|self|router|mgmt|management|drop|sup-eth\S*|0|-", re.IGNORECASE)
"""What stands for the device itself in a port column."""


class Read:
    """What the rows of one output say."""

    def __init__(self, context: Context) -> None:
        self._at = context
        self.facts: list[Fact] = []
        self.understood = 0
        """Rows that say something: a fact each, or no fact for a good reason (an address nobody answers for)."""
        self.rejected = 0

    def interfaces(self, rows: Iterable[Cells]) -> None:
        """Read a table of interfaces."""
        for row in rows:
            name = row.word("interface")
            if name is None:
                self.rejected += 1
                continue
            link, admin = row.word("link"), row.word("admin")
            fact = self._interface(name, row.word("description"))
            self._keep(
                InterfaceFact(
                    *fact,
                    mac=row.mac("mac"),
                    if_type=_type(fact[2], self._at),
                    admin_up=admin_up(admin or link),
                    oper_up=oper_up(link),
                    at=self._at.at,
                    speed_mbps=_speed(row.word("speed")),
                )
            )

    def mentioned(self, names: Iterable[str]) -> None:
        """Name interfaces that only other tables speak of."""
        for name in names:
            fact = self._interface(name, None)
            type_ = _type(fact[2], self._at)
            self._keep(InterfaceFact(*fact, mac=None, if_type=type_, admin_up=None, oper_up=None, at=self._at.at))

    def stations(self, rows: Iterable[Cells]) -> None:
        """Read a forwarding table."""
        for row in rows:
            mac = row.mac("mac")
            ports = row.words("port")
            if mac is None:
                self.rejected += 1
                continue
            self.understood += 1
            type_ = " ".join((row.word("type") or "").split())
            status = FdbStatus.LEARNED if type_ in self._at.cli.learned else fdb_status(type_)
            own = not ports or all(_OWN_PORTS.fullmatch(port) for port in ports)
            for port in ports or [""]:
                number = None if own else self._at.ports.number(port)
                self.facts.append(
                    FdbRow(
                        self._at.device,
                        mac,
                        number,
                        raw_port=number or 0,
                        vlan=row.vlan("vlan"),
                        fdb_id=None,
                        status=FdbStatus.SELF if own else status,
                        at=self._at.at,
                        table=self._at.command,
                    )
                )

    def resolved(self, rows: Iterable[Cells]) -> None:
        """Read an ARP or ND table; an address nobody answers for is no fact."""
        for row in rows:
            ip, mac, port = row.ip("ip"), row.mac("mac"), row.joined("interface") or ""
            vlan = row.vlan("vlan")
            if ip is None:
                self.rejected += 1
                continue
            self.understood += 1
            if mac is None or mac.is_null:
                continue
            port = self._addressed(port, vlan)
            type_ = arp_kind(row.word("type") or _told_by_age(row.word("age")))
            if self._at.cli.own_without_age and row.word("age") is None and type_ is ArpKind.DYNAMIC:
                type_ = ArpKind.LOCAL
            number = self._at.ports.number(port) if port else 0
            plane = self._plane(row, number)
            self.facts.append(ArpRow(self._at.device, plane, ip, mac, number, type_, self._at.at, self._at.command))

    def bound(self, rows: Iterable[Cells]) -> dict[int, str]:
        """Return the VPN of each interface that is in one."""
        return {
            self._at.ports.number(self._addressed(port, row.vlan("vlan"))): vpn
            for row in rows
            for port in row.words("interface")
            if (vpn := row.word("vpn")) is not None
        }

    def neighbours(self, rows: Iterable[Cells]) -> None:
        """Read who announces itself by LLDP."""
        for row in rows:
            port = row.word("port")
            chassis = identifier(row.word("chassis_type"), row.word("chassis"), IdentifierKind.LOCAL)
            remote = identifier(row.word("remote_type"), row.joined("remote"), IdentifierKind.INTERFACE_NAME)
            called = row.word("remote_description")
            if remote is None and called is not None:  # some announce no port, only what they call it
                remote = Identifier(IdentifierKind.INTERFACE_ALIAS, called)
            if port is None or chassis is None or remote is None:
                self.rejected += 1
                continue
            number = self._at.ports.number(port)
            capabilities = row.word("capabilities")
            self._keep(
                LldpNeighbour(
                    self._at.device,
                    number,
                    number,
                    chassis,
                    remote,
                    called,
                    row.joined("system_name"),
                    row.ip("management"),
                    self._at.at,
                    bool(_BRIDGING.search(capabilities)) if capabilities else None,
                    self._at.command,
                    bool(_CARRYING.search(capabilities)) if capabilities else None,
                    capabilities=_able(capabilities),
                )
            )

    def leaders(self, rows: Iterable[Cells]) -> None:
        """Read which bridge leads each port's segment in the spanning tree, where it is another one.

        Every instance prints its ports: MSTP's, or with PVST each VLAN's.
        """
        for row in rows:
            port, own, leader = row.word("port"), row.mac("bridge"), row.mac("chassis")
            state = (row.word("state") or "").lower()
            if port is None or own is None or leader is None:
                self.rejected += 1
                continue
            self.understood += 1
            if leader == own or state not in _IN_TREE:
                continue
            number = self._at.ports.number(port)
            self.facts.append(
                LldpNeighbour(
                    self._at.device,
                    number,
                    number,
                    Identifier(IdentifierKind.MAC, str(leader)),
                    Identifier(IdentifierKind.LOCAL, row.word("remote") or ""),
                    None,
                    None,
                    None,
                    self._at.at,
                    is_bridge_or_router=True,
                    table=self._at.command,
                    carries_stations=False,
                    blocked=_IN_TREE[state],
                )
            )

    def addresses(self, rows: Iterable[Cells]) -> None:
        """Read which addresses are the device's own."""
        for row in rows:
            ip, port = row.ip("ip"), row.word("interface")
            if port is None:
                self.rejected += 1
                continue
            self.understood += 1
            if ip is None or ip.is_unspecified:
                continue
            number = self._at.ports.number(port)
            plane = self._plane(row, number)
            self.facts.append(AddressFact(self._at.device, plane, ip, number, self._at.at, _prefix_length(row)))

    def _plane(self, row: Cells, interface: int) -> str:
        """Return where an address of this row is valid: in the VPN it names, or its interface belongs to."""
        vpn = row.word("vpn") or self._at.vpns.get(interface)
        return self._at.plane if vpn is None or vpn.lower() in self._at.cli.base_vpns else vpn

    def _addressed(self, port: str, vlan: int | None) -> str:
        """Return the interface an address stands on: where the port below it is shown, that of its VLAN."""
        if vlan is not None and self._at.cli.vlan_interface and self._is_bridged(port):
            return self._at.cli.vlan_interface.format(vlan)
        return port

    def _is_bridged(self, port: str) -> bool:
        """Whether the port only carries the frames of a VLAN's interface: neither that itself nor a sub-interface."""
        return "." not in port and kind(spelled(port, self._at.cli)) not in self._at.cli.virtual

    def _interface(self, name: str, alias: str | None) -> tuple[str, int, str, str, str | None]:
        """Return what every interface fact begins with: device, number, name, description, alias."""
        ports = self._at.ports
        return self._at.device, ports.number(name), ports.called(name), name.strip(), alias

    def _keep(self, fact: Fact) -> None:
        self.understood += 1
        self.facts.append(fact)


def _able(written: str | None) -> str | None:
    return " ".join(word for word, form in _ABLE.items() if form.search(written or "")) or None


def _told_by_age(age: str | None) -> str | None:
    """Return the kind of a row where only its age tells it: a time, or a letter instead."""
    if age is None:
        return None
    return "dynamic" if any(character.isdigit() for character in age) else age


def _type(name: str, context: Context) -> int:
    what = kind(name)
    if what in context.cli.aggregates:
        return _AGGREGATE
    if what in context.cli.loopbacks:
        return _LOOPBACK
    named = context.cli.ports is not None and not context.cli.ports.fullmatch(name)
    return _VIRTUAL if named or what in context.cli.virtual else _ETHERNET


def _speed(written: str | None) -> int | None:
    """Return Mbit/s of ``1000M(a)``, ``a-1000``, ``10G``, ``1000000``."""
    found = _SPEED.search(written or "")
    if not found:
        return None
    return round(float(found[1]) * _MBPS[found[2].lower()]) or None


def _prefix_length(row: Cells) -> int | None:
    written = row.word("mask") or (row.word("ip") or "").partition("/")[2]
    if not written:
        return None
    try:
        return ip_network(f"0.0.0.0/{written}").prefixlen if "." in written else int(written)
    except ValueError:
        return None
