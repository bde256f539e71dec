"""All facts of one sweep, grouped by kind: the input of every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.model.coverage import TableCoverage
    from inventory.model.facts import (
        AddressFact,
        ArpRow,
        DeviceFact,
        FdbRow,
        InterfaceFact,
        LldpNeighbour,
        Sighting,
    )
    from inventory.model.measurement import Measurement
    from inventory.model.values import IPNetwork


@dataclass(frozen=True, slots=True)
class ScannedBlock:
    """A set of addresses that probes were sent to, whether or not any answered."""

    plane: str
    network: IPNetwork
    asked: int
    """Addresses probed; less than the network's size where exclusions apply."""
    alive: int
    limits: tuple[str, ...] = ()
    """What could not be done here, as stable keys: ``no-raw-icmp``, ``no-arp``, ``send-errors`` …"""


@dataclass(frozen=True, slots=True)
class FactSet:
    """Facts in no particular order: engines must answer the same for any order."""

    sightings: tuple[Sighting, ...] = ()
    arp: tuple[ArpRow, ...] = ()
    fdb: tuple[FdbRow, ...] = ()
    lldp: tuple[LldpNeighbour, ...] = ()
    interfaces: tuple[InterfaceFact, ...] = ()
    addresses: tuple[AddressFact, ...] = ()
    devices: tuple[DeviceFact, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    coverage: tuple[TableCoverage, ...] = ()
    blocks: tuple[ScannedBlock, ...] = ()
