"""How completely a device was read, all its tables together."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from inventory.model.coverage import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.coverage import TableCoverage


class Read(StrEnum):
    """The verdict about one device."""

    COMPLETE = "complete"
    """Every table the device has was read to its end."""
    PARTIAL = "partial"
    """Something was read, something it should have was not."""
    UNREAD = "unread"
    """Nothing was read."""


def read(coverage: Iterable[TableCoverage]) -> Read:
    """Judge one device by the coverage of its tables. A table it does not have is no gap."""
    states = {table.completeness for table in coverage}
    if not states & {Completeness.COMPLETE, Completeness.TRUNCATED}:
        return Read.UNREAD
    return Read.COMPLETE if states <= {Completeness.COMPLETE, Completeness.UNSUPPORTED} else Read.PARTIAL
