"""Disputes: stated once while open, listed, decided."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from inventory.filing.lifecycle import Refusal
from inventory.model.disputes import DisputeKind, DisputeState, DisputeView
from inventory.model.text import text
from inventory.registry import audit
from inventory.registry.tables.disputes import DisputeRecord
from inventory.registry.tables.organisation import UnitRecord

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from inventory.registry.filings import Author

_FIELDS = tuple(field.name for field in fields(DisputeView))


def disputes(
    connection: Connection, *, unit: str | None = None, state: DisputeState | None = None
) -> tuple[DisputeView, ...]:
    """Return disputes, oldest first."""
    row = DisputeRecord
    query = select(*(getattr(row, name) for name in _FIELDS)).order_by(row.id)
    if unit is not None:
        query = query.where(row.unit == unit)
    if state is not None:
        query = query.where(row.state == state)
    return tuple(DisputeView(*found) for found in connection.execute(query))


def state_dispute(connection: Connection, view: DisputeView, author: Author) -> DisputeView | Refusal:
    """Store a dispute; the same one, still open, is there once."""
    row = DisputeRecord
    if (
        view.kind is DisputeKind.MOVED
        and not connection.execute(select(UnitRecord.code).where(UnitRecord.code == view.target)).first()
    ):
        return Refusal(text("The unit {code} is not registered.", code=view.target), column="target")
    same = [
        found
        for found in disputes(connection, unit=view.unit, state=DisputeState.OPEN)
        if (found.plane, found.ip, found.mac, found.kind) == (view.plane, view.ip, view.mac, view.kind)
    ]
    if same:
        return same[0]
    values = {name: getattr(view, name) for name in _FIELDS if name != "id"}
    values |= {"state": DisputeState.OPEN, "at": author.at, "actor": author.actor}
    number = connection.execute(insert(row).values(values).returning(row.id)).scalar_one()
    audit.append(connection, author.at, author.actor or "", "dispute", f"dispute {number}", {"kind": view.kind.value})
    return next(found for found in disputes(connection, unit=view.unit) if found.id == number)


def decide(
    connection: Connection, number: int, state: DisputeState, answer: str | None, author: Author
) -> DisputeView | Refusal:
    """Accept or reject an open dispute."""
    row = DisputeRecord
    found = next((view for view in disputes(connection) if view.id == number), None)
    if found is None:
        return Refusal(text("There is no dispute {number}.", number=number))
    if found.state is not DisputeState.OPEN:
        return Refusal(text("The dispute {number} has been decided already.", number=number))
    values = {"state": state, "answer": answer, "decided_at": author.at, "decided_by": author.actor}
    connection.execute(update(row).where(row.id == number).values(values))
    audit.append(connection, author.at, author.actor or "", state.value, f"dispute {number}")
    return next(view for view in disputes(connection, unit=found.unit) if view.id == number)
