"""Rows as evidence: one line each, ``key=value``, the same in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.facts import FdbStatus
from inventory.model.location import Evidence
from inventory.model.values import written

if TYPE_CHECKING:
    from inventory.location.ports import Ports
    from inventory.model.facts import ArpRow, FdbRow, LldpNeighbour, Sighting


_SAID: Final = 100
"""Characters of what a neighbour says it is."""


def _source(table: str) -> str:
    """A command has blanks (``display arp``), a MIB object has none."""
    return f"ssh:{table}" if " " in table else f"snmp:{table}"


class Proofs:
    """Rows as evidence, each made once: of most, both where an endpoint is and that it exists rest on it."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._made: dict[int, tuple[object, Evidence]] = {}
        """By the row's identity; the row is kept, so that no other one takes it."""

    def of_fdb(self, row: FdbRow) -> Evidence:
        """Describe a forwarding row."""
        made = self._made.get(id(row))
        if made is None:
            made = self._made[id(row)] = row, of_fdb(row, self._ports)
        return made[1]

    def of_arp(self, row: ArpRow) -> Evidence:
        """Describe an ARP or ND row."""
        made = self._made.get(id(row))
        if made is None:
            made = self._made[id(row)] = row, of_arp(row, self._ports)
        return made[1]


def of_fdb(row: FdbRow, ports: Ports) -> Evidence:
    """Describe a forwarding row, or what a station announced (:func:`inventory.location.announced.announced`)."""
    if row.if_index is None:
        port = f"port=unmapped raw={row.raw_port}"
    else:
        port = f"port={ports.place(row.device, row.if_index).port}"
    vlan = "" if row.vlan is None else f" vlan={row.vlan}"
    status = "announced" if row.status is FdbStatus.OTHER else row.status
    return Evidence(_source(row.table), row.device, row.at, f"mac={row.mac} {port}{vlan} status={status}")


def of_arp(row: ArpRow, ports: Ports) -> Evidence:
    """Describe an ARP or ND row."""
    interface = ports.place(row.device, row.if_index).port
    line = f"ip={written(row.ip)} mac={row.mac} interface={interface} type={row.kind}"
    return Evidence(_source(row.table), row.device, row.at, line)


def of_lldp(row: LldpNeighbour, ports: Ports) -> Evidence:
    """Describe what was heard on a port."""
    local = f"localPort {row.local_port}" if row.if_index is None else ports.place(row.device, row.if_index).port
    name = f" sysName={row.system_name}" if row.system_name else ""
    blocked = " state=blocked" if row.blocked else ""
    able = f" capabilities={row.capabilities.replace(' ', ',')}" if row.capabilities else ""
    said = " ".join((row.description or "").split())[:_SAID]
    line = f"port={local}{able} chassis={row.chassis.value} remotePort={row.port.value}{name}{blocked}"
    line += f" description={said}" if said else ""
    return Evidence(_source(row.table), row.device, row.at, line)


def of_sighting(row: Sighting) -> Evidence:
    """Describe an answer to a probe."""
    mac = "" if row.mac is None else f" mac={row.mac}"
    ttl = "" if row.ttl is None else f" ttl={row.ttl}"
    rtt = "" if row.rtt_ms is None else f" rtt={row.rtt_ms:.1f}ms"
    return Evidence(f"probe:{row.probe}", None, row.at, f"ip={row.ip}{mac} {row.detail}{ttl}{rtt}")


def address(evidence: Evidence) -> str | None:
    """Return the address an ARP row or an answer is about; None of other evidence, and of configured (static) rows."""
    if not evidence.row.startswith("ip=") or evidence.row.endswith(" type=static"):
        return None
    return evidence.row[3:].partition(" ")[0]


def at_port(evidence: Evidence, device: str, port: str) -> bool:
    """Whether it is a forwarding row of this port. A port's name may hold blanks."""
    if evidence.device != device or not evidence.row.startswith("mac="):
        return False
    named = evidence.row.partition(" port=")[2]
    return named.startswith((f"{port} vlan=", f"{port} status="))


def order(evidence: Evidence) -> tuple[object, ...]:
    """Sort key: oldest first, then by text, so that equal facts give equal lists."""
    return (evidence.at, evidence.source, evidence.device or "", evidence.row)
