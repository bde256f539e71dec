"""Deleting by policy: facts of old sweeps, and intervals that ended long ago. Nothing is deleted otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select, update

from inventory.model.values import rfc3339
from inventory.registry import audit
from inventory.registry.factblocks import delete_blocks
from inventory.registry.tables import METADATA
from inventory.registry.tables.facts import FACT_BLOCKS
from inventory.registry.tables.intervals import ADDRESS_INTERVALS, CONCLUSIONS, PLACE_INTERVALS, RETENTION
from inventory.registry.tables.sweeps import SweepRecord
from inventory.registry.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Select, Table

    from inventory.model.history import Interval

_INTERVALS: Final = (ADDRESS_INTERVALS, PLACE_INTERVALS)
_KEPT: Final = frozenset({"conclusions", "observations", "observed_ips", "sweep_steps", "fact_blocks"})
"""Tables with a sweep's number that are no facts, or are handled by themselves."""


@dataclass(frozen=True, slots=True)
class Prunable:
    """What a policy deletes."""

    sweeps: tuple[int, ...]
    """Whose facts."""
    rows: int
    """Facts in all."""
    intervals: int


def prunable(connection: Connection, facts_before: datetime | None, history_before: datetime | None) -> Prunable:
    """Count what would be deleted."""
    sweeps = tuple(connection.execute(_sweeps(facts_before)).scalars()) if facts_before is not None else ()
    rows = 0
    if sweeps:
        for table in _fact_tables():
            query = select(func.count()).select_from(table).where(table.c.sweep_id.in_(sweeps))
            rows += connection.execute(query).scalar_one()
        blocks = select(func.coalesce(func.sum(FACT_BLOCKS.c.rows), 0)).where(FACT_BLOCKS.c.sweep_id.in_(sweeps))
        rows += int(connection.execute(blocks).scalar_one())
    intervals = 0
    if history_before is not None:
        for table in _INTERVALS:
            query = select(func.count()).select_from(table).where(table.c.ended < history_before)
            intervals += connection.execute(query).scalar_one()
    return Prunable(sweeps, rows, intervals)


def prune(
    connection: Connection, facts_before: datetime | None, history_before: datetime | None, actor: str, at: datetime
) -> Prunable:
    """Delete it, and write down who did."""
    found = prunable(connection, facts_before, history_before)
    detail = {
        "facts_before": None if facts_before is None else rfc3339(facts_before),
        "history_before": None if history_before is None else rfc3339(history_before),
        "sweeps": len(found.sweeps),
        "facts": found.rows,
        "intervals": found.intervals,
    }
    audit.append(connection, at, actor, "prune", "history", detail)
    if found.sweeps:
        _delete_facts(connection, found.sweeps)
    if history_before is not None:
        for table in _INTERVALS:
            connection.execute(delete(table).where(table.c.ended < history_before))
        _remember(connection, history_before)
    return found


def kept_since(connection: Connection) -> datetime | None:
    """Return the time before which history that ended was deleted; None where none ever was."""
    before: datetime | None = connection.execute(select(RETENTION.c.history_before)).scalar()
    return before


def kept(connection: Connection, intervals: Iterable[Interval]) -> list[Interval]:
    """Leave out what was deleted by policy: the looks, which stay, would bring it back."""
    before = kept_since(connection)
    return [one for one in intervals if before is None or one.ended is None or one.ended >= before]


def _sweeps(before: datetime | None) -> Select[Any]:
    """Select the sweeps that ended before a time, are part of the history, and still have their facts."""
    row = CONCLUSIONS.c
    query = select(row.sweep_id).join(SweepRecord, SweepRecord.id == row.sweep_id)
    return query.where(row.look.is_not(None), row.pruned.is_(False), SweepRecord.finished_at < before).order_by(
        row.sweep_id
    )


def _fact_tables() -> list[Table]:
    return [table for table in METADATA.sorted_tables if "sweep_id" in table.c and table.name not in _KEPT]


def _delete_facts(connection: Connection, sweeps: tuple[int, ...]) -> None:
    for table in reversed(_fact_tables()):
        connection.execute(delete(table).where(table.c.sweep_id.in_(sweeps)))
    delete_blocks(connection, FACT_BLOCKS.c.sweep_id.in_(sweeps))
    connection.execute(update(CONCLUSIONS).where(CONCLUSIONS.c.sweep_id.in_(sweeps)).values(pruned=True))


def _remember(connection: Connection, before: datetime) -> None:
    known = kept_since(connection)
    row = {"id": 1, "history_before": before if known is None else max(known, before)}
    statement = insert_into(connection, RETENTION).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))
