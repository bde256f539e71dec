"""Registrations and where they stand: found, filed, and moved on, each step in one transaction with its history."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from inventory.filing.lifecycle import Refusal, changed, perform
from inventory.model.batch import RecordKind
from inventory.model.cases import Action, CaseView, Proposal
from inventory.model.records import FILED_STATES, RegistrationState, RegistrationView
from inventory.model.text import text
from inventory.registry import audit
from inventory.registry.filings import STORED, Author, history_entry, number_filed, write_history
from inventory.registry.holds import held_for
from inventory.registry.shelves import SHELVES
from inventory.registry.tables.registrations import RegistrationRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Select

    from inventory.filing.lifecycle import Step
    from inventory.model.cases import Actor, CasePage

_IDS = 2**63
_STANDING = ("version", "number", "proposal", "reason", "returned", "submitted_at", "decided_at", "confirmed_at")
_FIELDS = SHELVES[RecordKind.REGISTRATION].fields


def _selected() -> Select[Any]:
    row = RegistrationRecord
    return select(*(getattr(row, name) for name in (*_FIELDS, *_STANDING)))


def _case(row: Sequence[Any]) -> CaseView:
    registration = RegistrationView(*row[: len(_FIELDS)])
    standing = dict(zip(_STANDING, row[len(_FIELDS) :], strict=True))
    proposal = standing.pop("proposal")
    return CaseView(registration, proposal=None if proposal is None else Proposal(**proposal), **standing)


def cases(
    connection: Connection,
    *,
    unit: str | None = None,
    states: Collection[RegistrationState] | None = None,
    numbers: Collection[int] | None = None,
    confirmed_by: datetime | None = None,
) -> tuple[CaseView, ...]:
    """Return registrations and where they stand, by id; ``confirmed_by`` leaves out what was confirmed later."""
    row = RegistrationRecord
    query = _selected().order_by(row.id)
    if unit is not None:
        query = query.where(row.unit == unit)
    if states is not None:
        query = query.where(row.state.in_(states))
    if numbers is not None:
        query = query.where(row.id.in_(numbers))
    if confirmed_by is not None:
        query = query.where(row.confirmed_at <= confirmed_by)
    return tuple(_case(found) for found in connection.execute(query))


def page(connection: Connection, asked: CasePage) -> tuple[CaseView, ...]:
    """Return the next registrations by id that fit."""
    row = RegistrationRecord
    query = _selected().where(row.id > asked.after).order_by(row.id).limit(asked.limit)
    if asked.unit is not None:
        query = query.where(row.unit == asked.unit)
    if asked.units is not None:
        query = query.where(row.unit.in_(asked.units))
    if asked.states is not None:
        query = query.where(row.state.in_(asked.states))
    if asked.ip is not None:
        query = query.where(row.ip == asked.ip)
    if asked.mac is not None:
        query = query.where(row.mac == asked.mac)
    return tuple(_case(found) for found in connection.execute(query))


def case(connection: Connection, number: int) -> CaseView | None:
    """Return one registration, or None."""
    if not 0 < number < _IDS:  # no database holds it, and none takes it as a parameter
        return None
    found = connection.execute(_selected().where(RegistrationRecord.id == number)).one_or_none()
    return None if found is None else _case(found)


def file(connection: Connection, view: RegistrationView, author: Author) -> CaseView | Refusal:
    """Store a new registration in the state it has; its id is given here."""
    if refusal := conflict(connection, view) or held_for(connection, view.plane, view.ip, view.mac, author.at):
        return refusal
    row = RegistrationRecord
    values: dict[str, object] = {name: getattr(view, name) for name in STORED}
    if view.state is RegistrationState.SUBMITTED:
        values["submitted_at"] = author.at
    if view.counts:
        values |= {"filed_at": view.filed_at or author.at, "decided_at": author.at}
    number = connection.execute(insert(row).values(values).returning(row.id)).scalar_one()
    audit.append(connection, author.at, author.actor or "", Action.FILE.value, f"registration {number}")
    write_history(connection, [history_entry(number, Action.FILE.value, None, replace(view, id=number), author)])
    number_filed(connection, author.at)
    return _stored(connection, number)


def conflict(connection: Connection, view: RegistrationView) -> Refusal | None:
    """Say why a new registration cannot be stored beside the others: its card or its address is filed already."""
    row = RegistrationRecord
    active = _selected().where(row.plane == view.plane, row.mac == view.mac, row.state != RegistrationState.CANCELLED)
    other = connection.execute(active).first()
    if other is not None:
        there = _case(other).registration
        return Refusal(
            text(
                "{mac} is registered already, by the unit {unit} with {ip}.", mac=view.mac, unit=there.unit, ip=there.ip
            ),
            text("Amend or cancel that registration."),
            "mac",
        )
    if view.counts and (taken := _address_taken(connection, view)):
        return taken
    return None


def act(
    connection: Connection, number: int, step: Step, actor: Actor, now: datetime, required: frozenset[str]
) -> CaseView | Refusal:
    """Take one step with one registration; the caller's transaction must be the only writer."""
    before = case(connection, number)
    if before is None:
        return Refusal(text("There is no registration {number}.", number=number))
    after = perform(before, step, actor, now, required=required)
    if isinstance(after, Refusal):
        return after
    view = after.registration
    if view.counts and (taken := _address_taken(connection, view)):
        return taken
    wanted = view.ip if after.proposal is None else changed(view, after.proposal.changes).ip
    if wanted != before.registration.ip and (held := held_for(connection, view.plane, wanted, view.mac, now)):
        return held
    row = RegistrationRecord
    values = {name: getattr(view, name) for name in STORED} | {name: getattr(after, name) for name in _STANDING}
    proposal = None if after.proposal is None else asdict(after.proposal)
    values["proposal"] = proposal
    connection.execute(update(row).where(row.id == number).values(values))
    entry = history_entry(
        number, step.action.value, before.registration, view, Author(now, actor.name), reason=after.reason,
        proposal=proposal,
    )  # fmt: skip
    write_history(connection, [entry])
    audit.append(connection, now, actor.name, step.action.value, f"registration {number}")
    number_filed(connection, now)
    return _stored(connection, number)


def _address_taken(connection: Connection, view: RegistrationView) -> Refusal | None:
    """Refuse what would file one address for two cards."""
    row = RegistrationRecord
    others = _selected().where(
        row.plane == view.plane, row.ip == view.ip, row.state.in_(FILED_STATES), row.mac != view.mac
    )
    other = connection.execute(others).first()
    if other is None:
        return None
    there = _case(other).registration
    return Refusal(
        text(
            "{ip} is filed by the unit {unit} with the MAC address {mac}.", ip=view.ip, unit=there.unit, mac=there.mac
        ),
        text("Amend or cancel that registration."),
        "ip",
    )


def _stored(connection: Connection, number: int) -> CaseView:
    found = case(connection, number)
    if found is None:  # pragma: no cover -- written a moment ago in the same transaction
        message = f"registration {number} vanished within its transaction"
        raise LookupError(message)
    return found
