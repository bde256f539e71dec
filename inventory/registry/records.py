"""Upsert and removal of records: everything of one call in one transaction, or nothing."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from inventory.model.batch import Changes, RecordKind
from inventory.model.text import text
from inventory.registry.changes import change_of, shown
from inventory.registry.errors import Reason, RefusedError
from inventory.registry.filings import upsert_filings
from inventory.registry.queries import views
from inventory.registry.shelves import KIND_NAMES, REFERENCES, SHELVES
from inventory.registry.tables.dossiers import ProfileRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from inventory.model.batch import Batch, RecordChange
    from inventory.model.records import UnitView
    from inventory.model.text import Text
    from inventory.registry.changes import Key
    from inventory.registry.filings import Author
    from inventory.registry.shelves import Shelf


def apply_batch(connection: Connection, batch: Batch, author: Author) -> Changes:
    """Store a batch in dependency order.

    Raises:
        RegistryError: two different records of one key, a reference to nothing, a unit above itself.
    """
    wanted: dict[RecordKind, Sequence[Any]] = {
        RecordKind.UNIT: batch.units,
        RecordKind.POINT: batch.points,
        RecordKind.PREFIX: batch.prefixes,
        RecordKind.DEVICE: batch.devices,
        RecordKind.CONTACT: batch.contacts,
        RecordKind.REGISTRATION: batch.registrations,
        RecordKind.EXCLUSION: batch.exclusions,
        RecordKind.STATEMENT: batch.statements,
    }
    changes: list[RecordChange | None] = []
    for kind in RecordKind:
        if not wanted[kind]:
            continue
        distinct = _distinct(SHELVES[kind], wanted[kind])
        _check_references(connection, kind, distinct)
        if kind is RecordKind.REGISTRATION:
            changes += upsert_filings(connection, distinct, author)
        else:
            changes += _upsert(connection, SHELVES[kind], distinct)
    made = tuple(change for change in changes if change is not None)
    return Changes(made, unchanged=len(changes) - len(made))


def _distinct(shelf: Shelf, wanted: Iterable[Any]) -> list[Any]:
    """Return the records once each.

    Raises:
        RegistryError: two of one key differ.
    """
    by_key: dict[Key, Any] = {}
    for view in wanted:
        known = by_key.setdefault(shelf.key_of(view), view)
        if known != view:
            raise RefusedError(
                Reason.CONTRADICTION,
                text(
                    "The {kind} {key} appears twice with different contents.",
                    kind=KIND_NAMES[shelf.kind],
                    key=shown(shelf.kind, shelf.key_of(view)),
                ),
                text("Keep one of the two."),
            )
    return list(by_key.values())


def _check_references(connection: Connection, kind: RecordKind, wanted: Sequence[Any]) -> None:
    shelf = SHELVES[kind]
    for reference in REFERENCES:
        if reference.kind is not kind or not reference.required:
            continue
        named = {getattr(view, reference.field): view for view in wanted if getattr(view, reference.field) is not None}
        if not named:
            continue
        known = _codes(connection, reference.target)
        if reference.target is kind:
            known |= {getattr(view, shelf.key[0]) for view in wanted}
        for code in sorted(named.keys() - known):
            raise RefusedError(
                Reason.UNKNOWN_KEY,
                text(
                    "The {kind} {key} names the {target} {code}, which is not registered.",
                    kind=KIND_NAMES[kind],
                    key=shown(shelf.kind, shelf.key_of(named[code])),
                    target=KIND_NAMES[reference.target],
                    code=code,
                ),
                text("Register what is named first, or correct the name."),
            )


def _codes(connection: Connection, kind: RecordKind) -> set[str]:
    shelf = SHELVES[kind]
    return set(connection.execute(select(shelf.column(shelf.key[0]))).scalars())


def _upsert(connection: Connection, shelf: Shelf, wanted: Sequence[Any]) -> list[RecordChange | None]:
    stored = {shelf.key_of(view): view for view in views(connection, shelf.kind)}
    if shelf.kind is RecordKind.UNIT:
        wanted = _parents_first(wanted, stored)
    keys = [shelf.key_of(view) for view in wanted]
    changes = [
        change_of(shelf.kind, key, stored.get(key), view, shelf.fields) for key, view in zip(keys, wanted, strict=True)
    ]
    made = [(change.added, _row(shelf, view)) for change, view in zip(changes, wanted, strict=True) if change]
    new = [row for added, row in made if added]
    changed = [row for added, row in made if not added]
    if new:
        connection.execute(insert(shelf.record), new)
    if changed:
        statement = update(shelf.record).values({name: bindparam(name) for name in shelf.fields})
        for part in shelf.key:
            statement = statement.where(shelf.column(part).is_not_distinct_from(bindparam(f"key_{part}")))
        connection.execute(statement, [row | {f"key_{part}": row[part] for part in shelf.key} for row in changed])
    return changes


def _row(shelf: Shelf, view: object) -> dict[str, object]:
    return {name: getattr(view, name) for name in shelf.fields}


def _parents_first(wanted: Sequence[UnitView], stored: dict[Key, UnitView]) -> list[UnitView]:
    """Order units by their depth in the tree that results."""
    parents = {view.code: view.parent for view in (*stored.values(), *wanted)}
    return sorted(wanted, key=lambda view: _depth(view.code, parents))


def _depth(code: str, parents: dict[str, str | None]) -> int:
    depth, above = 0, parents.get(code)
    while above is not None:
        depth += 1
        if depth > len(parents):
            raise RefusedError(
                Reason.CONTRADICTION,
                text("The unit {code} would be above itself.", code=code),
                text("Correct the parents of these units."),
            )
        above = parents.get(above)
    return depth


def remove_record(connection: Connection, kind: RecordKind, key: Key) -> None:
    """Delete one record.

    Raises:
        RegistryError: there is none, or other records still refer to it.
    """
    shelf = SHELVES[kind]
    users = {} if len(shelf.key) > 1 else _users(connection, kind, key[0])
    if users:
        raise RefusedError(
            Reason.REFERENCED,
            text(
                "The {kind} {key} is still in use: {users}.",
                kind=KIND_NAMES[kind],
                key=shown(kind, key),
                users=_listed(users),
            ),
            text("Remove or reassign those first."),
        )
    statement = delete(shelf.record)
    for name, value in zip(shelf.key, key, strict=True):
        statement = statement.where(shelf.column(name).is_not_distinct_from(value))
    if kind is RecordKind.UNIT:
        connection.execute(delete(ProfileRecord).where(ProfileRecord.unit == key[0]))
    try:
        with connection.begin_nested():
            removed = connection.execute(statement).rowcount
    except IntegrityError:
        # Objections, accounts, handovers: what happened is not deleted.
        raise RefusedError(
            Reason.REFERENCED,
            text("The {kind} {key} has a history, which stays.", kind=KIND_NAMES[kind], key=shown(kind, key)),
            text("Disable its accounts instead; a unit that is gone may keep its code."),
        ) from None
    if removed == 0:
        raise RefusedError(
            Reason.UNKNOWN_KEY,
            text("There is no {kind} {key}.", kind=KIND_NAMES[kind], key=shown(kind, key)),
            text("List what is registered and check the spelling."),
        )


def _users(connection: Connection, kind: RecordKind, code: object) -> dict[RecordKind, int]:
    """Count the records that refer to one, by their kind."""
    counts: dict[RecordKind, int] = {}
    for reference in REFERENCES:
        if reference.target is kind:
            shelf = SHELVES[reference.kind]
            query = select(func.count()).select_from(shelf.record).where(shelf.column(reference.field) == code)
            found = connection.execute(query).scalar_one()
            if found:
                counts[reference.kind] = counts.get(reference.kind, 0) + found
    return counts


def _listed(users: dict[RecordKind, int]) -> Text:
    """Say what refers, ``unit: 2, point: 1``, as a text that can be translated."""
    counts = [text("{kind}: {count}", kind=KIND_NAMES[kind], count=count) for kind, count in users.items()]
    return reduce(lambda first, second: text("{first}, {second}", first=first, second=second), counts)
