"""The life of a registration as a table: which step from which state, by whom, and what it needs.

draft → submitted → (returned) → approved → amending → cancelled. What is filed keeps counting while an amendment is
under review. A refusal is a value: the door says it to the person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from inventory.filing.cells import Fault, read
from inventory.filing.schema import REGISTRATIONS
from inventory.model.cases import Action, Proposal, Role, Turn
from inventory.model.records import RegistrationState as State
from inventory.model.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from inventory.model.cases import Actor, CaseView
    from inventory.model.records import RegistrationView

OFFICE: Final = frozenset({Role.ADMIN, Role.REVIEWER})
FILING: Final = OFFICE | {Role.CONTACT}

FIXED: Final = frozenset({"unit", "plane", "mac"})
"""What an amendment cannot change: another card or another unit is another registration."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    action: Action
    source: State
    target: State
    roles: frozenset[Role]
    turn: Turn | None = None
    """Only while it is this side's turn; None: whoever's turn it is."""
    reason: bool = False
    """Whether a reason has to be given."""
    complete: bool = False
    """Whether every cell the office asks for has to be filled."""


TRANSITIONS: Final = (
    Transition(Action.EDIT, State.DRAFT, State.DRAFT, FILING),
    Transition(Action.EDIT, State.RETURNED, State.RETURNED, FILING),
    Transition(Action.SUBMIT, State.DRAFT, State.SUBMITTED, FILING, complete=True),
    Transition(Action.SUBMIT, State.RETURNED, State.SUBMITTED, FILING, complete=True),
    Transition(Action.WITHDRAW, State.SUBMITTED, State.DRAFT, FILING),
    Transition(Action.WITHDRAW, State.AMENDING, State.APPROVED, FILING),
    Transition(Action.APPROVE, State.SUBMITTED, State.APPROVED, OFFICE, complete=True),
    Transition(Action.APPROVE, State.AMENDING, State.APPROVED, OFFICE, turn=Turn.OFFICE),
    Transition(Action.RETURN, State.SUBMITTED, State.RETURNED, OFFICE, reason=True),
    Transition(Action.RETURN, State.AMENDING, State.AMENDING, OFFICE, turn=Turn.OFFICE, reason=True),
    Transition(Action.AMEND, State.APPROVED, State.AMENDING, FILING),
    Transition(Action.AMEND, State.AMENDING, State.AMENDING, FILING),
    Transition(Action.CANCEL, State.DRAFT, State.CANCELLED, FILING),
    Transition(Action.CANCEL, State.SUBMITTED, State.CANCELLED, FILING),
    Transition(Action.CANCEL, State.RETURNED, State.CANCELLED, FILING),
    Transition(Action.CANCEL, State.APPROVED, State.CANCELLED, OFFICE, reason=True),
    Transition(Action.CANCEL, State.APPROVED, State.AMENDING, frozenset({Role.CONTACT}), reason=True),
    Transition(Action.CANCEL, State.AMENDING, State.CANCELLED, OFFICE, reason=True),
    Transition(Action.CANCEL, State.AMENDING, State.AMENDING, frozenset({Role.CONTACT}), reason=True),
    Transition(Action.RECONFIRM, State.APPROVED, State.APPROVED, FILING),
)


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody asks for."""

    action: Action
    reason: str | None = None
    changes: Mapping[str, str] | None = None
    """New cells of the registration by column key, for ``edit`` and ``amend``."""
    version: int | None = None
    """The version the person looked at; None: whichever is there."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step cannot be done, and what to do instead."""

    reason: Text
    hint: Text | None = None
    column: str | None = None


STATES: Final[Mapping[State, Text]] = {
    State.DRAFT: text("draft"),
    State.SUBMITTED: text("submitted"),
    State.RETURNED: text("returned"),
    State.APPROVED: text("filed"),
    State.AMENDING: text("being amended"),
    State.CANCELLED: text("cancelled"),
}


def allowed(case: CaseView, actor: Actor) -> tuple[Action, ...]:
    """Return what this person may do with a registration now, in the order of :class:`Action`."""
    return tuple(action for action in Action if isinstance(_transition(case, action, actor), Transition))


def perform(case: CaseView, step: Step, actor: Actor, now: datetime, *, required: frozenset[str]) -> CaseView | Refusal:
    """Return the registration after a step, or why it cannot be done.

    Args:
        case: the registration as stored.
        step: what is asked for.
        actor: by whom.
        now: when.
        required: the column keys the office asks for before a registration may be submitted.
    """
    if step.version is not None and step.version != case.version:
        return Refusal(
            text("Somebody changed this registration meanwhile; nothing was stored."),
            text("Look at it again, then repeat the change."),
        )
    found = _transition(case, step.action, actor)
    if isinstance(found, Refusal):
        return found
    reason = (step.reason or "").strip() or None
    if found.reason and reason is None:
        return Refusal(text("A reason is needed."))
    changes = step.changes or {}
    if step.action in {Action.EDIT, Action.AMEND} and (refusal := _refused_changes(changes, step.action)):
        return refusal
    after = _moved(case, found, reason, changes, now)
    if found.complete and (missing := _missing(after.registration, required)):
        return missing
    return after


def _transition(case: CaseView, action: Action, actor: Actor) -> Transition | Refusal:
    unit, state = case.registration.unit, case.registration.state
    if not actor.answers_for(unit):
        return Refusal(text("The registration belongs to another unit."))
    rows = [row for row in TRANSITIONS if row.action is action and row.source is state]
    if not rows:
        return Refusal(text("This cannot be done with a registration that is {state}.", state=STATES[state]))
    mine = [row for row in rows if actor.role in row.roles]
    if not mine:
        return Refusal(text("Your role may not do this."))
    row = mine[0]
    if row.turn is not None and row.turn is not case.turn:
        return Refusal(text("The unit has to answer first: the amendment was returned."))
    return row


def _refused_changes(changes: Mapping[str, str], action: Action) -> Refusal | None:
    if not changes:
        return Refusal(text("Nothing was changed."))
    for key, written in changes.items():
        column = REGISTRATIONS.by_key.get(key)
        if column is None:
            return Refusal(text("There is no column {column}.", column=key), column=key)
        if action is Action.AMEND and key in FIXED:
            return Refusal(
                text("{column} cannot be amended.", column=column.title),
                text("Cancel this registration and file a new one."),
                key,
            )
        value = read(column, written)
        if isinstance(value, Fault):
            return Refusal(text("{column}: {reason}", column=column.title, reason=value.reason), column=key)
    return None


def changed(registration: RegistrationView, changes: Mapping[str, str]) -> RegistrationView:
    """Return a registration with new cells; they have been checked before."""
    values: dict[str, Any] = {key: read(REGISTRATIONS.by_key[key], written) for key, written in changes.items()}
    return replace(registration, **{key: value for key, value in values.items() if not isinstance(value, Fault)})


def _moved(case: CaseView, row: Transition, reason: str | None, changes: Mapping[str, str], now: datetime) -> CaseView:
    registration, proposal = case.registration, case.proposal
    if row.action is Action.EDIT:
        registration = changed(registration, changes)
    elif row.action is Action.APPROVE and proposal is not None:
        registration = changed(registration, proposal.changes)
    target = row.target
    if row.action is Action.APPROVE and proposal is not None and proposal.cancels:
        target = State.CANCELLED
    registration = replace(registration, state=target)
    after = replace(case, registration=registration, version=case.version + 1, reason=reason, returned=False)
    if target is State.AMENDING:
        after = replace(after, proposal=_proposed(case, row, changes))
        if row.action is Action.RETURN:
            return replace(after, returned=True, decided_at=now)
        return replace(after, submitted_at=now)
    return _dated(replace(after, proposal=None), row, now)


def _proposed(case: CaseView, row: Transition, changes: Mapping[str, str]) -> Proposal | None:
    match row.action:
        case Action.AMEND:
            earlier = case.proposal.changes if case.proposal is not None else {}
            return Proposal({**earlier, **changes})
        case Action.CANCEL:
            return Proposal(cancels=True)
        case _:
            return case.proposal


def _dated(case: CaseView, row: Transition, now: datetime) -> CaseView:
    match row.action:
        case Action.SUBMIT:
            return replace(case, submitted_at=now)
        case Action.APPROVE if case.registration.state is State.APPROVED:
            filed = case.registration.filed_at or now
            return replace(
                case, decided_at=now, confirmed_at=now, registration=replace(case.registration, filed_at=filed)
            )
        case Action.APPROVE | Action.RETURN:
            return replace(case, decided_at=now)
        case Action.RECONFIRM:
            return replace(case, confirmed_at=now)
        case _:
            return case


def _missing(registration: RegistrationView, required: frozenset[str]) -> Refusal | None:
    empty = [c for c in REGISTRATIONS.columns if c.key in required and getattr(registration, c.key) in {None, ""}]
    if not empty:
        return None
    titles = _listed([column.title for column in empty])
    return Refusal(text("Still to be filled in: {columns}.", columns=titles), column=empty[0].key)


def _listed(titles: list[Text]) -> Text:
    first, *rest = titles
    for title in rest:
        first = text("{first}, {second}", first=first, second=title)
    return first
