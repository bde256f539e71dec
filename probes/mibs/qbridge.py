"""Q-BRIDGE-MIB (RFC 4363): the forwarding table per filtering database, and which VLANs use which database."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from probes.mibs.cells import Decoded, Oid, Rows, integer
from probes.mibs.forwarding import Learned, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = "dot1qTpFdbTable"
_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1)
COLUMNS: tuple[Oid, ...] = (
    (*_ENTRY, 2),  # dot1qTpFdbPort
    (*_ENTRY, 3),  # dot1qTpFdbStatus
)
VLAN_COLUMNS: tuple[Oid, ...] = ((1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1, 3),)  # dot1qVlanFdbId
COUNT_COLUMNS: tuple[Oid, ...] = ((1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 1, 1, 2),)  # dot1qFdbDynamicCount

_VLAN_MAX = 4094


def learned(rows: Rows) -> Decoded[Learned]:
    """Read dot1qTpFdbTable, indexed by filtering database id and MAC."""
    return read_rows(rows, TABLE, with_fdb_id=True)


def vlans_of_databases(rows: Rows) -> dict[int, int]:
    """Invert dot1qVlanFdbId: filtering database id → its VLAN.

    A database that several VLANs share (all of them on a shared-learning switch) names no VLAN and is left out. The
    index is (TimeMark, VLAN); agents exist that leave the TimeMark out.
    """
    vlans: defaultdict[int, set[int]] = defaultdict(set)
    for index, cells in rows.items():
        fdb_id = integer(cells[0])
        if fdb_id is not None and index:
            vlans[fdb_id].add(index[-1])
    return {fdb_id: next(iter(some)) for fdb_id, some in vlans.items() if len(some) == 1}


def vlan_of(fdb_id: int | None, vlans: Mapping[int, int], *, fdb_id_is_vlan: bool) -> int | None:
    """Return the VLAN of a filtering database; None when neither the table nor the platform tells."""
    if fdb_id is None:
        return None
    if fdb_id_is_vlan:
        return fdb_id if 1 <= fdb_id <= _VLAN_MAX else None
    return vlans.get(fdb_id)


def dynamic_rows(rows: Rows) -> int | None:
    """Return how many dynamic rows the agent says it has (dot1qFdbDynamicCount); None when it does not say."""
    counts = [number for cells in rows.values() if (number := integer(cells[0])) is not None]
    return sum(counts) if counts else None
