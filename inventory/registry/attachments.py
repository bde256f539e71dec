"""Attachments: stored with the transaction that says so, fetched only if they are still what was stored."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from inventory.filing.attachments import MOST
from inventory.filing.lifecycle import Refusal
from inventory.model.attachments import AttachmentView
from inventory.model.text import text
from inventory.registry import audit, cases
from inventory.registry.section import Section
from inventory.registry.tables.dossiers import AttachmentRecord
from inventory.registry.tables.organisation import UnitRecord

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from inventory.model.cases import Actor

_FIELDS: Final = tuple(field.name for field in fields(AttachmentView))


class Attachments(Section):
    """Made by :attr:`inventory.registry.desk.Desk.attachments`; every method one transaction."""

    def listed(self, *, unit: str | None = None, registration: int | None = None) -> tuple[AttachmentView, ...]:
        """Return what is attached, newest first: of one unit, to one registration, or all."""
        with self._reading() as connection:
            return _listed(connection, unit, registration)

    def attach(
        self, view: AttachmentView, content: bytes, actor: Actor, at: datetime | None = None
    ) -> AttachmentView | Refusal:
        """Store a file; the same one at the same place is there once."""
        with self._writing() as connection:
            return _attach(connection, view, content, actor.name, at or datetime.now(UTC))

    def fetch(
        self, number: int, actor: Actor, at: datetime | None = None
    ) -> tuple[AttachmentView, bytes] | Refusal | None:
        """Return a file and its content, and note who fetched it; None where there is none."""
        with self._writing() as connection:
            return _fetch(connection, number, actor.name, at or datetime.now(UTC))

    def detach(self, number: int, reason: str, actor: Actor, at: datetime | None = None) -> AttachmentView | Refusal:
        """Delete a file that should not be there; its name, hash and the reason stay in the audit log."""
        with self._writing() as connection:
            return _detach(connection, number, reason, actor.name, at or datetime.now(UTC))


def _listed(connection: Connection, unit: str | None, registration: int | None) -> tuple[AttachmentView, ...]:
    row = AttachmentRecord
    query = select(*(getattr(row, name) for name in _FIELDS)).order_by(row.id.desc())
    if unit is not None:
        query = query.where(row.unit == unit)
    if registration is not None:
        query = query.where(row.registration == registration)
    return tuple(AttachmentView(*found) for found in connection.execute(query))


def _attach(
    connection: Connection, view: AttachmentView, content: bytes, actor: str, at: datetime
) -> AttachmentView | Refusal:
    if connection.execute(select(UnitRecord.code).where(UnitRecord.code == view.unit)).first() is None:
        return Refusal(text("The unit {code} is not registered.", code=view.unit), column="unit")
    if view.registration is not None:
        case = cases.case(connection, view.registration)
        if case is None or case.registration.unit != view.unit:
            return Refusal(
                text("The number {number} belongs to no registration of this unit.", number=view.registration),
                column="registration",
            )
    there = _listed(connection, view.unit, None)
    same = [a for a in there if (a.registration, a.sha256) == (view.registration, view.sha256)]
    if same:
        return same[0]
    if len(there) >= MOST:
        return Refusal(text("The unit has {number} files already.", number=MOST))
    row = AttachmentRecord
    values = {name: getattr(view, name) for name in _FIELDS if name != "id"}
    values |= {"at": at, "actor": actor, "content": content}
    number = connection.execute(insert(row).values(values).returning(row.id)).scalar_one()
    detail = {"registration": view.registration, "name": view.name, "sha256": view.sha256}
    audit.append(connection, at, actor, "attach", f"unit {view.unit}", detail)
    return next(found for found in _listed(connection, view.unit, None) if found.id == number)


def _fetch(
    connection: Connection, number: int, actor: str, at: datetime
) -> tuple[AttachmentView, bytes] | Refusal | None:
    row = AttachmentRecord
    query = select(*(getattr(row, name) for name in _FIELDS), row.content).where(row.id == number)
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    *values, content = found
    view = AttachmentView(*values)
    if hashlib.sha256(content).hexdigest() != view.sha256:
        return Refusal(
            text("The file {number} is not what was stored: it was changed in the database.", number=number),
            text("Check the disk, then restore the last backup."),
        )
    audit.append(connection, at, actor, "fetch_attachment", f"unit {view.unit}", {"attachment": number})
    return view, content


def _detach(connection: Connection, number: int, reason: str, actor: str, at: datetime) -> AttachmentView | Refusal:
    row = AttachmentRecord
    view = next((found for found in _listed(connection, None, None) if found.id == number), None)
    if view is None:
        return Refusal(text("There is no file {number}.", number=number))
    connection.execute(delete(row).where(row.id == number))
    detail = {"attachment": number, "name": view.name, "sha256": view.sha256, "reason": reason}
    audit.append(connection, at, actor, "detach", f"unit {view.unit}", detail)
    return view
