"""Records as read-only views, one statement per kind, ordered by key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from inventory.model.batch import Batch, RecordKind
from inventory.model.records import YesNoUnknown
from inventory.registry import bulk
from inventory.registry.changes import RegistrationChange
from inventory.registry.shelves import SHELVES
from inventory.registry.tables.dossiers import ProfileRecord
from inventory.registry.tables.registrations import RegistrationHistoryRecord, RegistrationRecord
from inventory.registry.tables.sweeps import SweepRecord

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from inventory.model.records import PointView, RegistrationView
    from inventory.model.values import IPAddress, IPNetwork, Mac


def views(connection: Connection, kind: RecordKind) -> tuple[Any, ...]:
    """Return every record of one kind."""
    shelf = SHELVES[kind]
    found = (shelf.view(*row) for row in connection.execute(shelf.columns()))
    if kind is RecordKind.PREFIX:
        return tuple(sorted(found, key=lambda prefix: (prefix.plane, *_by_network(prefix.cidr))))
    if kind is RecordKind.EXCLUSION:
        return tuple(sorted(found, key=lambda exclusion: _by_network(exclusion.target)))
    return tuple(sorted(found, key=lambda view: tuple(str(part) for part in shelf.key_of(view))))


def records(connection: Connection, filings: tuple[RegistrationView, ...] | None = None) -> Batch:
    """Return the records of every kind; of registrations only ``filings``, where they are given."""
    return Batch(
        units=views(connection, RecordKind.UNIT),
        points=views(connection, RecordKind.POINT),
        prefixes=views(connection, RecordKind.PREFIX),
        devices=views(connection, RecordKind.DEVICE),
        contacts=views(connection, RecordKind.CONTACT),
        registrations=registrations(connection, unit=None) if filings is None else filings,
        exclusions=views(connection, RecordKind.EXCLUSION),
        statements=views(connection, RecordKind.STATEMENT),
    )


def _by_network(network: IPNetwork) -> tuple[int, int, int]:
    """Networks in the order of their addresses, the wider one first."""
    return network.version, int(network.network_address), network.prefixlen


def registrations(connection: Connection, unit: str | None) -> tuple[RegistrationView, ...]:
    """Return the filings, cancelled ones too, by (plane, MAC) and then by age."""
    shelf = SHELVES[RecordKind.REGISTRATION]
    query = shelf.columns().order_by(RegistrationRecord.plane, RegistrationRecord.mac, RegistrationRecord.id)
    if unit is not None:
        query = query.where(RegistrationRecord.unit == unit)
    return tuple(map(shelf.view, *bulk.columns(connection, query)))


def filings_sharing(
    connection: Connection, cards: Collection[Mac], addresses: Collection[IPAddress]
) -> tuple[RegistrationView, ...]:
    """Return the filings of these cards or addresses, in any plane, cancelled ones too, in the same order."""
    shelf, row = SHELVES[RecordKind.REGISTRATION], RegistrationRecord
    query = shelf.columns().where(or_(row.mac.in_(cards), row.ip.in_(addresses)))
    return tuple(shelf.view(*found) for found in connection.execute(query.order_by(row.plane, row.mac, row.id)))


def registration_history(connection: Connection, registration: int) -> tuple[RegistrationChange, ...]:
    """Return one filing's changes, oldest first."""
    row = RegistrationHistoryRecord
    query = (
        select(row.registration, row.at, row.action, row.before, row.after, row.actor, row.reason)
        .where(row.registration == registration)
        .order_by(row.id)
    )
    return tuple(RegistrationChange(*found) for found in connection.execute(query))


def points_as_stated(connection: Connection) -> tuple[PointView, ...]:
    """Return every point; where its record leaves address translation open, with what its unit says of its network."""
    row = ProfileRecord
    filed = connection.execute(select(row.unit, row.nat).where(row.nat.is_not(None))).all()
    said = {unit: nat for unit, nat in filed}  # noqa: C416 -- a row is a tuple to the type checker only this way
    return tuple(
        replace(point, nat=said.get(point.unit) or point.nat) if point.nat is YesNoUnknown.UNKNOWN else point
        for point in views(connection, RecordKind.POINT)
    )


def change_mark(connection: Connection) -> tuple[object, object]:
    """Return (newest sweep and its end, newest changes of registrations and profiles): equal marks, equal answers."""
    sweep = SweepRecord
    newest = select(func.max(sweep.id)).scalar_subquery()
    ended = select(sweep.finished_at).order_by(sweep.id.desc()).limit(1).scalar_subquery()
    changed = select(func.max(RegistrationHistoryRecord.id)).scalar_subquery()
    said = select(func.max(ProfileRecord.reported_at)).scalar_subquery()
    number, at, change, report = connection.execute(select(newest, ended, changed, said)).one()
    return None if number is None else (number, at), (change, report)
