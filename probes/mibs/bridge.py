"""BRIDGE-MIB (RFC 4188): the forwarding table of a bridge that does not tell VLANs apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from probes.mibs.cells import Decoded
from probes.mibs.forwarding import Learned, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from probes.mibs.cells import Oid, Rows

TABLE = "dot1dTpFdbTable"
_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 17, 4, 3, 1)
COLUMNS: tuple[Oid, ...] = (
    (*_ENTRY, 2),  # dot1dTpFdbPort
    (*_ENTRY, 3),  # dot1dTpFdbStatus
)


def learned(rows: Rows) -> Decoded[Learned]:
    """Read dot1dTpFdbTable, indexed by MAC."""
    return read_rows(rows, TABLE, with_fdb_id=False)


def learned_in(rows: Rows, vlan: int, base_ports: Mapping[int, int]) -> Decoded[Learned]:
    """Read the dot1dTpFdbTable of one VLAN's view, whose port numbers its own dot1dBasePortTable translates."""
    decoded = learned(rows)
    placed = (replace(row, vlan=vlan, if_index=base_ports.get(row.raw_port)) for row in decoded.facts)
    return Decoded(tuple(placed), decoded.rejected)
