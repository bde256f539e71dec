"""Which record class holds which view, by what key, and what refers to what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from inventory.model.batch import RecordKind
from inventory.model.records import (
    ContactView,
    DeviceView,
    ExclusionView,
    PointView,
    PrefixView,
    RegistrationView,
    StatementView,
    UnitView,
)
from inventory.model.text import text
from inventory.registry.tables.devices import DeviceRecord, StatementRecord
from inventory.registry.tables.organisation import ContactRecord, ExclusionRecord, PointRecord, PrefixRecord, UnitRecord
from inventory.registry.tables.registrations import RegistrationRecord

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from inventory.registry.changes import Key
    from inventory.registry.tables.metadata import Record


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of record. The view's fields are the record's columns, by name."""

    kind: RecordKind
    record: type[Record]
    view: type[Any]
    key: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The view's field names, in its constructor's order."""
        return tuple(field.name for field in fields(self.view))

    def column(self, name: str) -> ColumnElement[Any]:
        """Return the record's column of that name."""
        column: ColumnElement[Any] = getattr(self.record, name)
        return column

    def columns(self) -> Select[Any]:
        """Select every field of the view, in its constructor's order."""
        return select(*(self.column(name) for name in self.fields))

    def key_of(self, view: object) -> Key:
        """Return the natural key of a view."""
        return tuple(getattr(view, part) for part in self.key)


SHELVES = {
    shelf.kind: shelf
    for shelf in (
        Shelf(RecordKind.UNIT, UnitRecord, UnitView, ("code",)),
        Shelf(RecordKind.POINT, PointRecord, PointView, ("code",)),
        Shelf(RecordKind.PREFIX, PrefixRecord, PrefixView, ("plane", "cidr")),
        Shelf(RecordKind.DEVICE, DeviceRecord, DeviceView, ("name",)),
        Shelf(RecordKind.CONTACT, ContactRecord, ContactView, ("unit", "name", "role")),
        Shelf(RecordKind.REGISTRATION, RegistrationRecord, RegistrationView, ("plane", "mac")),
        Shelf(RecordKind.EXCLUSION, ExclusionRecord, ExclusionView, ("target",)),
        Shelf(RecordKind.STATEMENT, StatementRecord, StatementView, ("device", "port")),
    )
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names a record of another kind by its only key part."""

    kind: RecordKind
    field: str
    target: RecordKind
    required: bool = True
    """Whether the target has to be registered already. A point may name a device that is filed after it."""


REFERENCES = (
    Reference(RecordKind.UNIT, "parent", RecordKind.UNIT),
    Reference(RecordKind.POINT, "unit", RecordKind.UNIT),
    Reference(RecordKind.POINT, "device", RecordKind.DEVICE, required=False),
    Reference(RecordKind.PREFIX, "unit", RecordKind.UNIT),
    Reference(RecordKind.PREFIX, "point", RecordKind.POINT),
    Reference(RecordKind.DEVICE, "point", RecordKind.POINT),
    Reference(RecordKind.CONTACT, "unit", RecordKind.UNIT),
    Reference(RecordKind.REGISTRATION, "unit", RecordKind.UNIT),
    Reference(RecordKind.REGISTRATION, "point", RecordKind.POINT),
)

KIND_NAMES = {
    RecordKind.UNIT: text("unit"),
    RecordKind.POINT: text("point"),
    RecordKind.PREFIX: text("prefix"),
    RecordKind.DEVICE: text("device"),
    RecordKind.CONTACT: text("contact"),
    RecordKind.REGISTRATION: text("registration"),
    RecordKind.EXCLUSION: text("exclusion"),
    RecordKind.STATEMENT: text("statement"),
}
"""How messages name one record of the kind."""

REMOVABLE = {
    "unit": RecordKind.UNIT,
    "point": RecordKind.POINT,
    "prefix": RecordKind.PREFIX,
    "device": RecordKind.DEVICE,
    "contact": RecordKind.CONTACT,
    "exclusion": RecordKind.EXCLUSION,
    "statement": RecordKind.STATEMENT,
}
"""What may be deleted. A filing is cancelled instead: its history stays."""
