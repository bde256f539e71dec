"""Registrations on their way: who acts on them, what is proposed, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from inventory.model.records import RegistrationState, RegistrationView

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.values import IPAddress, Mac


class Role(StrEnum):
    """What a person may do; the office's roles see every unit."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    """审核员 of the network office."""
    CONTACT = "contact"
    """A unit's technical contact: own units only."""
    MIGRATION = "migration"
    AUDITOR = "auditor"
    """Reads everything, changes nothing."""


class Action(StrEnum):
    """What can be done with a registration; also the name in its history."""

    FILE = "file"
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    AMEND = "amend"
    CANCEL = "cancel"
    RECONFIRM = "reconfirm"
    HANDOVER = "handover"
    """Only in the history: the duty for it went to somebody else."""


class Turn(StrEnum):
    """Who has to do something next."""

    CONTACT = "contact"
    OFFICE = "office"
    NOBODY = "nobody"


class Overdue(StrEnum):
    """What should have happened by now."""

    REVIEW = "review"
    CORRECTION = "correction"
    RECONFIRMATION = "reconfirmation"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts."""

    name: str
    role: Role
    units: frozenset[str] | None = None
    """The units a contact answers for; None means every unit."""

    def answers_for(self, unit: str) -> bool:
        """Whether the unit is one of this person's."""
        return self.units is None or unit in self.units


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a filed registration shall become, until it is reviewed."""

    changes: Mapping[str, str] = field(default_factory=dict)
    """New cells by column key, as written in a sheet; an empty one clears the column."""
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """Which registrations are asked for, in the order of their ids; None: any."""

    limit: int
    after: int = 0
    """Only those with a greater id."""
    unit: str | None = None
    units: frozenset[str] | None = None
    """The units the asker answers for."""
    states: frozenset[RegistrationState] | None = None
    ip: IPAddress | None = None
    mac: Mac | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A registration and where it stands."""

    registration: RegistrationView
    version: int = 1
    """Grows with every change: who changes an older version is told."""
    number: str | None = None
    """备案编号: given at the first approval, kept for ever."""
    proposal: Proposal | None = None
    """Set while the state is ``amending``; what is filed counts until the proposal is approved."""
    reason: str | None = None
    """Why it was returned, amended or cancelled: the newest word of whoever acted."""
    returned: bool = False
    """An amendment that came back; a returned new registration has the state ``returned``."""
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    confirmed_at: datetime | None = None
    """When the unit last said that it still holds; the approval counts as the first time."""

    @property
    def turn(self) -> Turn:
        """Who has to act next."""
        match self.registration.state:
            case RegistrationState.SUBMITTED:
                return Turn.OFFICE
            case RegistrationState.DRAFT | RegistrationState.RETURNED:
                return Turn.CONTACT
            case RegistrationState.AMENDING:
                return Turn.CONTACT if self.returned else Turn.OFFICE
            case _:
                return Turn.NOBODY
