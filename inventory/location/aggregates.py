"""One link, one port: what members of a link aggregate learned and heard belongs to the aggregate.

LLDP speaks on the members, stations are learned on the aggregate by most switches and on members by some; the place
of both is the aggregate.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from inventory.location.ports import Ports
from inventory.model.facts import FdbRow, LldpNeighbour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.factset import FactSet

_Row = TypeVar("_Row", FdbRow, LldpNeighbour)


def aggregated(facts: FactSet) -> FactSet:
    """Return the facts with members replaced by their aggregate; without aggregates they come back as they are."""
    ports = Ports(facts.interfaces)
    if not ports.members:
        return facts
    return replace(facts, fdb=_moved(facts.fdb, ports), lldp=_moved(facts.lldp, ports))


def _moved(rows: Iterable[_Row], ports: Ports) -> tuple[_Row, ...]:
    members: dict[str, dict[int | None, int]] = {}
    for (device, member), aggregate in ports.members.items():
        members.setdefault(device, {})[member] = aggregate
    return tuple(
        row
        if (mine := members.get(row.device)) is None or row.if_index not in mine
        else replace(row, if_index=mine[row.if_index])
        for row in rows
    )
