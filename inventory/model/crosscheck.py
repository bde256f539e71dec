"""A device read in two ways: where both readings agree, and where one of them must be wrong.

A disagreement is a finding about our reading, never about a unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.coverage import Table


class Difference(StrEnum):
    """In what two readings differ."""

    PORT = "port"
    """The same station on another port."""
    VLAN = "vlan"
    """The same station on the same port in another VLAN."""
    MAC = "mac"
    """The same address with another MAC."""
    MISSING = "missing"
    """One reading lacks more rows than can have aged in between."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing both readings told differently."""

    difference: Difference
    subject: str
    """The MAC or address; of :attr:`Difference.MISSING` which reading lacks rows."""
    snmp: str
    ssh: str


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """One table of one device, read both ways."""

    device: str
    table: Table
    at: datetime
    apart_s: float
    """Seconds between the two readings."""
    agreed: int
    only_snmp: int
    only_ssh: int
    disagreements: tuple[Disagreement, ...]

    @property
    def compared(self) -> int:
        """How many stations or addresses either reading told of."""
        differing = sum(one.difference is not Difference.MISSING for one in self.disagreements)
        return self.agreed + differing + self.only_snmp + self.only_ssh
