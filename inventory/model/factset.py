"""All facts of one sweep, grouped by kind: the input of every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from inventory.model.crosscheck import CrossCheck
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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.coverage import TableCoverage
    from inventory.model.facts import Fact, RememberedCard
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
    position: str | None = None
    """Of a block that was interrupted: where a resumed sweep goes on, in the words of whoever asked."""
    left_out: tuple[IPNetwork, ...] = ()
    """What was not to be asked of it: its ends and exclusions. Blocks stored before this was written down have none."""


DOUBTFUL: Final = frozenset({"prohibited", "fenced-off", "answers-lost", "not-asked"})
"""Limits of a block where silence proves nothing: asking was prohibited, or answers were lost."""


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
    crosschecks: tuple[CrossCheck, ...] = ()
    coverage: tuple[TableCoverage, ...] = ()
    blocks: tuple[ScannedBlock, ...] = ()
    remembered: tuple[RememberedCard, ...] = ()
    """Cards of registered devices that did not tell of their interfaces now, as they told before."""

    @classmethod
    def of(cls, facts: Iterable[Fact], coverage: Iterable[TableCoverage] = ()) -> Self:
        """Group facts of any kinds, each kind in the order given."""
        members: dict[str, list[object]] = {}
        for fact in facts:
            members.setdefault(_MEMBERS[type(fact)], []).append(fact)
        grouped = {member: tuple(same) for member, same in members.items()}
        return cls(**grouped, coverage=tuple(coverage))  # type: ignore[arg-type] # grouped by their own type


_MEMBERS: Final[dict[type[object], str]] = {
    Sighting: "sightings",
    ArpRow: "arp",
    FdbRow: "fdb",
    LldpNeighbour: "lldp",
    InterfaceFact: "interfaces",
    AddressFact: "addresses",
    DeviceFact: "devices",
    Measurement: "measurements",
    CrossCheck: "crosschecks",
}
