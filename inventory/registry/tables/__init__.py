"""Every table of the registry; importing this package completes :data:`METADATA`."""

from __future__ import annotations

from inventory.registry.tables import (
    accounts,
    devices,
    disputes,
    dossiers,
    facts,
    intervals,
    observations,
    organisation,
    registrations,
    requests,
    sessions,
    sweeps,
)
from inventory.registry.tables.metadata import Record

METADATA = Record.metadata

__all__ = [
    "METADATA",
    "Record",
    "accounts",
    "devices",
    "disputes",
    "dossiers",
    "facts",
    "intervals",
    "observations",
    "organisation",
    "registrations",
    "requests",
    "sessions",
    "sweeps",
]
