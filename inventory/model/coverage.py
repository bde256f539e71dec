"""How completely something was read. Only a complete read makes absence count."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.text import Text


class Completeness(StrEnum):
    """How the read of one table ended."""

    COMPLETE = "complete"
    """The walk left the table, or the agent said it ended, for every column. Zero rows may be complete."""
    TRUNCATED = "truncated"
    """Some rows came, then an error, a loop, a limit or silence."""
    CHANGED = "changed"
    """The read came to its end, but the device restarted, renumbered or flushed meanwhile: not of one moment."""
    REFUSED = "refused"
    """The agent answered that we may not read it, or the credential was rejected."""
    TIMED_OUT = "timed_out"
    """Nothing came back."""
    UNSUPPORTED = "unsupported"
    """The agent answers, but does not have this table."""
    FAILED = "failed"
    """Something came back that could not be understood, or is not believed."""


class ReadState(StrEnum):
    """How completely a device was read, all its tables together."""

    COMPLETE = "complete"
    """Every table a device of its role must have, and every other one it has, was read to its end."""
    PARTIAL = "partial"
    """Something was read, something it should have was not."""
    UNREAD = "unread"
    """Nothing was read."""


class Table(StrEnum):
    """The tables a device is asked for; the names appear in coverage and evidence."""

    SYSTEM = "system"
    INTERFACES = "interfaces"
    ADDRESSES = "addresses"
    ARP = "arp"
    FDB = "fdb"
    LLDP = "lldp"
    SENSORS = "sensors"
    """What a UPS, a power strip or a sensor measures; switches are not asked."""


NETWORK_TABLES: Final = frozenset(Table) - {Table.SENSORS}
"""What is read of a device that forwards."""
SENSOR_TABLES: Final = frozenset({Table.SYSTEM, Table.SENSORS})
"""What is read of a UPS, a power strip or a sensor."""


@dataclass(frozen=True, slots=True)
class TableCoverage:
    """One table of one device in one read."""

    device: str
    table: Table
    completeness: Completeness
    rows: int
    """Rows decoded; rows the decoder had to reject are in ``rejected``."""
    at: datetime
    reason: Text | None = None
    """Why it is not complete, with the protocol's own names; of a complete one, what its reader should know as well
    (the device forgot its stations just before, some are on no known port)."""
    rejected: int = 0
    source: str = "snmp"

    @property
    def usable(self) -> bool:
        """Whether rows of this read may be believed (not whether absence counts)."""
        return self.completeness in {Completeness.COMPLETE, Completeness.CHANGED, Completeness.TRUNCATED}
