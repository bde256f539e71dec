"""What is kept about units besides their registrations: profiles of their networks, contacts and handovers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from inventory.filing.contacts import replaced
from inventory.filing.lifecycle import Refusal
from inventory.filing.profile import differing
from inventory.model.accounts import AccountView
from inventory.model.batch import RecordKind
from inventory.model.cases import Action, Role, Turn
from inventory.model.dossiers import HandoverView, ProfileView
from inventory.model.records import ContactView
from inventory.model.text import text
from inventory.registry import accounts, audit, cases
from inventory.registry.filings import Author, history_entry, write_history
from inventory.registry.section import Section
from inventory.registry.shelves import SHELVES
from inventory.registry.tables.dossiers import HandoverRecord, ProfileRecord
from inventory.registry.tables.organisation import ContactRecord, UnitRecord

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from inventory.model.cases import Actor
    from inventory.model.dossiers import Successor

_NOT_HERE: Final = frozenset({"unit", "declared_endpoints"})
_PROFILE: Final = tuple(field.name for field in fields(ProfileView) if field.name not in _NOT_HERE)
_HANDOVER: Final = tuple(field.name for field in fields(HandoverView))
_CONTACT: Final = SHELVES[RecordKind.CONTACT]


class Dossiers(Section):
    """Made by :attr:`inventory.registry.desk.Desk.dossiers`; every method one transaction."""

    def profile(self, unit: str) -> ProfileView | None:
        """Return what a unit says about its network; None where there is no such unit."""
        with self._reading() as connection:
            return next(iter(_profiles(connection, unit)), None)

    def profiles(self) -> tuple[ProfileView, ...]:
        """Return every unit's profile, those not filed yet too, by unit."""
        with self._reading() as connection:
            return _profiles(connection)

    def file_profile(self, view: ProfileView, actor: Actor, at: datetime | None = None) -> ProfileView | Refusal:
        """Store a profile in the place of the one of its version; refused where somebody stored a newer one."""
        with self._writing() as connection:
            return _file_profile(connection, view, Author(at or datetime.now(UTC), actor.name))

    def contacts(self, unit: str) -> tuple[ContactView, ...]:
        """Return a unit's contacts, former ones too. Personal data: the caller masks."""
        with self._reading() as connection:
            return _contacts(connection, unit)

    def handovers(self, unit: str | None = None) -> tuple[HandoverView, ...]:
        """Return who handed over to whom, newest first."""
        with self._reading() as connection:
            return _handovers(connection, unit)

    def hand_over(
        self, asked: Successor, actor: Actor, day: date, at: datetime | None = None
    ) -> HandoverView | Refusal:
        """Give a duty to somebody, and with it what waits for the unit and, if asked for, the account.

        Args:
            asked: who takes over what.
            actor: who says so.
            day: the first day of the new one.
            at: when; now by default.
        """
        with self._writing() as connection, connection.begin_nested() as savepoint:
            done = _hand_over(connection, asked, Author(at or datetime.now(UTC), actor.name), day)
            if isinstance(done, Refusal):
                savepoint.rollback()
            return done


def _profiles(connection: Connection, unit: str | None = None) -> tuple[ProfileView, ...]:
    row = ProfileRecord
    columns = [getattr(row, name) for name in _PROFILE]
    query = select(UnitRecord.code, UnitRecord.declared_endpoints, *columns).outerjoin(row, row.unit == UnitRecord.code)
    if unit is not None:
        query = query.where(UnitRecord.code == unit)
    found = connection.execute(query.order_by(UnitRecord.code)).all()
    return tuple(
        ProfileView(code, declared_endpoints=declared, **_filed(dict(zip(_PROFILE, values, strict=True))))
        for code, declared, *values in found
    )


def _filed(values: dict[str, Any]) -> dict[str, Any]:
    return {} if values["version"] is None else values


def _file_profile(connection: Connection, view: ProfileView, author: Author) -> ProfileView | Refusal:
    before = next(iter(_profiles(connection, view.unit)), None)
    if before is None:
        return Refusal(text("The unit {code} is not registered.", code=view.unit), column="unit")
    if before.version != view.version:
        return Refusal(
            text("Somebody changed this sheet meanwhile; nothing was stored."),
            text("Look at it again, then repeat the change."),
        )
    changed = differing(before, view)
    if not changed and before.version:
        return before
    after = replace(view, version=before.version + 1, reported_at=author.at, reported_by=author.actor or "")
    row = ProfileRecord
    values = {"unit": view.unit, **{name: getattr(after, name) for name in _PROFILE}}
    connection.execute(delete(row).where(row.unit == view.unit))
    connection.execute(insert(row).values(values))
    unit = update(UnitRecord).where(UnitRecord.code == view.unit)
    connection.execute(unit.values(declared_endpoints=view.declared_endpoints))
    audit.append(
        connection, author.at, author.actor or "", "file_profile", f"unit {view.unit}", {"columns": [*changed]}
    )
    return after


def _contacts(connection: Connection, unit: str) -> tuple[ContactView, ...]:
    query = _CONTACT.columns().where(ContactRecord.unit == unit).order_by(ContactRecord.role, ContactRecord.name)
    return tuple(ContactView(*found) for found in connection.execute(query))


def _handovers(connection: Connection, unit: str | None = None) -> tuple[HandoverView, ...]:
    row = HandoverRecord
    query = select(*(getattr(row, name) for name in _HANDOVER)).order_by(row.id.desc())
    if unit is not None:
        query = query.where(row.unit == unit)
    found = [HandoverView(*values) for values in connection.execute(query)]
    return tuple(replace(view, open_cases=tuple(view.open_cases)) for view in found)


def _hand_over(connection: Connection, asked: Successor, author: Author, day: date) -> HandoverView | Refusal:
    known = connection.execute(select(UnitRecord.code).where(UnitRecord.code == asked.unit)).first()
    if known is None:
        return Refusal(text("The unit {code} is not registered.", code=asked.unit), column="unit")
    pair = replaced(_contacts(connection, asked.unit), asked, day)
    if isinstance(pair, Refusal):
        return pair
    outgoing, incoming = pair
    if refusal := _pass_account(connection, asked, author):
        return refusal
    for contact in filter(None, pair):
        _store_contact(connection, contact)
    waiting = [case for case in cases.cases(connection, unit=asked.unit) if case.turn is Turn.CONTACT]
    told = f"{outgoing.name if outgoing else '—'} → {incoming.name}"
    entries = [
        history_entry(c.registration.id, Action.HANDOVER.value, c.registration, c.registration, author, reason=told)
        for c in waiting
    ]
    if entries:
        write_history(connection, entries)
    row, ids = HandoverRecord, [case.registration.id for case in waiting]
    values = {
        "unit": asked.unit, "role": asked.role, "outgoing": outgoing.name if outgoing else None,
        "incoming": incoming.name, "at": author.at, "actor": author.actor or "", "open_cases": ids,
        "account_from": asked.account_from, "account_to": asked.account_to, "note": asked.note,
    }  # fmt: skip
    number = connection.execute(insert(row).values(values).returning(row.id)).scalar_one()
    detail = {"role": asked.role.value, "open_cases": ids, "accounts": [asked.account_from, asked.account_to]}
    audit.append(connection, author.at, author.actor or "", Action.HANDOVER.value, f"unit {asked.unit}", detail)
    return next(view for view in _handovers(connection, asked.unit) if view.id == number)


def _store_contact(connection: Connection, contact: ContactView) -> None:
    row = ContactRecord
    values = {name: getattr(contact, name) for name in _CONTACT.fields}
    key = (row.unit == contact.unit, row.name == contact.name, row.role.is_not_distinct_from(contact.role))
    if connection.execute(update(row).where(*key).values(values)).rowcount == 0:
        connection.execute(insert(row).values(values))


def _pass_account(connection: Connection, asked: Successor, author: Author) -> Refusal | None:
    """Let the new account answer for the unit, and the old one no longer; the sessions of both end."""
    actor, at = author.actor or "", author.at
    old = None
    if asked.account_from is not None:
        old = accounts.account(connection, asked.account_from)
        if old is None or old.role is not Role.CONTACT or asked.unit not in old.units:
            return Refusal(
                text("The account {name} does not answer for the unit {code}.", name=asked.account_from,
                     code=asked.unit), column="account_from",
            )  # fmt: skip
    if asked.account_to is not None and (refusal := _open_account(connection, asked, actor, at)):
        return refusal
    if old is not None:
        left = old.units - {asked.unit}
        done = accounts.change(connection, old.name, actor, at, units=left or None, active=None if left else False)
        return done if isinstance(done, Refusal) else None
    return None


def _open_account(connection: Connection, asked: Successor, actor: str, at: datetime) -> Refusal | None:
    name = asked.account_to or ""
    if name == asked.account_from:
        return Refusal(
            text("An account is one person's: the new one needs an account with another name."), column="account_to"
        )
    there = accounts.account(connection, name)
    if there is not None and there.role is not Role.CONTACT:
        return Refusal(text("The account {name} is none of a unit's contact.", name=name), column="account_to")
    if there is None:
        wanted = AccountView(0, name, Role.CONTACT, frozenset({asked.unit}), asked.name)
        done = accounts.create(connection, wanted, actor, at)
    else:
        done = accounts.change(connection, name, actor, at, units=there.units | {asked.unit}, active=True)
    return done if isinstance(done, Refusal) else None
