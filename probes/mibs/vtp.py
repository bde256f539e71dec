"""CISCO-VTP-MIB: which VLANs a switch runs, where each has a forwarding table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.mibs.cells import Rows, integer

if TYPE_CHECKING:
    from probes.mibs.cells import Oid

TABLE = "vtpVlanTable"
_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1)
COLUMNS: tuple[Oid, ...] = (
    (*_ENTRY, 2),  # vtpVlanState
    (*_ENTRY, 3),  # vtpVlanType
)

_OPERATIONAL = 1
_ETHERNET = 1
_INDEX = 2


def running_vlans(rows: Rows) -> tuple[int, ...]:
    """Return the Ethernet VLANs that are neither suspended nor of the token-ring kind. Index: domain, VLAN."""
    return tuple(
        sorted(
            {
                index[1]
                for index, (state, kind) in rows.items()
                if len(index) == _INDEX and integer(state) == _OPERATIONAL and integer(kind) in {None, _ETHERNET}
            }
        )
    )
