"""Which MAC a device resolved an address to: ipNetToPhysicalTable (ARP and ND) and ipNetToMediaTable (RFC 4293).

Of 433 recorded devices with ARP, 240 had only the old table, 24 only the new one, and 19 different rows in each: both
are read and united.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import ArpKind, ArpRow
from probes.mibs.cells import Decoded, Oid, Rows, Value, inet_address, integer, ip_of_octets, octets, physical_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from inventory.model.values import IPAddress, Mac

_PHYSICAL_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 35, 1)
_MEDIA_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 4, 22, 1)

PHYSICAL_COLUMNS: tuple[Oid, ...] = (
    (*_PHYSICAL_ENTRY, 4),  # ipNetToPhysicalPhysAddress
    (*_PHYSICAL_ENTRY, 6),  # ipNetToPhysicalType
    (*_PHYSICAL_ENTRY, 7),  # ipNetToPhysicalState
)
MEDIA_COLUMNS: tuple[Oid, ...] = (
    (*_MEDIA_ENTRY, 2),  # ipNetToMediaPhysAddress
    (*_MEDIA_ENTRY, 4),  # ipNetToMediaType
)

_INVALID = 2
_KINDS = {1: ArpKind.OTHER, 3: ArpKind.DYNAMIC, 4: ArpKind.STATIC, 5: ArpKind.LOCAL}
_DEAD_STATES = frozenset({5, 7})
"""ipNetToPhysicalState invalid and incomplete."""
_MEDIA_INDEX = 5
_Entry = tuple[int, "IPAddress", "Mac"]


def arp_rows(physical: Rows, media: Rows, device: str, plane: str, at: datetime) -> Decoded[ArpRow]:
    """Unite both tables; the same (interface, address, MAC) in both is one row, of the more telling kind.

    Where the tables name different MACs for an address, the older table is believed and the other row is rejected:
    net-snmp 5.9 writes only the first octet when a MAC changes in ipNetToPhysicalTable, and so shows cards that do not
    exist. A card that came and went between the two walks is still in the forwarding tables.
    """
    found: dict[_Entry, ArpRow] = {}
    sworn = {(if_index, ip): mac for if_index, ip, mac in _named(_media(media))}
    rejected = 0
    for source, entries in (("ipNetToPhysicalTable", _physical(physical)), ("ipNetToMediaTable", _media(media))):
        for if_index, ip, cell, kind in entries:
            if ip is None or _is_foreign(cell):
                rejected += 1
                continue
            mac = physical_address(cell)
            if mac is None or kind is None:
                continue
            if sworn.get((if_index, ip), mac) != mac:
                rejected += 1
                continue
            known = found.get((if_index, ip, mac))
            if known is None or (known.kind is ArpKind.OTHER and kind is not ArpKind.OTHER):
                found[if_index, ip, mac] = ArpRow(device, plane, ip, mac, if_index, kind, at, source)
    return Decoded(tuple(found.values()), rejected)


def _named(entries: Iterator[tuple[int, IPAddress | None, Value | None, ArpKind | None]]) -> Iterator[_Entry]:
    """Yield the rows that name a MAC."""
    for if_index, ip, cell, kind in entries:
        mac = physical_address(cell)
        if ip is not None and mac is not None and kind is not None:
            yield if_index, ip, mac


def _physical(rows: Rows) -> Iterator[tuple[int, IPAddress | None, Value | None, ArpKind | None]]:
    for index, (cell, kind, state) in rows.items():
        ip = inet_address(index[1:])
        dead = integer(state) in _DEAD_STATES
        yield index[0] if index else 0, ip, cell, None if dead else _kind(kind)


def _media(rows: Rows) -> Iterator[tuple[int, IPAddress | None, Value | None, ArpKind | None]]:
    for index, (cell, kind) in rows.items():
        ip = ip_of_octets(index[1:]) if len(index) == _MEDIA_INDEX else None
        yield index[0] if index else 0, ip, cell, _kind(kind)


def _kind(cell: Value | None) -> ArpKind | None:
    """Return the kind of a row, None when the device itself calls it invalid; not told is OTHER."""
    number = integer(cell)
    return None if number == _INVALID else _KINDS.get(number or 0, ArpKind.OTHER)


def _is_foreign(cell: Value | None) -> bool:
    """Whether a link-layer address is there but cannot be a MAC (a tunnel's, InfiniBand's)."""
    raw = octets(cell)
    return bool(raw) and any(raw or b"") and physical_address(cell) is None
