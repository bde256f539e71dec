"""Which forwarding rows count: learned, of a MAC that something can own, newest per device, MAC and VLAN."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from inventory.model.facts import FdbStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.facts import FdbRow
    from inventory.model.values import Mac

Learned: TypeAlias = "dict[Mac, list[FdbRow]]"
"""Rows per MAC, in a fixed order."""
_NO_VLAN = -1
_Newest: TypeAlias = "dict[tuple[str, int], list[FdbRow]]"


def learned(rows: Iterable[FdbRow]) -> Learned:
    """Keep what was learned; of several reads the newest, and all ports of it when one read gives several."""
    by_text: dict[str, _Newest] = {}
    for row in rows:
        if row.status is not FdbStatus.LEARNED:
            continue
        text = row.mac.text
        newest = by_text.get(text)
        if newest is None:
            newest = by_text[text] = {}
        key = (row.device, _NO_VLAN if row.vlan is None else row.vlan)
        kept = newest.get(key)
        if kept is None or row.at > kept[0].at:
            newest[key] = [row]
        elif row.at == kept[0].at and row not in kept:
            kept.append(row)
    result: Learned = {}
    for _, newest in sorted(by_text.items()):
        mac = next(iter(newest.values()))[0].mac
        if not (mac.is_group or mac.is_null):
            result[mac] = _in_order(newest)
    return result


def _in_order(newest: _Newest) -> list[FdbRow]:
    """Return the rows of one MAC by device and VLAN.

    A second table of a device that does not tell VLANs apart adds nothing where one that does names the same port.
    """
    found: list[FdbRow] = []
    device, ports = "", set[int | None]()
    for key in sorted(newest, reverse=True):
        rows = newest[key]
        if key[0] != device:
            device, ports = key[0], set()
        if key[1] == _NO_VLAN:
            rows = [row for row in rows if row.if_index not in ports]
        else:
            ports.update(row.if_index for row in rows)
        found += rows if len(rows) == 1 else sorted(rows, key=_order)
    return found


def _order(row: FdbRow) -> tuple[object, ...]:
    port = -1 if row.if_index is None else row.if_index
    return (port, row.at, row.table, row.raw_port, -1 if row.fdb_id is None else row.fdb_id)
