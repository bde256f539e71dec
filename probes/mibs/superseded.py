"""ARP and ND in the tables that came before RFC 4293, and Cisco's own: for agents that fill no other.

RFC 1213 atTable, RFC 2465 ipv6NetToMediaTable, CISCO-IETF-IP-MIB cInetNetToMediaTable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import ArpKind, ArpRow
from probes.mibs.cells import Decoded, Rows, inet_address, integer, ip_of_octets, octets, physical_address
from probes.platforms.profile import Resolution

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from inventory.model.values import IPAddress
    from probes.mibs.cells import Oid

_AT_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 3, 1, 1)
_IPV6_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 55, 1, 12, 1)
_CISCO_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 10, 86, 1, 1, 3, 1)

COLUMNS: dict[Resolution, tuple[Oid, ...]] = {
    Resolution.AT: ((*_AT_ENTRY, 2),),  # atPhysAddress
    Resolution.IPV6: ((*_IPV6_ENTRY, 2), (*_IPV6_ENTRY, 3)),  # ipv6NetToMediaPhysAddress, ipv6NetToMediaType
    Resolution.CISCO: ((*_CISCO_ENTRY, 3), (*_CISCO_ENTRY, 5)),  # cInetNetToMediaPhysAddress, cInetNetToMediaType
}

_AT_INDEX = 6
_IPV6_INDEX = 17
_IPV6_KINDS = {2: ArpKind.DYNAMIC, 3: ArpKind.STATIC, 4: ArpKind.LOCAL}
_CISCO_KINDS = {3: ArpKind.DYNAMIC, 4: ArpKind.STATIC, 5: ArpKind.LOCAL}
_INVALID = 2


def rows_of(table: Resolution, rows: Rows, device: str, plane: str, at: datetime) -> Decoded[ArpRow]:
    """Read one of these tables; atTable tells no kind, and entries whose address was withdrawn are no facts."""
    address = _ADDRESSES[table]
    found: list[ArpRow] = []
    rejected = 0
    for index, cells in rows.items():
        ip, raw, kind = address(index), octets(cells[0]), _kind(table, cells[1] if len(cells) > 1 else None)
        mac = physical_address(raw)
        if ip is None or (raw and any(raw) and mac is None):
            rejected += 1
        elif mac is not None and kind is not None:
            found.append(ArpRow(device, plane, ip, mac, index[0], kind, at, table.value))
    return Decoded(tuple(found), rejected)


def _kind(table: Resolution, cell: object) -> ArpKind | None:
    """Return the kind of a row; None when the device itself calls it invalid."""
    number = integer(cell) if isinstance(cell, int) else None
    if table is Resolution.IPV6:
        return _IPV6_KINDS.get(number or 0, ArpKind.OTHER)
    if table is Resolution.CISCO:
        return None if number == _INVALID else _CISCO_KINDS.get(number or 0, ArpKind.OTHER)
    return ArpKind.OTHER


def _at_address(index: Oid) -> IPAddress | None:
    """Return the address of an index: ifIndex, 1 for the internet, four octets."""
    return ip_of_octets(index[2:]) if len(index) == _AT_INDEX and index[1] == 1 else None


def _ipv6_address(index: Oid) -> IPAddress | None:
    return ip_of_octets(index[1:]) if len(index) == _IPV6_INDEX else None


_ADDRESSES: dict[Resolution, Callable[[Oid], IPAddress | None]] = {
    Resolution.AT: _at_address,
    Resolution.IPV6: _ipv6_address,
    Resolution.CISCO: lambda index: inet_address(index[1:]),
}
