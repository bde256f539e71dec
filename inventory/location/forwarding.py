"""Which forwarding rows count: learned, of a MAC that something can own, newest per device, MAC and VLAN."""

from __future__ import annotations

from collections import defaultdict
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
    by_text: defaultdict[str, list[FdbRow]] = defaultdict(list)
    status = FdbStatus.LEARNED
    for row in rows:
        if row.status is status:
            by_text[row.mac.text].append(row)
    result: Learned = {}
    for _, same in sorted(by_text.items()):
        mac = same[0].mac
        if not (mac.is_group or mac.is_null):
            result[mac] = _in_order(same)
    return result


def _in_order(rows: list[FdbRow]) -> list[FdbRow]:
    """Return the rows of one MAC by device and VLAN."""
    by_device: dict[str, list[FdbRow]] = {}
    for row in rows:
        here = by_device.get(row.device)
        if here is None:
            by_device[row.device] = [row]
        else:
            here.append(row)
    found: list[FdbRow] = []
    for device in sorted(by_device, reverse=True):
        here = by_device[device]
        found += here if len(here) == 1 else _of_device(here)
    return found


def _of_device(rows: list[FdbRow]) -> list[FdbRow]:
    """Keep the newest rows per VLAN.

    A second table of a device that does not tell VLANs apart adds nothing where one that does names the same port.
    """
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
