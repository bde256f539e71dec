"""Cards that devices called their own before a sweep in which they did not tell."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from inventory.model.facts import IdentifierKind, InterfaceFact, RememberedCard
from inventory.model.values import Mac
from inventory.registry import factblocks
from inventory.registry.tables.devices import DeviceRecord
from inventory.registry.tables.facts import DEVICE_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection


def cards(connection: Connection, before: int, told: Iterable[InterfaceFact]) -> tuple[RememberedCard, ...]:
    """Return the cards of registered devices that are not among those that told of their interfaces.

    Args:
        connection: to the registry.
        before: the sweep they did not tell in; what they said in the newest one before it holds.
        told: the interfaces of that sweep.
    """
    names = set(connection.execute(select(DeviceRecord.name)).scalars()) - {fact.device for fact in told}
    if not names:
        return ()
    silent = sorted(names)
    interfaces = factblocks.newest(connection, factblocks.KINDS[InterfaceFact], silent, before)
    found = {
        RememberedCard(one.device, one.mac, one.at) for one in interfaces if one.mac is not None and one.mac.is_station
    }
    found |= {card for card in _of_bridges(connection, silent, before) if card.mac.is_station}
    return tuple(sorted(found, key=lambda card: (card.device, card.mac, card.at)))


def _of_bridges(connection: Connection, devices: Sequence[str], before: int) -> Iterator[RememberedCard]:
    row = DEVICE_ROWS.c
    for start in range(0, len(devices), 500):  # fewer parameters than any database limits a statement to
        some = devices[start : start + 500]
        last = select(func.max(row.id)).where(row.device.in_(some), row.sweep_id < before).group_by(row.device)
        query = select(row.device, row.at, row.bridge_mac, row.chassis_kind, row.chassis_value).where(row.id.in_(last))
        for device, at, bridge, kind, chassis in connection.execute(query):
            if bridge is not None:
                yield RememberedCard(device, bridge, at)
            if kind is IdentifierKind.MAC:
                with suppress(ValueError):
                    yield RememberedCard(device, Mac.parse(chassis), at)
