"""The registry as the office's filing desk sees it: every method one transaction, every step recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.filing.lifecycle import Refusal, Step
from inventory.filing.unit_returns import Act, Dispute, File
from inventory.model.cases import Action, CaseView, Turn
from inventory.registry import cases, disputes, queries
from inventory.registry.attachments import Attachments
from inventory.registry.dossiers import Dossiers
from inventory.registry.filings import Author
from inventory.registry.requests import Requests
from inventory.registry.section import Section

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from inventory.filing.unit_returns import Plan
    from inventory.model.batch import Batch
    from inventory.model.cases import Actor, CasePage
    from inventory.model.disputes import DisputeState, DisputeView
    from inventory.model.records import RegistrationState, RegistrationView
    from inventory.model.values import IPAddress, Mac


class Desk(Section):
    """Registrations on their way; made by :attr:`inventory.registry.facade.Registry.desk`."""

    @property
    def dossiers(self) -> Dossiers:
        """What is kept about units besides their registrations."""
        return Dossiers(self._reading, self._writing)

    @property
    def attachments(self) -> Attachments:
        """Scans of sealed forms."""
        return Attachments(self._reading, self._writing)

    @property
    def requests(self) -> Requests:
        """Addresses asked for."""
        return Requests(self._reading, self._writing)

    def cases(
        self,
        *,
        unit: str | None = None,
        states: Collection[RegistrationState] | None = None,
        numbers: Collection[int] | None = None,
        confirmed_by: datetime | None = None,
    ) -> tuple[CaseView, ...]:
        """Return registrations and where they stand, by id.

        Args:
            unit: of one unit.
            states: in one of these states.
            numbers: of these ids.
            confirmed_by: confirmed last at this moment or before it.
        """
        with self._reading() as connection:
            return cases.cases(connection, unit=unit, states=states, numbers=numbers, confirmed_by=confirmed_by)

    def page(self, asked: CasePage) -> tuple[CaseView, ...]:
        """Return the next registrations by id that fit: a part of a listing."""
        with self._reading() as connection:
            return cases.page(connection, asked)

    def case(self, number: int) -> CaseView | None:
        """Return one registration by its id, or None."""
        with self._reading() as connection:
            return cases.case(connection, number)

    def around(self, cards: Collection[Mac], addresses: Collection[IPAddress]) -> Batch:
        """Return what registrations of these cards or addresses are judged against.

        That is every record, but of the registrations only those that share a card or an address with them.
        """
        with self._reading() as connection:
            return queries.records(connection, queries.filings_sharing(connection, cards, addresses))

    def sharing(self, cards: Collection[Mac], addresses: Collection[IPAddress]) -> tuple[RegistrationView, ...]:
        """Return the registrations of these cards or addresses, in any plane, cancelled ones too."""
        with self._reading() as connection:
            return queries.filings_sharing(connection, cards, addresses)

    def file(self, view: RegistrationView, actor: Actor, at: datetime | None = None) -> CaseView | Refusal:
        """Store a new registration in the state it has; refused where the card is registered already."""
        with self._writing() as connection:
            return cases.file(connection, view, Author(at or datetime.now(UTC), actor.name))

    def act(
        self,
        numbers: Collection[int],
        step: Step,
        actor: Actor,
        *,
        required: frozenset[str] = frozenset(),
        at: datetime | None = None,
    ) -> dict[int, CaseView | Refusal]:
        """Take one step with each of several registrations: what can be done is done, the rest says why not.

        Args:
            numbers: ids.
            step: what to do; a version in it belongs to a single registration.
            actor: who.
            required: column keys that must be filled before a registration may be submitted.
            at: when; now by default.
        """
        now = at or datetime.now(UTC)
        with self._writing() as connection:
            return {number: cases.act(connection, number, step, actor, now, required) for number in numbers}

    def carry_out(
        self,
        plans: Sequence[Sequence[Plan]],
        actor: Actor,
        *,
        approver: Actor | None = None,
        required: frozenset[str] = frozenset(),
        at: datetime | None = None,
    ) -> list[Refusal | None]:
        """Carry out what the rows of a sheet ask for, all in one transaction; return why a row could not be done.

        The steps of one row are done together or not at all; with an ``approver`` they are reviewed at once.
        """
        now = at or datetime.now(UTC)
        author = Author(now, actor.name)
        with self._writing() as connection:
            return [_carried_out(connection, row, actor, author, required, approver) for row in plans]

    def disputes(self, *, unit: str | None = None, state: DisputeState | None = None) -> tuple[DisputeView, ...]:
        """Return disputes, oldest first: of one unit or all, in one state or any."""
        with self._reading() as connection:
            return disputes.disputes(connection, unit=unit, state=state)

    def state_dispute(self, view: DisputeView, actor: Actor, at: datetime | None = None) -> DisputeView | Refusal:
        """Store what a unit says about an endpoint; the same one, still open, is there once."""
        with self._writing() as connection:
            return disputes.state_dispute(connection, view, Author(at or datetime.now(UTC), actor.name))

    def decide_dispute(
        self, number: int, state: DisputeState, actor: Actor, answer: str | None = None, at: datetime | None = None
    ) -> DisputeView | Refusal:
        """Accept or reject an open dispute."""
        with self._writing() as connection:
            return disputes.decide(connection, number, state, answer, Author(at or datetime.now(UTC), actor.name))


def _carried_out(
    connection: Connection,
    plans: Sequence[Plan],
    actor: Actor,
    author: Author,
    required: frozenset[str],
    approver: Actor | None,
) -> Refusal | None:
    with connection.begin_nested() as savepoint:
        for plan in plans:
            done = _one(connection, plan, actor, author, required)
            if isinstance(done, CaseView) and approver is not None and done.turn is Turn.OFFICE and plan is plans[-1]:
                review = Step(Action.APPROVE)
                done = cases.act(connection, done.registration.id, review, approver, author.at, required)
            if isinstance(done, Refusal):
                savepoint.rollback()
                return done
    return None


def _one(
    connection: Connection, plan: Plan, actor: Actor, author: Author, required: frozenset[str]
) -> CaseView | DisputeView | Refusal:
    match plan:
        case File(view):
            return cases.file(connection, view, author)
        case Act(number, step):
            return cases.act(connection, number, step, actor, author.at, required)
        case Dispute(stated):
            return disputes.state_dispute(connection, stated, author)
