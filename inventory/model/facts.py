"""Facts: what a probe said, exactly once, with time and source. Never changed, never deleted by silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.sightings import ProbeKind, Sighting

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.crosscheck import CrossCheck
    from inventory.model.measurement import Measurement
    from inventory.model.values import IPAddress, Mac

__all__ = [
    "AddressFact",
    "ArpKind",
    "ArpRow",
    "DeviceFact",
    "Fact",
    "FdbRow",
    "FdbStatus",
    "Identifier",
    "IdentifierKind",
    "InterfaceFact",
    "LldpNeighbour",
    "ProbeKind",
    "RememberedCard",
    "Sighting",
]


class ArpKind(StrEnum):
    """ipNetToPhysicalType / ipNetToMediaType (RFC 4293)."""

    DYNAMIC = "dynamic"
    STATIC = "static"
    LOCAL = "local"
    """The device's own address: a gateway, never an endpoint."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ArpRow:
    """A device resolved an IPv4 (ARP) or IPv6 (ND) address to a MAC. Invalid and incomplete rows are not facts."""

    device: str
    plane: str
    ip: IPAddress
    mac: Mac
    if_index: int
    kind: ArpKind
    at: datetime
    table: str = "ipNetToPhysicalTable"
    """The MIB object or command the row came from."""


class FdbStatus(StrEnum):
    """dot1dTpFdbStatus (RFC 4188) and dot1qTpFdbStatus (RFC 4363)."""

    LEARNED = "learned"
    SELF = "self"
    MGMT = "mgmt"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FdbRow:
    """A bridge learned a MAC on a port. Rows with a MAC that no station can own are kept as evidence, too."""

    device: str
    mac: Mac
    if_index: int | None
    """The port as ifIndex; None when the bridge port could not be mapped."""
    raw_port: int
    """The number the table gave, before any mapping."""
    vlan: int | None
    """None when the table does not tell."""
    fdb_id: int | None
    status: FdbStatus
    at: datetime
    table: str = "dot1qTpFdbTable"


class IdentifierKind(StrEnum):
    """LldpChassisIdSubtype and LldpPortIdSubtype (IEEE 802.1AB-2005 LLDP-MIB), merged by meaning."""

    MAC = "mac"
    IP = "ip"
    INTERFACE_NAME = "interface_name"
    INTERFACE_ALIAS = "interface_alias"
    COMPONENT = "component"
    AGENT_CIRCUIT = "agent_circuit"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An LLDP identifier that keeps its type, so that a lookup can dispatch on it."""

    kind: IdentifierKind
    value: str
    """Canonical MAC or IP text where the kind says so; otherwise the text as sent."""


@dataclass(frozen=True, slots=True)
class LldpNeighbour:
    """A device heard a neighbour announce itself on one of its ports, by LLDP or a protocol of the same kind."""

    device: str
    if_index: int | None
    """The local port as ifIndex; None when lldpLocPortTable did not resolve it."""
    local_port: int
    """lldpRemLocalPortNum as sent: often not an ifIndex."""
    chassis: Identifier
    port: Identifier
    port_description: str | None
    system_name: str | None
    management_address: IPAddress | None
    at: datetime
    is_bridge_or_router: bool | None = None
    """From lldpRemSysCapEnabled; None when not announced."""
    table: str = "lldpRemTable"
    """The MIB object or command the row came from; what other discovery protocols hear is told in the same terms."""
    carries_stations: bool | None = None
    """Whether it announced itself as access point or telephone: what it bridges are stations, not further switches."""
    blocked: bool | None = None
    """Whether the spanning tree keeps stations' frames off the local port; None where nothing tells."""
    capabilities: str | None = None
    """What it says it does, words with blanks between: ``bridge telephone``; None when not announced."""
    description: str | None = None
    """What it says it is: its system description, its maker and model (LLDP-MED), its platform (CDP)."""


@dataclass(frozen=True, slots=True)
class InterfaceFact:
    """A row of ifTable joined with ifXTable (RFC 2863)."""

    device: str
    if_index: int
    name: str
    """ifName, or ifDescr where the agent has no ifXTable."""
    description: str
    alias: str | None
    mac: Mac | None
    if_type: int
    """IANAifType: 6 ethernetCsmacd, 24 softwareLoopback, 53 propVirtual, 135 l2vlan, 161 lag, 209 bridge."""
    admin_up: bool | None
    oper_up: bool | None
    at: datetime
    speed_mbps: int | None = None
    lag_if_index: int | None = None
    """The aggregate this port is a member of just now, as ifIndex (dot3adAggPortAttachedAggID)."""


@dataclass(frozen=True, slots=True)
class AddressFact:
    """An address a device owns itself (ipAddressTable ∪ ipAddrTable, RFC 4293)."""

    device: str
    plane: str
    ip: IPAddress
    if_index: int
    at: datetime
    prefix_length: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """Who a device says it is."""

    device: str
    at: datetime
    sys_name: str | None = None
    sys_descr: str | None = None
    sys_object_id: str | None = None
    uptime_s: float | None = None
    bridge_mac: Mac | None = None
    """dot1dBaseBridgeAddress."""
    chassis: Identifier | None = None
    """lldpLocChassisId."""
    model: str | None = None
    serial: str | None = None
    """Of the chassis (ENTITY-MIB); the members of a stack follow each other, separated by a comma."""
    software: str | None = None
    """The version, as the device spells it."""
    platform: str | None = None
    """By the rules of which platform the tables were read."""


@dataclass(frozen=True, slots=True)
class RememberedCard:
    """A card that a device called its own in an earlier sweep; in this one it did not tell its interfaces."""

    device: str
    mac: Mac
    at: datetime
    """When it said so."""


Fact: TypeAlias = (
    "Sighting | ArpRow | FdbRow | LldpNeighbour | InterfaceFact | AddressFact | DeviceFact | Measurement | CrossCheck"
)
