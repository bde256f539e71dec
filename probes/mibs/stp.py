"""BRIDGE-MIB (RFC 4188), dot1dStp: which bridge leads each port's segment, told in the terms of LLDP.

On every segment one bridge is designated; the others hear its configuration messages. So a device knows its neighbour
on its root port and on ports it blocks, and only itself on all others. RSTP and MSTP fill the table with their common
tree; IOS with that of one VLAN, each VLAN under a community or context of its own. A bridge that does not take part may
pass the messages on: what is heard lies in that direction, perhaps further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.facts import Identifier, IdentifierKind, LldpNeighbour
from inventory.model.sources import SPANNING_TREE
from probes.mibs.cells import MAC_OCTETS, Decoded, Oid, Rows, Value, integer, octets, physical_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.values import Mac

TABLE: Final = SPANNING_TREE
_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 17, 2, 15, 1)
COLUMNS: tuple[Oid, ...] = (
    (*_ENTRY, 3),  # dot1dStpPortState
    (*_ENTRY, 8),  # dot1dStpPortDesignatedBridge
    (*_ENTRY, 9),  # dot1dStpPortDesignatedPort
)
_TAKES_PART: Final = frozenset({2, 3, 4, 5})
"""blocking, listening, learning, forwarding; what a disabled or broken port says is old."""
_BRIDGE_ID: Final = 2 + MAC_OCTETS
"""BridgeId: two octets of priority, then the bridge's address."""
_PORT_ID: Final = 2
_PORT_NUMBER: Final = 0x0FFF
"""802.1t: four bits of priority, twelve of the port's number."""


_BLOCKING, _FORWARDING = 2, 5


def neighbours(
    rows: Rows, base_ports: Mapping[int, int], own: Mac | None, device: str, at: datetime, vlan: int | None = None
) -> Decoded[LldpNeighbour]:
    """Return the designated bridge of every port on which it is another one.

    A device that nowhere names itself by the address it gives as its bridge's goes by another one here: then its own
    ports could not be told from its neighbours', and nothing is believed.

    Args:
        rows: dot1dStpPortTable, indexed by the bridge's port number.
        base_ports: port number → ifIndex.
        own: dot1dBaseBridgeAddress.
        device: who was asked.
        at: when.
        vlan: whose view it is, where every VLAN has a tree of its own (PVST) and shows it under its own community.
    """
    designated = {index: _bridge(cells[1]) for index, cells in rows.items()}
    rejected = sum(len(index) != 1 for index in rows)
    if own is None or own not in designated.values():
        return Decoded((), rejected)
    found = []
    for index, (state, _, port) in rows.items():
        mac = designated[index]
        if len(index) != 1 or mac is None or mac == own or integer(state) not in _TAKES_PART:
            continue
        found.append(
            LldpNeighbour(
                device=device,
                if_index=base_ports.get(index[0]),
                local_port=index[0],
                chassis=Identifier(IdentifierKind.MAC, str(mac)),
                port=Identifier(IdentifierKind.LOCAL, _port(port)),
                port_description=None,
                system_name=None,
                management_address=None,
                at=at,
                is_bridge_or_router=True,
                table=TABLE if vlan is None else f"{TABLE}@{vlan}",
                carries_stations=False,
                blocked={_BLOCKING: True, _FORWARDING: False}.get(integer(state) or 0),
            )
        )
    return Decoded(tuple(found), rejected)


def _bridge(cell: Value | None) -> Mac | None:
    """Return the address in a bridge identifier; None when there is none, all zero for one."""
    raw = octets(cell)
    return physical_address(raw[-MAC_OCTETS:]) if raw is not None and len(raw) == _BRIDGE_ID else None


def _port(cell: Value | None) -> str:
    """Write a port identifier as devices print it: priority, number."""
    raw = octets(cell)
    if raw is None or len(raw) != _PORT_ID:
        return ""
    return f"{raw[0] & 0xF0}.{int.from_bytes(raw, 'big') & _PORT_NUMBER}"
