"""Which ports are members of which aggregate."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.facts import Fact, InterfaceFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from probes.parsers.cells import Cells
    from probes.parsers.names import Ports

_RANGE: Final = re.compile(r"((?:\d+:)?)\(?(\d{1,3})-(?:\d+:)?(\d{1,3})\)?")
"""Ports that are only numbers: ``1-4``, ``1:1-1:4``, ``1:(1-4)``."""


def members(rows: Iterable[Cells], ports: Ports) -> dict[int, int]:
    """Return port → aggregate, of a table with an ``aggregate`` and one ``member`` or several in each row."""
    found: dict[int, int] = {}
    for row in rows:
        aggregate = row.word("aggregate")
        if aggregate is not None:
            numbers = (ports.number(member) for written in row.words("member") for member in _each(written))
            found |= dict.fromkeys(numbers, ports.number(aggregate))
    return found


def _each(written: str) -> Iterator[str]:
    """Return the single ports of ``1-4,7``; anything else is one port already."""
    for part in written.split(","):
        span = _RANGE.fullmatch(part)
        if span:
            yield from (f"{span[1]}{number}" for number in range(int(span[2]), int(span[3]) + 1))
        else:
            yield part


def joined(facts: Sequence[Fact], attached: Mapping[int, int]) -> tuple[Fact, ...]:
    """Return the facts, each interface with the aggregate it belongs to."""
    return tuple(
        replace(fact, lag_if_index=attached[fact.if_index])
        if isinstance(fact, InterfaceFact) and fact.if_index in attached
        else fact
        for fact in facts
    )
