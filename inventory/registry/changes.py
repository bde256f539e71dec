"""What goes into the registry together, and what that changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.records import (
        ContactView,
        DeviceView,
        PointView,
        PrefixView,
        RegistrationView,
        UnitView,
    )

Key: TypeAlias = tuple[object, ...]
"""A record's natural key, one value per part."""


class Kind(StrEnum):
    """The kinds of records, in the order in which they may depend on each other."""

    UNIT = "unit"
    POINT = "point"
    PREFIX = "prefix"
    DEVICE = "device"
    CONTACT = "contact"
    REGISTRATION = "registration"


KIND_NAMES = {
    Kind.UNIT: text("unit"),
    Kind.POINT: text("point"),
    Kind.PREFIX: text("prefix"),
    Kind.DEVICE: text("device"),
    Kind.CONTACT: text("contact"),
    Kind.REGISTRATION: text("registration"),
}
"""How messages name the kinds."""


class Action(StrEnum):
    """What happened to one record."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to store in one transaction. Each replaces the stored record of the same key completely."""

    units: tuple[UnitView, ...] = ()
    points: tuple[PointView, ...] = ()
    prefixes: tuple[PrefixView, ...] = ()
    devices: tuple[DeviceView, ...] = ()
    contacts: tuple[ContactView, ...] = ()
    registrations: tuple[RegistrationView, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One record of a batch."""

    kind: Kind
    key: Key
    action: Action
    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    """Field name to (before, after); before is None for everything of an added record. May hold personal data."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a batch changed, or would change."""

    details: tuple[Change, ...] = ()

    def of(self, kind: Kind) -> Changes:
        """Return the changes of one kind of record."""
        return Changes(tuple(change for change in self.details if change.kind is kind))

    @property
    def added(self) -> int:
        """How many records are new."""
        return self._count(Action.ADDED)

    @property
    def changed(self) -> int:
        """How many records differ from what was stored."""
        return self._count(Action.CHANGED)

    @property
    def unchanged(self) -> int:
        """How many records were stored like this already."""
        return self._count(Action.UNCHANGED)

    def _count(self, action: Action) -> int:
        return sum(change.action is action for change in self.details)


@dataclass(frozen=True, slots=True)
class RegistrationChange:
    """One entry of a filing's history; values as JSON has them."""

    registration: int
    at: datetime
    action: str
    """``filed``, ``amended``, or the new state where only the state changed."""
    before: Mapping[str, object] | None
    after: Mapping[str, object]
    actor: str | None
