"""What is kept about a unit besides its registrations: how its network is built, and who handed over to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.records import ContactRole, YesNoUnknown


class Keeper(StrEnum):
    """Who looks after a unit's access device."""

    UNIT = "unit"
    OFFICE = "office"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class ProfileView:
    """单位网络情况表: what a unit says about its own network. None is what nobody has said yet."""

    unit: str
    access_device: str | None = None
    managed_by: Keeper | None = None
    nat: YesNoUnknown | None = None
    """Counts for the visibility of the unit's points whose own record leaves it open."""
    lan_prefixes: str | None = None
    dhcp: YesNoUnknown | None = None
    wireless_aps: int | None = None
    internet_exit: YesNoUnknown | None = None
    """Whether the unit has an exit to the Internet of its own."""
    internet_line: str | None = None
    switches_managed: int | None = None
    switches_unmanaged: int | None = None
    declared_endpoints: int | None = None
    """The number of the unit's own record: written once, there."""
    remark: str | None = None
    version: int = 0
    """0: the unit has not filed it yet. Who changes an older version is told."""
    reported_at: datetime | None = None
    reported_by: str | None = None


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes over a duty, and what passes on with it."""

    unit: str
    role: ContactRole
    name: str
    phone: str | None = None
    email: str | None = None
    outgoing: str | None = None
    """Who hands over; None: whoever has the duty now."""
    account_from: str | None = None
    """The account that loses the unit; it is closed when that was its last one."""
    account_to: str | None = None
    """The account that gets it; made where there is none of that name."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class HandoverView:
    """交接记录: who gave what to whom."""

    id: int
    unit: str
    role: ContactRole
    outgoing: str | None
    incoming: str
    at: datetime
    actor: str
    open_cases: tuple[int, ...] = ()
    """Ids of the registrations that waited for the unit at that moment."""
    account_from: str | None = None
    account_to: str | None = None
    note: str | None = None
