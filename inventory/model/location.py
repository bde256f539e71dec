"""The verdict about a place: what the location engine answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.text import Text
    from inventory.model.values import Mac


class Verdict(StrEnum):
    """How much is known about a place, best first."""

    EXACT = "exact"
    """This port, and no read device lies behind it."""
    BOUNDED = "bounded"
    """Somewhere behind this port: the nearer switch was not read or does not hold the address now."""
    AMBIGUOUS = "ambiguous"
    """Several places remain; all are listed."""
    L3_ONLY = "l3_only"
    """Only a gateway's ARP or ND table knows it."""
    PROBE_ONLY = "probe_only"
    """It answered a probe, and no device table knows it."""


class Place(NamedTuple):
    """A port of a device."""

    device: str
    port: str
    """The port's name as the device gives it (ifName)."""
    if_index: int


class Evidence(NamedTuple):
    """One row that speaks for the answer, as a reader would want to check it."""

    source: str
    """``snmp:ipNetToPhysicalTable``, ``snmp:dot1qTpFdbTable``, ``snmp:lldpRemTable``, ``probe:icmp``."""
    device: str | None
    at: datetime
    row: str
    """The row's content in one line, decoded."""


class Removed(NamedTuple):
    """A place that also reported the MAC, and the rule that took it out."""

    place: Place
    rule: str
    """``root-port``, ``transit`` … a stable key of the location engine."""
    because: Text


@dataclass(frozen=True, slots=True)
class Location:
    """Where one MAC is within the devices that were read."""

    mac: Mac | None
    verdict: Verdict
    place: Place | None
    """The port for exact and bounded; None otherwise."""
    vlan: int | None = None
    alternatives: tuple[Place, ...] = ()
    """All remaining places when ambiguous, sorted."""
    gateway: str | None = None
    """The device whose ARP or ND row named it, when one did."""
    shares_port_with: int = 0
    """Other stations learned on the same exact port: more than none suggests an unmanaged switch or an access point."""
    evidence: tuple[Evidence, ...] = ()
    removed: tuple[Removed, ...] = ()
    behind: tuple[str, ...] = ()
    """For a bounded place: the registered devices known behind the port, any of which may hold it, sorted."""
    last: Place | None = None
    """For a bounded place: where behind it the endpoint was known exactly, and no complete read has ended that."""
    last_at: datetime | None = None
    """When that was seen last."""
