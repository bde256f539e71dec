"""Where stations announce themselves: an announcement does not pass a switch, so its sender is on that very cable.

Telephones, access points and some computers do. A table that forgot the station tonight was still announced to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.facts import FdbRow, FdbStatus, IdentifierKind
from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from inventory.model.facts import Identifier, LldpNeighbour


def announced(heard: Iterable[LldpNeighbour], known: Collection[Mac]) -> dict[Mac, FdbRow]:
    """Return where each station was heard, as a row beside those that switches learned (status: other than learned).

    A computer with several cards announces each by its port id, and one of them as the chassis. A cheap switch passes
    announcements on, then several ports hear one station: none of them is sure.

    Args:
        heard: announcements of whoever is no registered device, with the port known.
        known: the stations that are known by other rows.
    """
    places: dict[Mac, dict[tuple[str, int], LldpNeighbour]] = {}
    for row in heard:
        mac = mac_of(row.port) or mac_of(row.chassis)
        if mac is not None and mac in known and row.if_index is not None:
            before = places.setdefault(mac, {}).get((row.device, row.if_index))
            if before is None or before.at < row.at:
                places[mac][row.device, row.if_index] = row
    found = {}
    for mac, rows in places.items():
        if len(rows) == 1:
            ((device, port), row) = next(iter(rows.items()))
            found[mac] = FdbRow(device, mac, port, row.local_port, None, None, FdbStatus.OTHER, row.at, row.table)
    return found


def mac_of(identifier: Identifier) -> Mac | None:
    """Return the MAC an identifier is, if it is one."""
    if identifier.kind is not IdentifierKind.MAC:
        return None
    try:
        return Mac.parse(identifier.value)
    except ValueError:
        return None
