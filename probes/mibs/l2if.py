"""HUAWEI-L2IF-MIB: which interface a switch port number means, where dot1dBasePortTable does not say it right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probes.mibs.cells import Oid

TABLE = "hwL2IfTable"
COLUMNS: tuple[Oid, ...] = ((1, 3, 6, 1, 4, 1, 2011, 5, 25, 42, 1, 1, 1, 3, 1, 2),)  # hwL2IfPortIfIndex
