"""What netaudit will be able to say of the endpoints at a device, by the tables it lets be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness, Table
from inventory.model.observation import VisibilityGrade
from inventory.model.text import text
from inventory.reconcile.visibility import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.coverage import TableCoverage

_USABLE: Final = frozenset({Completeness.COMPLETE, Completeness.TRUNCATED})


def promise(coverage: Iterable[TableCoverage]) -> Grade:
    """Return the visibility grade a device can contribute to, the better of its ways of reading per table."""
    ends: dict[Table, set[Completeness]] = {}
    for entry in coverage:
        # A table read to its end without a row says that there is none, not that it tells something.
        if entry.rows or entry.completeness is not Completeness.COMPLETE:
            ends.setdefault(entry.table, set()).add(entry.completeness)
    stations, resolved = ends.get(Table.FDB, set()), ends.get(Table.ARP, set())
    if Completeness.COMPLETE in stations and Completeness.COMPLETE in resolved:
        return Grade(VisibilityGrade.A, text("it tells addresses and ports"))
    if Completeness.COMPLETE in stations:
        because = text("it tells ports; the addresses must come from the ARP table of the gateway")
        return Grade(VisibilityGrade.A, because)
    if Completeness.COMPLETE in resolved:
        return Grade(VisibilityGrade.B, text("it tells addresses and cards, but no ports"))
    if (stations | resolved) & _USABLE:
        return Grade(VisibilityGrade.B, text("its tables could be read only in part"))
    if any(found & _USABLE for found in ends.values()):
        return Grade(VisibilityGrade.C, text("it answers, but has neither stations nor addresses to tell"))
    return Grade(VisibilityGrade.E, text("nothing could be read from it"))
