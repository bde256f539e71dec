"""Who may use the portal and the HTTP API, and what they did."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from inventory.model.cases import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EVERY_UNIT = frozenset({Role.ADMIN, Role.REVIEWER, Role.MIGRATION, Role.AUDITOR})
"""Roles of the office: they see every unit."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """One person's account. Its name is what the audit log quotes, so it is never given to somebody else."""

    id: int
    name: str
    role: Role
    units: frozenset[str] = frozenset()
    """The units a contact answers for; of no meaning for the office's roles."""
    shown_name: str | None = None
    active: bool = True
    must_change: bool = False
    """Whether the password has to be changed before anything else."""
    has_password: bool = False
    failures: int = 0
    """Wrong passwords since the last right one."""
    locked_until: datetime | None = None
    last_login_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Whom this account acts as."""
        return Actor(self.name, self.role, None if self.role in EVERY_UNIT else self.units)


@dataclass(frozen=True, slots=True)
class SessionView:
    """One browser that is logged in, or one program's token."""

    account: AccountView
    created_at: datetime
    expires_at: datetime
    csrf: str = field(repr=False)


class Scope(StrEnum):
    """What a program's token may do, within what its account may."""

    READ_UNITS = "read:units"
    READ_POINTS = "read:points"
    READ_ENDPOINTS = "read:endpoints"
    READ_REGISTRATIONS = "read:registrations"
    READ_FINDINGS = "read:findings"
    READ_SWEEPS = "read:sweeps"
    WRITE_REGISTRATIONS = "write:registrations"
    REVIEW_REGISTRATIONS = "review:registrations"
    """Approve and return what units filed: the office's decision."""
    REVEAL_PHONES = "reveal:phones"
    """Phone numbers in full, where the request asks for them; each such answer stands in the log."""


@dataclass(frozen=True, slots=True)
class TokenView:
    """A program's token, without the token itself."""

    name: str
    """How people call it: the first digits of its digest."""
    account: str
    label: str
    scopes: tuple[Scope, ...]
    units: tuple[str, ...] | None
    """The units it is bound to; None: those of its account."""
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the audit log. Each carries the hash of the one before: nothing can be changed or left out unseen."""

    id: int
    at: datetime
    actor: str
    action: str
    """A stable word: ``login``, ``approve``, ``reveal_phone`` …"""
    subject: str
    """What it was done to: ``registration 12``, ``account li``."""
    detail: Mapping[str, object]
    previous: str
    hash: str
