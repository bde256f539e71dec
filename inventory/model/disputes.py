"""What a unit says about an endpoint that was seen under its name and that it does not file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.values import IPAddress, Mac


class DisputeKind(StrEnum):
    """What is said."""

    NOT_OURS = "not_ours"
    """不属本单位."""
    MOVED = "moved"
    """It went to another unit."""
    REMOVED = "removed"
    """已拔除: it is off the network now."""
    MISTAKEN = "mistaken"
    """误报: there is no such endpoint."""


class DisputeState(StrEnum):
    """How far it has come."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class DisputeView:
    """One statement about one endpoint, and what the office decided."""

    id: int
    unit: str
    plane: str
    kind: DisputeKind
    ip: IPAddress | None = None
    mac: Mac | None = None
    """The card, where it is known; else the address names the endpoint."""
    target: str | None = None
    """The unit it moved to."""
    note: str | None = None
    state: DisputeState = DisputeState.OPEN
    at: datetime | None = None
    actor: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    answer: str | None = None
