"""Which ports are members of which aggregate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.facts import Fact, InterfaceFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from probes.parsers.cells import Cells
    from probes.parsers.names import Ports


def members(rows: Iterable[Cells], ports: Ports) -> dict[int, int]:
    """Return port → aggregate, of a table with an ``aggregate`` and one ``member`` or several in each row."""
    found: dict[int, int] = {}
    for row in rows:
        aggregate = row.word("aggregate")
        if aggregate is not None:
            found |= {ports.number(member): ports.number(aggregate) for member in row.words("member")}
    return found


def joined(facts: Sequence[Fact], attached: Mapping[int, int]) -> tuple[Fact, ...]:
    """Return the facts, each interface with the aggregate it belongs to."""
    return tuple(
        replace(fact, lag_if_index=attached[fact.if_index])
        if isinstance(fact, InterfaceFact) and fact.if_index in attached
        else fact
        for fact in facts
    )
