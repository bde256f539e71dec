"""Upsert of filings by (plane, MAC), with a history entry for every change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, insert, select, update

from inventory.model.batch import RecordKind
from inventory.model.records import FILED_STATES, RegistrationState
from inventory.registry.changes import change_of, differing
from inventory.registry.queries import registrations
from inventory.registry.shelves import SHELVES
from inventory.registry.tables.registrations import RegistrationHistoryRecord, RegistrationRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from inventory.model.batch import RecordChange
    from inventory.model.records import RegistrationView
    from inventory.registry.changes import Key

_SHELF = SHELVES[RecordKind.REGISTRATION]
STORED = tuple(name for name in _SHELF.fields if name != "id")
_ANEW: Final[dict[str, object]] = {
    "version": RegistrationRecord.version + 1,
    "proposal": None,
    "returned": False,
}
"""What an import puts in the place of an open amendment: the office's sheet is the last word."""


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
        change = change_of(RecordKind.REGISTRATION, key, before, after, STORED)
        if before is None:
            new.append(after)
        elif change is not None:
            amended.append((before, after))
        changes.append(change)
    _insert(connection, new, author)
    _amend(connection, amended, author)
    number_filed(connection, author.at)
    return changes


def number_filed(connection: Connection, at: datetime) -> None:
    """Give every filed registration without one its number: the year and the id, which is never given twice."""
    row = RegistrationRecord
    unnumbered = select(row.id, row.filed_at, row.confirmed_at).where(row.number.is_(None), row.state.in_(FILED_STATES))
    found = connection.execute(unnumbered).all()
    if found:
        statement = (
            update(row)
            .where(row.id == bindparam("row_id"))
            .values(number=bindparam("number"), confirmed_at=bindparam("confirmed_at"))
        )
        connection.execute(
            statement,
            [
                {
                    "row_id": number,
                    "number": f"{(filed_at or at).year}-{number:06d}",
                    "confirmed_at": confirmed_at or filed_at or at,
                }
                for number, filed_at, confirmed_at in found
            ],
        )


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
    rows = [{name: getattr(view, name) for name in STORED} for view in new]
    ids = connection.execute(statement, rows).scalars().all()
    write_history(
        connection, [history_entry(number, "filed", None, view, author) for number, view in zip(ids, new, strict=True)]
    )


def _amend(connection: Connection, pairs: Sequence[tuple[RegistrationView, RegistrationView]], author: Author) -> None:
    if not pairs:
        return
    statement = (
        update(RegistrationRecord)
        .where(RegistrationRecord.id == bindparam("row_id"))
        .values({name: bindparam(name) for name in STORED} | _ANEW)
    )
    connection.execute(
        statement,
        [{"row_id": after.id} | {name: getattr(after, name) for name in STORED} for _, after in pairs],
    )
    write_history(
        connection, [history_entry(after.id, _action(before, after), before, after, author) for before, after in pairs]
    )


def _action(before: RegistrationView, after: RegistrationView) -> str:
    """Name the change: the new state where the filing was cancelled or only its state changed, else ``amended``."""
    if after.state is RegistrationState.CANCELLED or differing(before, after, STORED) == ("state",):
        return after.state.value
    return "amended"


def history_entry(
    number: int,
    action: str,
    before: RegistrationView | None,
    after: RegistrationView,
    author: Author,
    *,
    reason: str | None = None,
    proposal: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return one row of the history; what is proposed stands in ``after`` beside what is filed."""
    return {
        "registration": number,
        "at": author.at,
        "action": action,
        "before": None if before is None else _json(before),
        "after": _json(after) if proposal is None else {**_json(after), "proposal": dict(proposal)},
        "actor": author.actor,
        "reason": reason,
    }


def write_history(connection: Connection, entries: Sequence[dict[str, object]]) -> None:
    """Append to the histories; within the transaction of the change itself."""
    connection.execute(insert(RegistrationHistoryRecord), entries)


def _json(view: RegistrationView) -> dict[str, object]:
    return {name: _plain(getattr(view, name)) for name in STORED}


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return value if value is None or isinstance(value, (int, float)) else str(value)
