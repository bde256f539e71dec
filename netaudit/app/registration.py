"""Filing and reviewing: registrations added, found, and moved on step by step."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.filing.deadlines import Deadlines, due_at, overdue
from inventory.filing.lifecycle import FIXED, STATES, Refusal
from inventory.filing.schema import REGISTRATIONS
from inventory.model.batch import RecordKind
from inventory.model.cases import Action, Actor, Role, Turn
from inventory.model.errors import SettingsError, UsageError
from inventory.model.records import RegistrationState
from inventory.model.text import text
from netaudit.app.answer import Report
from netaudit.app.records import card_or_address, judged, unit_of
from reports.kinds import cases as listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.filing.lifecycle import Step
    from inventory.model.cases import CaseView
    from inventory.model.text import Text
    from inventory.registry.engine import Registry
    from netaudit.settings import FilingSettings

__all__ = [
    "FIXED",
    "STATES",
    "Action",
    "Done",
    "RegistrationState",
    "Turn",
    "act",
    "add",
    "find",
    "list_",
    "local_admin",
    "show",
]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one registration."""

    asked: str
    """As the person named it."""
    case: CaseView | None
    refusal: Refusal | None = None


class StepError(UsageError):
    """A step that cannot be taken."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason, refusal.hint)


def local_admin() -> Actor:
    """Return who runs the command line: whoever may write the database is its administrator."""
    return Actor(getpass.getuser(), Role.ADMIN)


def required(settings: FilingSettings) -> frozenset[str]:
    """Return the columns that must be filled before a registration is submitted.

    Raises:
        SettingsError: one of them is none.
    """
    for key in settings.required:
        if key not in REGISTRATIONS.by_key:
            raise SettingsError(
                text("filing.required: {column} is no column of the registrations sheet.", column=key),
                text("The columns are: {columns}", columns=", ".join(REGISTRATIONS.by_key)),
            )
    return frozenset(settings.required)


def deadlines(settings: FilingSettings) -> Deadlines:
    """Return the deadlines the office has set."""
    return Deadlines(settings.review_days, settings.correction_days, settings.reconfirmation_days)


def add(registry: Registry, written: Mapping[str, str], *, state: RegistrationState, actor: Actor) -> CaseView:
    """File one registration, checked like a row of an import.

    Raises:
        Refused: it breaks a rule of the import.
        UsageError: the card is registered already.
    """
    judgement = judged(RecordKind.REGISTRATION, written, registry.records())
    [view] = judgement.batch.registrations
    found = registry.desk.file(replace(view, state=state), actor)
    if isinstance(found, Refusal):
        raise StepError(found)
    return found


def find(registry: Registry, query: str) -> tuple[CaseView, ...]:
    """Return the registrations of an id, a filing number, an address or a network card.

    Raises:
        UsageError: there is none.
    """
    wanted = card_or_address(query.strip())
    cases = registry.desk.cases()
    found = tuple(case for case in cases if wanted in _names(case))
    if not found:
        raise UsageError(
            text("There is no registration {query}.", query=query),
            text("List what is registered and check the spelling."),
        )
    return found


def _names(case: CaseView) -> Iterable[str | None]:
    view = case.registration
    return str(view.id), case.number, str(view.ip), view.mac.text


def act(
    registry: Registry, settings: FilingSettings, queries: Sequence[str], step: Step, actor: Actor
) -> tuple[Done, ...]:
    """Take one step with several registrations; each is done or says why not.

    Raises:
        UsageError: a name means no registration, or several that are not cancelled.
        Refused: a new value breaks a rule of the import.
    """
    chosen = {query: _active(registry, query) for query in dict.fromkeys(queries)}
    if step.changes:
        stored = registry.records()
        for case in chosen.values():
            judged(RecordKind.REGISTRATION, amended(case, step.changes), stored)
    numbers = [case.registration.id for case in chosen.values()]
    results = registry.desk.act(numbers, step, actor, required=required(settings))
    return tuple(_done(query, results[case.registration.id]) for query, case in chosen.items())


def _done(query: str, result: CaseView | Refusal) -> Done:
    return Done(query, None, result) if isinstance(result, Refusal) else Done(query, result)


def _active(registry: Registry, query: str) -> CaseView:
    """Return the one registration a name means; of several the one that is not cancelled."""
    found = find(registry, query)
    active = [case for case in found if case.registration.state is not RegistrationState.CANCELLED]
    if len(active) == 1:
        return active[0]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        text(
            "{query} means several registrations: {numbers}.",
            query=query,
            numbers=", ".join(str(case.registration.id) for case in found),
        ),
        text("Name one by its number."),
    )


def amended(case: CaseView, changes: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that name a registration, with the new ones."""
    view = case.registration
    earlier = case.proposal.changes if case.proposal is not None else {}
    return {"unit": view.unit, "plane": view.plane, "ip": str(view.ip), "mac": view.mac.text, **earlier, **changes}


def list_(
    registry: Registry,
    settings: FilingSettings,
    *,
    unit: str | None = None,
    states: Sequence[RegistrationState] = (),
    turn: Turn | None = None,
    only_overdue: bool = False,
) -> Report:
    """List registrations and where they stand, by unit and address.

    Raises:
        UsageError: there is no such unit.
    """
    if unit is not None:
        unit_of(registry, unit)
    limits, now = deadlines(settings), datetime.now(UTC)
    cases = [
        case
        for case in registry.desk.cases(unit=unit, states=states or None)
        if (turn is None or case.turn is turn) and (not only_overdue or overdue(case, limits, now))
    ]
    cases.sort(key=_by_unit_and_address)
    return _listed(cases, limits, now)


def _listed(cases: Sequence[CaseView], limits: Deadlines, now: datetime) -> Report:
    lines = [line_of(case, limits, now) for case in cases]
    return Report(listing.document(lines, as_of=now), listing.json_array(lines))


def line_of(case: CaseView, limits: Deadlines, now: datetime) -> listing.CaseLine:
    """Return a registration with its deadline."""
    due = due_at(case, limits)
    return listing.CaseLine(case, None if due is None else due[1], overdue(case, limits, now))


def _by_unit_and_address(case: CaseView) -> tuple[str, str, int, int, int]:
    view = case.registration
    return view.unit, view.plane, view.ip.version, int(view.ip), view.id


def show(registry: Registry, settings: FilingSettings, query: str) -> Report:
    """Show the registrations of an id, a filing number, an address or a network card; one alone with its history.

    Raises:
        UsageError: there is none.
    """
    found = find(registry, query)
    limits, now = deadlines(settings), datetime.now(UTC)
    if len(found) > 1:
        return _listed(found, limits, now)
    [case] = found
    steps = history(registry, case.registration.id)
    line = line_of(case, limits, now)
    return Report(listing.one(line, steps), listing.one_json(line, steps))


def history(registry: Registry, number: int) -> tuple[listing.HistoryLine, ...]:
    """Return the steps of one registration's life, oldest first."""
    return tuple(
        listing.HistoryLine(
            entry.at, step_word(entry.action), entry.actor, entry.reason, changed_columns(entry.before, entry.after)
        )
        for entry in registry.registration_history(number)
    )


_IMPORTED = {"filed": Action.FILE, "amended": Action.AMEND, "cancelled": Action.CANCEL, "approved": Action.APPROVE}
"""How an import names what it does."""


def step_word(action: str) -> Action:
    """Return the step a history entry's word means, those of imports among them."""
    return _IMPORTED.get(action) or (Action(action) if action in set(Action) else Action.EDIT)


def changed_columns(before: Mapping[str, object] | None, after: Mapping[str, object]) -> tuple[Text, ...]:
    """Name the columns a step changed, or proposed to change; values are personal data and stay out."""
    proposal = after.get("proposal")
    if isinstance(proposal, dict):
        keys = [*proposal["changes"]]
    else:
        keys = [key for key in after if before is not None and key in before and after[key] != before[key]]
    return tuple(REGISTRATIONS.by_key[key].title for key in keys if key in REGISTRATIONS.by_key)
