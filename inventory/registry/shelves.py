"""Which record class holds which view, by what key, and what refers to what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from inventory.model.records import ContactView, DeviceView, PointView, PrefixView, RegistrationView, UnitView
from inventory.registry.changes import Kind
from inventory.registry.tables.devices import DeviceRecord
from inventory.registry.tables.organisation import ContactRecord, PointRecord, PrefixRecord, UnitRecord
from inventory.registry.tables.registrations import RegistrationRecord

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from inventory.registry.changes import Key
    from inventory.registry.tables.metadata import Record


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of record. The view's fields are the record's columns, by name."""

    kind: Kind
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
        Shelf(Kind.UNIT, UnitRecord, UnitView, ("code",)),
        Shelf(Kind.POINT, PointRecord, PointView, ("code",)),
        Shelf(Kind.PREFIX, PrefixRecord, PrefixView, ("plane", "cidr")),
        Shelf(Kind.DEVICE, DeviceRecord, DeviceView, ("name",)),
        Shelf(Kind.CONTACT, ContactRecord, ContactView, ("unit", "name", "role")),
        Shelf(Kind.REGISTRATION, RegistrationRecord, RegistrationView, ("plane", "mac")),
    )
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names a record of another kind by its only key part."""

    kind: Kind
    field: str
    target: Kind
    required: bool = True
    """Whether the target has to be registered already. A point may name a device that is filed after it."""


REFERENCES = (
    Reference(Kind.UNIT, "parent", Kind.UNIT),
    Reference(Kind.POINT, "unit", Kind.UNIT),
    Reference(Kind.POINT, "device", Kind.DEVICE, required=False),
    Reference(Kind.PREFIX, "unit", Kind.UNIT),
    Reference(Kind.PREFIX, "point", Kind.POINT),
    Reference(Kind.DEVICE, "point", Kind.POINT),
    Reference(Kind.CONTACT, "unit", Kind.UNIT),
    Reference(Kind.REGISTRATION, "unit", Kind.UNIT),
    Reference(Kind.REGISTRATION, "point", Kind.POINT),
)
