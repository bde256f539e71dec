"""What endpoints announced of themselves to switches (LLDP, CDP), by who they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location.announced import mac_of
from inventory.model.sources import of_spanning_tree
from inventory.model.values import Mac

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.facts import LldpNeighbour
    from inventory.model.values import IPAddress

    Who: TypeAlias = Mac | IPAddress

_NAMED_BY_CARD: Final = re.compile(r"SEP([0-9A-F]{12})")
"""Cisco's telephones call themselves so in CDP."""


def heard(rows: Iterable[LldpNeighbour]) -> dict[Who, list[LldpNeighbour]]:
    """Return, per card and per management address, the announcements that say what their sender is; newest each."""
    newest: dict[tuple[Who, str, int], LldpNeighbour] = {}
    for row in rows:
        if of_spanning_tree(row.table) or not (row.capabilities or row.description):
            continue
        for who in _who(row):
            key = (who, row.device, row.local_port)
            known = newest.get(key)
            if known is None or (known.at, repr(known)) < (row.at, repr(row)):
                newest[key] = row
    found: dict[Who, list[LldpNeighbour]] = {}
    for (who, _, _), row in newest.items():
        found.setdefault(who, []).append(row)
    return found


def _who(row: LldpNeighbour) -> set[Who]:
    called = _NAMED_BY_CARD.fullmatch(row.chassis.value)
    cards = (mac_of(row.port), mac_of(row.chassis), Mac.parse(called[1]) if called else None)
    found: set[Who] = {card for card in cards if card is not None}
    if row.management_address is not None:
        found.add(row.management_address)
    return found
