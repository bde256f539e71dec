"""Yearly confirmation: which registrations are due, "all of these still stand" in one step; and all that is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from inventory.filing.lifecycle import Refusal, Step
from inventory.model.cases import Action, Overdue
from inventory.model.records import RegistrationState
from netaudit.app.records import unit_of
from netaudit.app.registration import Done, deadlines, line_of, required

if TYPE_CHECKING:
    from collections.abc import Collection

    from inventory.model.cases import Actor, CaseView
    from inventory.registry.engine import Registry
    from netaudit.settings import FilingSettings
    from reports.kinds.cases import CaseLine

_PENDING: Final = frozenset({RegistrationState.SUBMITTED, RegistrationState.RETURNED, RegistrationState.AMENDING})
"""Where somebody's step is waited for."""
SOON_DAYS: Final = 60
"""What is due within so many days may as well be confirmed now."""


def due(
    registry: Registry, settings: FilingSettings, unit: str | None = None, *, within_days: int | None = None
) -> tuple[CaseLine, ...]:
    """Return the registrations that can be confirmed again, the longest overdue first.

    Args:
        registry: where.
        settings: the deadlines.
        unit: of one unit; None: of all.
        within_days: only what is due by then; 0 is what is overdue; None is everything that is filed.

    Raises:
        UsageError: there is no such unit.
    """
    if unit is not None:
        unit_of(registry, unit)
    limits, now = deadlines(settings), datetime.now(UTC)
    age = None if within_days is None else timedelta(days=limits.reconfirmation_days - within_days)
    confirmed_by = None if age is None else now - age
    filed = registry.desk.cases(unit=unit, states=[RegistrationState.APPROVED], confirmed_by=confirmed_by)
    lines = [line_of(case, limits, now) for case in filed]
    return tuple(sorted(lines, key=lambda line: (line.due_at is None, line.due_at or now, line.case.registration.id)))


@dataclass(frozen=True, slots=True)
class Late:
    """Everything that is overdue, the longest first: the same as ``netaudit registration list --overdue``."""

    lines: tuple[CaseLine, ...]

    @property
    def counts(self) -> dict[str, dict[Overdue, int]]:
        """How many of each kind, by unit; the unit with most first."""
        found: dict[str, dict[Overdue, int]] = {}
        for line in self.lines:
            if line.overdue is not None:
                own = found.setdefault(line.case.registration.unit, dict.fromkeys(Overdue, 0))
                own[line.overdue] += 1
        return dict(sorted(found.items(), key=lambda pair: (-sum(pair[1].values()), pair[0])))


def late(registry: Registry, settings: FilingSettings) -> Late:
    """Return the reviews the office owes, the corrections and the confirmations the units owe."""
    limits, now = deadlines(settings), datetime.now(UTC)
    pending = (line_of(case, limits, now) for case in registry.desk.cases(states=_PENDING))
    lines = [*(line for line in pending if line.overdue is not None), *due(registry, settings, within_days=0)]
    return Late(tuple(sorted(lines, key=lambda line: (line.due_at or now, line.case.registration.id))))


def confirm(
    registry: Registry, settings: FilingSettings, numbers: Collection[int], actor: Actor, *, unit: str | None = None
) -> tuple[Done, ...]:
    """Confirm that registrations still hold; each is done or says why not.

    Args:
        registry: where.
        settings: what a registration needs.
        numbers: their ids.
        actor: who says so.
        unit: the unit they have to be of; others are left alone.
    """
    mine = {case.registration.id for case in registry.desk.cases(unit=unit, numbers=numbers)}
    results = registry.desk.act(
        [number for number in dict.fromkeys(numbers) if number in mine],
        Step(Action.RECONFIRM),
        actor,
        required=required(settings),
    )
    return tuple(_done(number, result) for number, result in results.items())


def _done(number: int, result: CaseView | Refusal) -> Done:
    return Done(str(number), None, result) if isinstance(result, Refusal) else Done(str(number), result)
