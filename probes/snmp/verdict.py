"""How the read of a subject ended that spans several tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from inventory.model.coverage import Completeness
from inventory.model.text import remarks, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.model.text import Text
    from probes.snmp.walk import Table


class Verdict(NamedTuple):
    """Completeness with its reason."""

    completeness: Completeness
    reason: Text | None = None

    def spoiled(self, reason: Text) -> Verdict:
        """Return the verdict of the same rows when something says that they are not all."""
        if self.completeness not in {Completeness.COMPLETE, Completeness.CHANGED}:
            return self
        return Verdict(Completeness.TRUNCATED, reason).noted(self.reason)

    def changed(self, reason: Text) -> Verdict:
        """Return the verdict of the same rows when something says that they are not of one moment."""
        if self.completeness is not Completeness.COMPLETE:
            return self
        return Verdict(Completeness.CHANGED, reason).noted(self.reason)

    def noted(self, *reasons: Text | None) -> Verdict:
        """Return the same verdict with something a reader of its rows should know."""
        return Verdict(self.completeness, remarks(self.reason, *reasons))


def of_table(name: str, reason: Text | None) -> Text:
    """Return a reason with the name of the table or object it is about."""
    return text("{table}: {reason}", table=name, reason=reason or "-")


def of_union(tables: Mapping[str, Table]) -> Verdict:
    """Judge tables that say the same kind of thing and are united.

    A table the agent does not have takes nothing away as long as it has another; one that it has but that did not come
    whole does.
    """
    offered = {name: table for name, table in tables.items() if table.completeness is not Completeness.UNSUPPORTED}
    if not offered:
        said = {table.reason for table in tables.values() if table.reason is not None}
        return Verdict(Completeness.UNSUPPORTED, remarks(*sorted(said, key=str)))
    broken = {name: table for name, table in offered.items() if table.completeness is not Completeness.COMPLETE}
    if not broken:
        return Verdict(Completeness.COMPLETE)
    reason = remarks(*(of_table(name, table.reason) for name, table in broken.items()))
    if any(table.usable for table in offered.values()):
        return Verdict(Completeness.TRUNCATED, reason)
    return Verdict(next(iter(broken.values())).completeness, reason)
