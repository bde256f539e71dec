"""Addresses asked for: held for a while, then filed, returned, or free again."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.values import IPAddress, IPNetwork, Mac


class RequestState(StrEnum):
    """How far a request has come."""

    HELD = "held"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """Nobody decided in time: the address is free again. Follows from the time and is not stored."""


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """IP 地址申请: one address for one network card that is to be connected."""

    id: int
    unit: str
    plane: str
    ip: IPAddress
    mac: Mac
    until: datetime
    """Until when the address is held."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """The columns of the registration it becomes, as written in a sheet. Personal data: the caller masks."""
    state: RequestState = RequestState.HELD
    reason: str | None = None
    at: datetime | None = None
    actor: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    registration: int | None = None
    """What it became."""

    def standing(self, now: datetime) -> RequestState:
        """Return how far it has come at a moment."""
        expired = self.state is RequestState.HELD and self.until <= now
        return RequestState.EXPIRED if expired else self.state


@dataclass(frozen=True, slots=True)
class FreeAddress:
    """An address nobody has."""

    plane: str
    ip: IPAddress
    prefix: IPNetwork
    point: str | None = None
