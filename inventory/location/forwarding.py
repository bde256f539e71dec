"""Which forwarding rows count: learned, of a MAC that something can own, newest per device, MAC and VLAN."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.facts import FdbStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.facts import FdbRow
    from inventory.model.values import Mac

Learned: TypeAlias = "dict[Mac, list[FdbRow]]"
"""Rows per MAC, in a fixed order."""
_NO_VLAN = -1


def learned(rows: Iterable[FdbRow]) -> Learned:
    """Keep what was learned; of several reads the newest, and all ports of it when one read gives several."""
    by_device: dict[str, list[FdbRow]] = {}
    for device, following in groupby(rows, attrgetter("device")):
        by_device.setdefault(device, []).extend(following)
    by_text: dict[str, list[FdbRow]] = {}
    for device in sorted(by_device, reverse=True):
        _join(by_text, device, by_device[device])
    result: Learned = {}
    for _, same in sorted(by_text.items()):
        mac = same[0].mac
        if not (mac.is_group or mac.is_null):
            result[mac] = same
    return result


def _join(found: dict[str, list[FdbRow]], device: str, rows: Iterable[FdbRow]) -> None:
    """Add the rows of one device that count to those of each MAC."""
    several: dict[str, list[FdbRow]] = {}
    status = FdbStatus.LEARNED
    for row in rows:
        if row.status is not status:
            continue
        text = row.mac.text
        here = found.get(text)
        if here is None:
            found[text] = [row]
        elif here[-1].device != device:
            here.append(row)
        else:
            several.setdefault(text, [here[-1]]).append(row)
    for text, same in several.items():
        found[text][-1:] = _of_device(same)


def _of_device(rows: list[FdbRow]) -> list[FdbRow]:
    """Keep the newest rows per VLAN.

    A second table of a device that does not tell VLANs apart adds nothing where one that does names the same port.
    """
    if len(rows) == 2:  # noqa: PLR2004 -- one row in each of two tables: nearly always
        one, other = rows if rows[1].vlan is None else rows[::-1]
        if other.vlan is None and one.vlan is not None:
            return [one] if one.if_index == other.if_index else [one, other]
    newest: dict[int, list[FdbRow]] = {}
    for row in rows:
        vlan = _NO_VLAN if row.vlan is None else row.vlan
        kept = newest.get(vlan)
        if kept is None or row.at > kept[0].at:
            newest[vlan] = [row]
        elif row.at == kept[0].at and row not in kept:
            kept.append(row)
    found: list[FdbRow] = []
    for vlan in sorted(newest, reverse=True):
        same = newest[vlan]
        if vlan == _NO_VLAN:
            ports = {row.if_index for row in found}
            same = [row for row in same if row.if_index not in ports]
        found += same if len(same) == 1 else sorted(same, key=_order)
    return found


def _order(row: FdbRow) -> tuple[object, ...]:
    port = -1 if row.if_index is None else row.if_index
    return (port, row.at, row.table, row.raw_port, -1 if row.fdb_id is None else row.fdb_id)
