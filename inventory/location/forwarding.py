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


def learned(rows: Iterable[FdbRow]) -> Learned:
    """Keep what was learned; of several reads the newest, and all ports of it when one read gives several."""
    newest: dict[tuple[str, str, int | None], list[FdbRow]] = {}
    for row in rows:
        if row.status is not FdbStatus.LEARNED:
            continue
        key = (row.mac.text, row.device, row.vlan)
        kept = newest.get(key)
        if kept is None or row.at > kept[0].at:
            newest[key] = [row]
        elif row.at == kept[0].at and row not in kept:
            kept.append(row)
    by_text_and_device: dict[tuple[str, str], list[FdbRow]] = {}
    for (text, device, vlan), found in newest.items():
        if vlan is not None:
            by_text_and_device.setdefault((text, device), []).extend(found)
    by_text: dict[str, list[FdbRow]] = {}
    for (text, device, vlan), found in newest.items():
        if vlan is not None:
            by_text.setdefault(text, []).extend(found)
            continue
        # A second table of the same device that does not tell VLANs apart adds nothing to one that does.
        ports = {row.if_index for row in by_text_and_device.get((text, device), ())}
        by_text.setdefault(text, []).extend(row for row in found if row.if_index not in ports)
    result: Learned = {}
    for _, of_mac in sorted(by_text.items()):
        mac = of_mac[0].mac
        if not (mac.is_group or mac.is_null):
            result[mac] = sorted(of_mac, key=_order)
    return result


def _order(row: FdbRow) -> tuple[object, ...]:
    port = -1 if row.if_index is None else row.if_index
    vlan = -1 if row.vlan is None else row.vlan
    return (row.device, port, vlan, row.at, row.table, row.raw_port, -1 if row.fdb_id is None else row.fdb_id)
