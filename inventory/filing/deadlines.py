"""What is overdue: reviews, corrections and yearly confirmations, under deadlines the office sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from inventory.model.cases import Overdue, Turn
from inventory.model.records import RegistrationState

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.cases import CaseView


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days each side has."""

    review_days: int = 5
    correction_days: int = 10
    reconfirmation_days: int = 365


def due_at(case: CaseView, deadlines: Deadlines) -> tuple[Overdue, datetime] | None:
    """Return what has to happen next and by when; None where nothing is pending."""
    if case.turn is Turn.OFFICE and case.submitted_at is not None:
        return Overdue.REVIEW, case.submitted_at + timedelta(days=deadlines.review_days)
    if case.turn is Turn.CONTACT and case.decided_at is not None:
        return Overdue.CORRECTION, case.decided_at + timedelta(days=deadlines.correction_days)
    if case.registration.state is RegistrationState.APPROVED and case.confirmed_at is not None:
        return Overdue.RECONFIRMATION, case.confirmed_at + timedelta(days=deadlines.reconfirmation_days)
    return None


def overdue(case: CaseView, deadlines: Deadlines, now: datetime) -> Overdue | None:
    """Return what is late, if anything."""
    due = due_at(case, deadlines)
    return due[0] if due is not None and due[1] < now else None
