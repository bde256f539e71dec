"""Everything that is filed, as the rules of the import compare with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.batch import Batch

if TYPE_CHECKING:
    from inventory.registry.engine import Registry


def stored_records(registry: Registry) -> Batch:
    """Return the records of every kind, cancelled registrations among them."""
    return Batch(
        registry.units(),
        registry.points(),
        registry.prefixes(),
        registry.devices(),
        registry.contacts(),
        registry.registrations(),
    )
