"""Upsert of filings by (plane, MAC), with a history entry for every change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, update

from inventory.model.batch import RecordKind
from inventory.model.records import RegistrationState
from inventory.registry.changes import change_of, differing
from inventory.registry.queries import registrations
from inventory.registry.shelves import SHELVES
from inventory.registry.tables.registrations import RegistrationHistoryRecord, RegistrationRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from inventory.model.batch import RecordChange
    from inventory.model.records import RegistrationView
    from inventory.registry.changes import Key

_SHELF = SHELVES[RecordKind.REGISTRATION]
_STORED = tuple(name for name in _SHELF.fields if name != "id")


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes filings, and when."""

    at: datetime
    actor: str | None


def upsert_filings(
    connection: Connection, wanted: Sequence[RegistrationView], author: Author
) -> list[RecordChange | None]:
    """Store filings and their history; return what each changed.

    A filing replaces the one that is not cancelled for the same (plane, MAC). What was cancelled stays so: filing the
    card again makes a new filing with a new id.
    """
    current = _current(registrations(connection, unit=None))
    new: list[RegistrationView] = []
    amended: list[tuple[RegistrationView, RegistrationView]] = []
    changes: list[RecordChange | None] = []
    for view in wanted:
        key = _SHELF.key_of(view)
        before = current.get(key)
        if before is not None and before.state is RegistrationState.CANCELLED and view.state is not before.state:
            before = None
        after = _completed(view, before, author)
        change = change_of(RecordKind.REGISTRATION, key, before, after, _STORED)
        if before is None:
            new.append(after)
        elif change is not None:
            amended.append((before, after))
        changes.append(change)
    _insert(connection, new, author)
    _amend(connection, amended, author)
    return changes


def _current(stored: Iterable[RegistrationView]) -> dict[Key, RegistrationView]:
    """Return per key the filing that is not cancelled, else the newest cancelled one."""
    ordered = sorted(stored, key=lambda view: (view.state is not RegistrationState.CANCELLED, view.id))
    return {_SHELF.key_of(view): view for view in ordered}


def _completed(view: RegistrationView, before: RegistrationView | None, author: Author) -> RegistrationView:
    """Give the filing the id and the filing time it keeps, or the time it is filed at now."""
    kept = author.at if before is None else before.filed_at
    return replace(view, id=0 if before is None else before.id, filed_at=view.filed_at or kept)


def _insert(connection: Connection, new: Sequence[RegistrationView], author: Author) -> None:
    if not new:
        return
    statement = insert(RegistrationRecord).returning(RegistrationRecord.id, sort_by_parameter_order=True)
    rows = [{name: getattr(view, name) for name in _STORED} for view in new]
    ids = connection.execute(statement, rows).scalars().all()
    _write_history(
        connection, [_entry(number, "filed", None, view, author) for number, view in zip(ids, new, strict=True)]
    )


def _amend(connection: Connection, pairs: Sequence[tuple[RegistrationView, RegistrationView]], author: Author) -> None:
    if not pairs:
        return
    statement = (
        update(RegistrationRecord)
        .where(RegistrationRecord.id == bindparam("row_id"))
        .values({name: bindparam(name) for name in _STORED})
    )
    connection.execute(
        statement,
        [{"row_id": after.id} | {name: getattr(after, name) for name in _STORED} for _, after in pairs],
    )
    _write_history(
        connection, [_entry(after.id, _action(before, after), before, after, author) for before, after in pairs]
    )


def _action(before: RegistrationView, after: RegistrationView) -> str:
    """Name the change: the new state where the filing was cancelled or only its state changed, else ``amended``."""
    if after.state is RegistrationState.CANCELLED or differing(before, after, _STORED) == ("state",):
        return after.state.value
    return "amended"


def _entry(
    number: int, action: str, before: RegistrationView | None, after: RegistrationView, author: Author
) -> dict[str, object]:
    return {
        "registration": number,
        "at": author.at,
        "action": action,
        "before": None if before is None else _json(before),
        "after": _json(after),
        "actor": author.actor,
    }


def _write_history(connection: Connection, entries: Sequence[dict[str, object]]) -> None:
    connection.execute(insert(RegistrationHistoryRecord), entries)


def _json(view: RegistrationView) -> dict[str, object]:
    return {name: _plain(getattr(view, name)) for name in _STORED}


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return value if value is None or isinstance(value, (int, float)) else str(value)
