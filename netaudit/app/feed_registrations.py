"""Registrations for programs: read page by page, one with its history, filed and changed against a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.filing.lifecycle import Refusal, Step
from inventory.filing.schema import REGISTRATIONS
from inventory.model.cases import Action, CasePage
from inventory.model.records import RegistrationState
from inventory.model.text import text
from inventory.model.values import Mac
from netaudit.app import accounts, case_page, unit_page
from netaudit.app.feeds import Part, after, cursor
from netaudit.app.query import parse
from netaudit.app.records import unit_of
from netaudit.app.registration import deadlines, history, line_of
from reports.kinds import cases as listing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from inventory.model.cases import Actor, CaseView
    from inventory.registry.engine import Registry
    from netaudit.app.feeds import Cut
    from netaudit.settings import Settings
    from reports.data import Object

_OPEN: Final = frozenset({RegistrationState.DRAFT, RegistrationState.RETURNED})
"""What is changed at once; of anything else a change is proposed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One registration as a program gets it, and the version it is."""

    item: Object
    version: int


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody changed the registration since the asker read it."""

    version: int


Outcome: TypeAlias = "CaseView | Refusal | Stale"


def registrations(
    registry: Registry,
    settings: Settings,
    actor: Actor,
    cut: Cut,
    *,
    unit: str | None = None,
    states: Collection[RegistrationState] = (),
    address: str | None = None,
    reveal: bool = False,
) -> Part:
    """Registrations by id, and where they stand."""
    if unit is not None:
        unit_of(registry, unit)
    start = after(cut, "registrations", (int,))
    known = None if address is None else parse(address)
    asked = CasePage(
        cut.limit + 1,
        0 if start is None else min(int(start[0]), 2**63 - 1),
        unit,
        actor.units,
        frozenset(states) or None,
        None if isinstance(known, Mac) else known,
        known if isinstance(known, Mac) else None,
    )
    found = registry.desk.page(asked)
    shown = found[: cut.limit]
    numbers = tuple(case.registration.id for case in shown)
    if reveal and numbers:
        accounts.note_reveal(registry, actor, "registrations", {"registrations": list(numbers)})
    limits, now = deadlines(settings.filing), datetime.now(UTC)
    lines = [line_of(case, limits, now) for case in shown]
    more = cursor("registrations", (numbers[-1],)) if len(found) > cut.limit else None
    return Part(listing.json_array(lines, reveal=reveal), more)


def registration(
    registry: Registry, settings: Settings, actor: Actor, number: int, *, reveal: bool = False
) -> Answer | None:
    """One registration with its proposal and history; None: there is none."""
    case = registry.desk.case(number)
    if case is None:
        return None
    if reveal:
        accounts.note_reveal(registry, actor, f"registration {number}")
    limits, now = deadlines(settings.filing), datetime.now(UTC)
    steps = history(registry, number)
    return Answer(listing.one_json(line_of(case, limits, now), steps, reveal=reveal), case.version)


def file(
    registry: Registry, settings: Settings, unit: str, cells: Mapping[str, str], actor: Actor
) -> CaseView | Refusal:
    """File one endpoint for review, or say why not.

    Raises:
        UsageError: there is no such unit.
    """
    if refusal := _unknown(cells):
        return refusal
    [outcome] = unit_page.claim(registry, settings, unit, [cells], actor)
    return outcome


def change(
    registry: Registry,
    settings: Settings,
    number: int,
    cells: Mapping[str, str],
    reason: str | None,
    version: int,
    actor: Actor,
) -> Outcome:
    """Change a draft or what was returned; propose the change of anything else."""
    if refusal := _unknown(cells):
        return refusal
    case = registry.desk.case(number)
    is_open = case is not None and case.registration.state in _OPEN
    action = Action.EDIT if is_open else Action.AMEND
    return stepped(registry, settings, number, Step(action, reason, dict(cells), version), actor)


def stepped(registry: Registry, settings: Settings, number: int, step: Step, actor: Actor) -> Outcome:
    """Do a step with a registration of the version it names."""
    done = case_page.step(registry, settings.filing, number, step, actor)
    if isinstance(done, Refusal):
        now = registry.desk.case(number)
        if now is not None and now.version != step.version:
            return Stale(now.version)
    return done


def _unknown(cells: Mapping[str, str]) -> Refusal | None:
    for key in cells:
        if key not in REGISTRATIONS.by_key:
            return Refusal(text("There is no column {column}.", column=key), column=key)
    return None
