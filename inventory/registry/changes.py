"""What differs between a stored record and the one that replaces it, and what a filing's history keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.batch import FieldChange, RecordChange, RecordKind
from inventory.model.values import PUBLIC_PLANE, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Key: TypeAlias = tuple[object, ...]
"""A record's natural key, one value per part."""


@dataclass(frozen=True, slots=True)
class RegistrationChange:
    """One entry of a filing's history; values as JSON has them. Holds personal data."""

    registration: int
    at: datetime
    action: str
    """A step of ``inventory.filing.lifecycle``; of an import ``filed``, ``amended`` or the new state."""
    before: Mapping[str, object] | None
    after: Mapping[str, object]
    actor: str | None
    reason: str | None = None


def differing(before: object, after: object, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the fields in which two views differ."""
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def change_of(kind: RecordKind, key: Key, before: object, after: object, names: Iterable[str]) -> RecordChange | None:
    """Return what storing ``after`` in the place of ``before`` changes; None when nothing."""
    if before is None:
        return RecordChange(kind, shown(kind, key), added=True)
    fields = tuple(
        FieldChange(name, _shown_value(getattr(before, name)), _shown_value(getattr(after, name)))
        for name in differing(before, after, names)
    )
    return RecordChange(kind, shown(kind, key), added=False, fields=fields) if fields else None


def shown(kind: RecordKind, key: Key) -> str:
    """Return a key as people write it: ``edu-1``, and ``finance/10.0.0.0/24`` outside the public plane."""
    if kind in {RecordKind.PREFIX, RecordKind.REGISTRATION}:
        plane, name = key
        return str(name) if plane == PUBLIC_PLANE else f"{plane}/{name}"
    return " ".join(str(part) for part in key if part is not None)


def _shown_value(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case datetime():
            return rfc3339(value)
        case _:
            return str(value)
