"""What storing a row would change, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.filing.cells import write
from inventory.model.batch import FieldChange, RecordChange, RecordKind
from inventory.model.values import PUBLIC_PLANE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.filing.layout import Value
    from inventory.filing.rows import Row


def change_of(row: Row, stored: Mapping[str, Value] | None) -> RecordChange | None:
    """Return what a row adds or changes, or None where the registry holds just that already."""
    if stored is None:
        return RecordChange(row.kind, shown_key(row.kind, row.values), added=True)
    fields = tuple(
        FieldChange(key, write(stored[key]) or None, write(value) or None)
        for key, value in row.values.items()
        if stored[key] != value
    )
    return RecordChange(row.kind, shown_key(row.kind, row.values), added=False, fields=fields) if fields else None


def shown_key(kind: RecordKind, values: Mapping[str, Value]) -> str:
    """Return how people name a record: its code, or ``finance/10.0.0.0/24`` outside the public plane."""
    if kind in {RecordKind.PREFIX, RecordKind.REGISTRATION}:
        name = write(values["cidr" if kind is RecordKind.PREFIX else "mac"])
        plane = write(values["plane"])
        return name if plane == PUBLIC_PLANE else f"{plane}/{name}"
    if kind is RecordKind.EXCLUSION:
        return write(values["target"])
    parts = {RecordKind.CONTACT: ("unit", "name", "role"), RecordKind.STATEMENT: ("device", "port")}.get(kind)
    if parts is not None:
        return " ".join(filter(None, (write(values[key]) for key in parts)))
    return write(values["name" if kind is RecordKind.DEVICE else "code"])
