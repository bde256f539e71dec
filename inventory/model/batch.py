"""Records on their way into the registry, and what their arrival changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


class RecordKind(StrEnum):
    """The kinds of records; also the sheet and file names of an import."""

    UNIT = "units"
    POINT = "points"
    PREFIX = "prefixes"
    DEVICE = "devices"
    CONTACT = "contacts"
    REGISTRATION = "registrations"
    EXCLUSION = "exclusions"
    STATEMENT = "statements"


@dataclass(frozen=True, slots=True)
class Batch:
    """Records applied together, in one transaction; each is added or, by its natural key, changed.

    Natural keys: unit code; point code; (plane, cidr); device name; contact (unit, name, role); registration
    (plane, MAC); exclusion target; statement (device, port).
    """

    units: tuple[UnitView, ...] = ()
    points: tuple[PointView, ...] = ()
    prefixes: tuple[PrefixView, ...] = ()
    devices: tuple[DeviceView, ...] = ()
    contacts: tuple[ContactView, ...] = ()
    registrations: tuple[RegistrationView, ...] = ()
    exclusions: tuple[ExclusionView, ...] = ()
    statements: tuple[StatementView, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one record that changes."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record that is added (``fields`` empty) or changed."""

    kind: RecordKind
    key: str
    added: bool
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What applying a batch does; the same for a preview."""

    changes: tuple[RecordChange, ...]
    unchanged: int

    @property
    def added(self) -> int:
        """How many records are new."""
        return sum(change.added for change in self.changes)

    @property
    def changed(self) -> int:
        """How many existing records differ."""
        return len(self.changes) - self.added
