"""Scans of sealed forms: attached, listed, fetched, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.filing.attachments import LARGEST, accepted
from inventory.filing.lifecycle import Refusal
from inventory.model.attachments import AttachmentView
from inventory.model.errors import NetauditError, UsageError
from inventory.model.text import text
from inventory.model.values import rfc3339
from netaudit.app.answer import Report
from netaudit.app.registration import find
from reports import columns as c
from reports.columns import Column, Kind
from reports.document import Document, Line, Row, Section, Sheet, Table

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.model.cases import Actor
    from inventory.registry.engine import Registry
    from reports.data import Json

__all__ = ["LARGEST", "AttachmentView", "attach", "attach_file", "detach", "fetch", "report"]

_ID: Final = Column("id", text("No."), Kind.INT, 6)
_REGISTRATION: Final = Column("registration", text("Registration"), Kind.INT, 8)
_FILE: Final = Column("name", text("File"), width=28)
_SIZE: Final = Column("size", text("Bytes"), Kind.INT, 10)
_HASH: Final = Column("sha256", text("SHA-256"), Kind.CODE, 20)
_COLUMNS: Final = (_ID, c.UNIT, _REGISTRATION, _FILE, _SIZE, _HASH, c.AT, c.ACTOR)


def attach(
    registry: Registry,
    unit: str,
    name: str,
    content: bytes,
    actor: Actor,
    *,
    registration: int | None = None,
    note: str | None = None,
) -> AttachmentView | Refusal:
    """Attach a file to a unit's return, or to one registration of the unit."""
    view = accepted(unit, name, content, registration=registration, note=note)
    return view if isinstance(view, Refusal) else registry.desk.attachments.attach(view, content, actor)


def attach_file(
    registry: Registry, path: Path, actor: Actor, *, unit: str | None, query: str | None, note: str | None
) -> AttachmentView:
    """Attach a file from the disk to a unit's return, or to the registration a number or address means.

    Raises:
        UsageError: it is no scan, or the registration is not the unit's.
    """
    registration = None
    if query is not None:
        found = find(registry, query)
        if len(found) > 1:
            raise UsageError(
                text("{query} means several registrations: {numbers}.", query=query,
                     numbers=", ".join(str(case.registration.id) for case in found)),
                text("Name one by its number."),
            )  # fmt: skip
        registration, unit = found[0].registration.id, unit or found[0].registration.unit
    if unit is None:
        raise UsageError(text("Say with --unit CODE or --registration NUMBER what the file belongs to."))
    with path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    return _checked(attach(registry, unit, path.name, content, actor, registration=registration, note=note))


def fetch(registry: Registry, number: int, actor: Actor, *, unit: str | None = None) -> tuple[AttachmentView, bytes]:
    """Return a file and its content.

    Args:
        registry: where.
        number: its id.
        actor: who fetches it; it is noted.
        unit: the unit it has to be of.

    Raises:
        UsageError: there is none, or it is another unit's.
        NetauditError: it is not what was stored.
    """
    if unit is not None and all(view.id != number for view in registry.desk.attachments.listed(unit=unit)):
        raise UsageError(text("There is no file {number}.", number=number))
    found = registry.desk.attachments.fetch(number, actor)
    if found is None:
        raise UsageError(text("There is no file {number}.", number=number))
    if isinstance(found, Refusal):
        raise NetauditError(found.reason, found.hint)
    return found


def detach(registry: Registry, number: int, reason: str, actor: Actor) -> AttachmentView:
    """Delete a file that should not be there.

    Raises:
        UsageError: there is none.
    """
    return _checked(registry.desk.attachments.detach(number, reason, actor))


def _checked(done: AttachmentView | Refusal) -> AttachmentView:
    if isinstance(done, Refusal):
        raise UsageError(done.reason, done.hint)
    return done


def report(registry: Registry, unit: str | None = None) -> Report:
    """List what is attached, newest first."""
    found = registry.desk.attachments.listed(unit=unit)
    rows = tuple(Row((a.id, a.unit, a.registration, a.name, a.size, a.sha256, a.at, a.actor)) for a in found)
    data: list[Json] = [
        {
            "id": a.id, "unit": a.unit, "registration": a.registration, "name": a.name,
            "media_type": a.media_type.value, "size": a.size, "sha256": a.sha256, "note": a.note,
            "at": None if a.at is None else rfc3339(a.at), "actor": a.actor,
        }
        for a in found
    ]  # fmt: skip
    title, table = text("Sealed scans"), Table(_COLUMNS, rows, empty=text("Nothing is attached yet."))
    lines = (Line(text("Number"), len(rows)),)
    document = Document(
        "attachments", title, None, lines, (Section(None, blocks=(table,)),), (Sheet("attachments", title, table),),
        version=1,
    )  # fmt: skip
    return Report(document, data)
