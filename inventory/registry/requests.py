"""Address requests: held, decided, and what is taken; every decision stands in the audit log."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, insert, select, type_coerce, union, update

from inventory.filing.cells import read
from inventory.filing.lifecycle import OFFICE, Refusal, changed
from inventory.filing.schema import REGISTRATIONS
from inventory.model.cases import CaseView
from inventory.model.records import RegistrationState, RegistrationView
from inventory.model.requests import AddressRequest, RequestState
from inventory.model.text import text
from inventory.registry import audit, cases
from inventory.registry.filings import Author
from inventory.registry.holds import held_for
from inventory.registry.section import Section
from inventory.registry.tables.devices import DeviceRecord
from inventory.registry.tables.facts import ADDRESS_ROWS
from inventory.registry.tables.intervals import ADDRESS_INTERVALS
from inventory.registry.tables.observations import OBSERVED_IPS
from inventory.registry.tables.organisation import PrefixRecord
from inventory.registry.tables.registrations import RegistrationRecord
from inventory.registry.tables.requests import RequestRecord

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from inventory.model.cases import Actor
    from inventory.model.values import IPAddress

_FIELDS: Final = tuple(field.name for field in fields(AddressRequest))


class Requests(Section):
    """Made by :attr:`inventory.registry.desk.Desk.requests`; every method one transaction."""

    def listed(
        self, *, unit: str | None = None, state: RequestState | None = None, at: datetime | None = None
    ) -> tuple[AddressRequest, ...]:
        """Return requests, newest first, as they stand now: of one unit or all, in one state or any."""
        now = at or datetime.now(UTC)
        with self._reading() as connection:
            found = _listed(connection, unit)
        standing = (replace(view, state=view.standing(now)) for view in found)
        return tuple(view for view in standing if state in {None, view.state})

    def taken(self, at: datetime | None = None) -> frozenset[tuple[str, IPAddress]]:
        """Return every address with its plane that somebody has: seen, filed, asked for, a gateway's or a device's."""
        with self._reading() as connection:
            return _taken(connection, at or datetime.now(UTC))

    def hold(self, view: AddressRequest, actor: Actor, at: datetime | None = None) -> AddressRequest | Refusal:
        """Hold an address; refused where it is filed or held, or the card is filed already."""
        with self._writing() as connection:
            return _hold(connection, view, actor, at or datetime.now(UTC))

    def approve(
        self, numbers: Collection[int], actor: Actor, *, at: datetime | None = None
    ) -> dict[int, AddressRequest | Refusal]:
        """Make registrations of several requests: what can be done is done, the rest says why not."""
        now = at or datetime.now(UTC)
        with self._writing() as connection:
            return {number: _approved(connection, number, actor, now) for number in numbers}

    def end(
        self,
        numbers: Collection[int],
        state: RequestState,
        actor: Actor,
        *,
        reason: str | None = None,
        at: datetime | None = None,
    ) -> dict[int, AddressRequest | Refusal]:
        """Return (with a reason, by the office) or withdraw several requests; their addresses are free at once."""
        now = at or datetime.now(UTC)
        with self._writing() as connection:
            return {number: _ended(connection, number, state, actor, reason, now) for number in numbers}


def _listed(connection: Connection, unit: str | None = None) -> tuple[AddressRequest, ...]:
    row = RequestRecord
    query = select(*(getattr(row, name) for name in _FIELDS)).order_by(row.id.desc())
    if unit is not None:
        query = query.where(row.unit == unit)
    return tuple(AddressRequest(*found) for found in connection.execute(query))


def _request(connection: Connection, number: int, actor: Actor, now: datetime) -> AddressRequest | Refusal:
    """Return an open request this person may touch."""
    row = RequestRecord
    found = connection.execute(select(*(getattr(row, name) for name in _FIELDS)).where(row.id == number)).one_or_none()
    if found is None:
        return Refusal(text("There is no request {number}.", number=number))
    view = AddressRequest(*found)
    if not actor.answers_for(view.unit):
        return Refusal(text("The request belongs to another unit."))
    standing = view.standing(now)
    if standing is RequestState.EXPIRED:
        return Refusal(
            text("The hold has ended; the address may be somebody else's by now."), text("Ask for it again.")
        )
    if standing is not RequestState.HELD:
        return Refusal(text("The request {number} has been decided already.", number=number))
    return view


def _taken(connection: Connection, now: datetime) -> frozenset[tuple[str, IPAddress]]:
    filing, request, interval = RegistrationRecord, RequestRecord, ADDRESS_INTERVALS.c
    own = ADDRESS_ROWS.c
    written = union(
        select(OBSERVED_IPS.c.plane, OBSERVED_IPS.c.ip),
        select(interval.plane, interval.ip).where(interval.ended.is_(None)),
        select(own.plane, type_coerce(own.ip, Text)),
        select(request.plane, type_coerce(request.ip, Text)).where(
            request.state == RequestState.HELD, request.until > now
        ),
    )
    found = {(plane, ip_address(ip)) for plane, ip in connection.execute(written)}
    live = filing.state != RegistrationState.CANCELLED
    for plane, ip, proposal in connection.execute(select(filing.plane, filing.ip, filing.proposal).where(live)):
        found.add((plane, ip))
        wanted = read(REGISTRATIONS.by_key["ip"], proposal["changes"].get("ip", str(ip))) if proposal else ip
        if isinstance(wanted, IPv4Address | IPv6Address):
            found.add((plane, wanted))
    prefix = PrefixRecord
    gateways = connection.execute(select(prefix.plane, prefix.gateway)).all()
    found |= {(plane, gateway) for plane, gateway in gateways if gateway is not None}
    planes = {plane for plane, _gateway in gateways}
    devices = connection.execute(select(DeviceRecord.address)).scalars().all()
    found |= {(plane, address) for plane in planes for address in devices}
    return frozenset(found)


def _hold(connection: Connection, view: AddressRequest, actor: Actor, now: datetime) -> AddressRequest | Refusal:
    if not actor.answers_for(view.unit):
        return Refusal(text("The request belongs to another unit."))
    filed = cases.conflict(connection, _registration(view))
    if filed is not None:
        return filed
    if refusal := held_for(connection, view.plane, view.ip, None, now):
        return refusal
    row = RequestRecord
    asked = select(row.id).where(
        row.plane == view.plane, row.mac == view.mac, row.state == RequestState.HELD, row.until > now
    )
    if (number := connection.execute(asked).scalar()) is not None:
        return Refusal(text("An address is held for this card already: request {number}.", number=number), column="mac")
    values = {name: getattr(view, name) for name in _FIELDS if name != "id"}
    values |= {"cells": dict(view.cells), "state": RequestState.HELD, "at": now, "actor": actor.name}
    number = connection.execute(insert(row).values(values).returning(row.id)).scalar_one()
    audit.append(connection, now, actor.name, "request_address", f"request {number}", {"ip": str(view.ip)})
    return next(found for found in _listed(connection, view.unit) if found.id == number)


def _registration(view: AddressRequest) -> RegistrationView:
    """Return the registration a request becomes."""
    plain = RegistrationView(0, view.unit, view.plane, view.ip, view.mac, RegistrationState.APPROVED)
    return changed(plain, view.cells)


def _approved(connection: Connection, number: int, actor: Actor, now: datetime) -> AddressRequest | Refusal:
    if actor.role not in OFFICE:
        return Refusal(text("Your role may not do this."))
    view = _request(connection, number, actor, now)
    if isinstance(view, Refusal):
        return view
    # First: the hold itself must not stand in the way of what it becomes.
    _decided(connection, number, RequestState.APPROVED, actor, None, now)
    with connection.begin_nested() as savepoint:
        done = cases.file(connection, _registration(view), Author(now, actor.name))
        if isinstance(done, Refusal):
            savepoint.rollback()
    if not isinstance(done, CaseView):
        values = {"state": RequestState.HELD, "decided_at": None, "decided_by": None}
        connection.execute(update(RequestRecord).where(RequestRecord.id == number).values(values))
        return done
    row = RequestRecord
    connection.execute(update(row).where(row.id == number).values(registration=done.registration.id))
    audit.append(connection, now, actor.name, "approve", f"request {number}", {"registration": done.registration.id})
    return next(found for found in _listed(connection, view.unit) if found.id == number)


def _ended(
    connection: Connection, number: int, state: RequestState, actor: Actor, reason: str | None, now: datetime
) -> AddressRequest | Refusal:
    view = _request(connection, number, actor, now)
    if isinstance(view, Refusal):
        return view
    if state is RequestState.RETURNED and actor.role not in OFFICE:
        return Refusal(text("Your role may not do this."))
    if state is RequestState.RETURNED and not (reason or "").strip():
        return Refusal(text("A reason is needed."))
    _decided(connection, number, state, actor, (reason or "").strip() or None, now)
    audit.append(connection, now, actor.name, state.value, f"request {number}", {"reason": reason})
    return next(found for found in _listed(connection, view.unit) if found.id == number)


def _decided(
    connection: Connection, number: int, state: RequestState, actor: Actor, reason: str | None, now: datetime
) -> None:
    values = {"state": state, "reason": reason, "decided_at": now, "decided_by": actor.name}
    connection.execute(update(RequestRecord).where(RequestRecord.id == number).values(values))
