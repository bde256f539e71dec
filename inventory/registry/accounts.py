"""Accounts and their passwords; every change stands in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from inventory.filing.lifecycle import Refusal
from inventory.model.accounts import AccountView
from inventory.model.cases import Role
from inventory.model.text import text
from inventory.registry import audit
from inventory.registry.tables.accounts import AccountRecord, AccountUnitRecord, SecretRecord
from inventory.registry.tables.organisation import UnitRecord

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

_ROW: Final = AccountRecord
_COLUMNS: Final = (
    *(_ROW.id, _ROW.name, _ROW.role, _ROW.shown_name, _ROW.active, _ROW.must_change, _ROW.password),
    *(_ROW.failures, _ROW.locked_until, _ROW.last_login_at),
)


def accounts(connection: Connection) -> tuple[AccountView, ...]:
    """Return every account by name."""
    return accounts_where(connection, None)


def account(connection: Connection, name: str) -> AccountView | None:
    """Return the account of this name, or None."""
    return next(iter(accounts_where(connection, _ROW.name == name)), None)


def accounts_where(connection: Connection, condition: ColumnElement[bool] | None) -> tuple[AccountView, ...]:
    """Return the accounts that fit, by name; None: all."""
    query = select(*_COLUMNS).order_by(_ROW.name)
    rows = connection.execute(query if condition is None else query.where(condition)).all()
    units: dict[int, set[str]] = {}
    wanted = [row.id for row in rows]
    link = AccountUnitRecord
    for number, unit in connection.execute(select(link.account, link.unit).where(link.account.in_(wanted))):
        units.setdefault(number, set()).add(unit)
    return tuple(_view(row, units.get(row.id, set())) for row in rows)


def _view(row: Any, units: Collection[str]) -> AccountView:  # noqa: ANN401 -- a row of the columns above
    return AccountView(
        row.id,
        row.name,
        row.role,
        frozenset(units),
        row.shown_name,
        row.active,
        row.must_change,
        row.password is not None,
        row.failures,
        row.locked_until,
        row.last_login_at,
    )


def create(connection: Connection, wanted: AccountView, actor: str, at: datetime) -> AccountView | Refusal:
    """Store a new account without a password."""
    if account(connection, wanted.name) is not None:
        return Refusal(text("There is an account {name} already.", name=wanted.name), column="name")
    if refusal := _units_unfit(connection, wanted.role, wanted.units):
        return refusal
    values = {"name": wanted.name, "role": wanted.role, "shown_name": wanted.shown_name, "active": True}
    number = connection.execute(insert(_ROW).values(values).returning(_ROW.id)).scalar_one()
    _set_units(connection, number, wanted.units)
    detail = {"role": wanted.role.value, "units": sorted(wanted.units)}
    audit.append(connection, at, actor, "create_account", f"account {wanted.name}", detail)
    return _named(connection, wanted.name)


def change(
    connection: Connection,
    name: str,
    actor: str,
    at: datetime,
    *,
    role: Role | None = None,
    units: Collection[str] | None = None,
    active: bool | None = None,
) -> AccountView | Refusal:
    """Change an account's role, units or activity; whoever is logged in by it is logged out."""
    before = account(connection, name)
    if before is None:
        return nobody(name)
    new_role, new_units = role or before.role, before.units if units is None else frozenset(units)
    if refusal := _units_unfit(connection, new_role, new_units):
        return refusal
    last_admin = before.role is Role.ADMIN and (new_role is not Role.ADMIN or active is False)
    if last_admin and sum(a.active and a.role is Role.ADMIN for a in accounts(connection)) == 1:
        return Refusal(text("This is the last administrator."), text("Make somebody else administrator first."))
    values: dict[str, object] = {"role": new_role, "active": before.active if active is None else active}
    connection.execute(update(_ROW).where(_ROW.id == before.id).values(values))
    _set_units(connection, before.id, new_units)
    connection.execute(delete(SecretRecord).where(SecretRecord.account == before.id))
    detail = {"role": new_role.value, "units": sorted(new_units), "active": values["active"]}
    audit.append(connection, at, actor, "change_account", f"account {name}", detail)
    return _named(connection, name)


def _units_unfit(connection: Connection, role: Role, units: Collection[str]) -> Refusal | None:
    if role is Role.CONTACT and not units:
        return Refusal(text("A unit contact needs at least one unit."), column="units")
    known = set(connection.execute(select(UnitRecord.code).where(UnitRecord.code.in_(units))).scalars())
    unknown = sorted(set(units) - known)
    return Refusal(text("The unit {code} is not registered.", code=unknown[0]), column="units") if unknown else None


def _set_units(connection: Connection, number: int, units: Collection[str]) -> None:
    link = AccountUnitRecord
    connection.execute(delete(link).where(link.account == number))
    if units:
        connection.execute(insert(link), [{"account": number, "unit": unit} for unit in sorted(units)])


def _named(connection: Connection, name: str) -> AccountView:
    found = account(connection, name)
    if found is None:  # pragma: no cover -- written a moment ago in the same transaction
        message = f"account {name} vanished within its transaction"
        raise LookupError(message)
    return found


def nobody(name: str) -> Refusal:
    """Say that there is no such account."""
    return Refusal(text("There is no account {name}.", name=name))


# ---------------------------------------------------------------- passwords


def password_of(connection: Connection, name: str) -> str | None:
    """Return the hash of an account's password, or None where there is no such account or no password yet."""
    return connection.execute(select(_ROW.password).where(_ROW.name == name)).scalar()


def set_password(
    connection: Connection, name: str, digest: str, actor: str, at: datetime, *, must_change: bool = False
) -> AccountView | Refusal:
    """Store the hash of a new password; every session of the account ends."""
    found = account(connection, name)
    if found is None:
        return nobody(name)
    values = {"password": digest, "must_change": must_change, "failures": 0, "locked_until": None}
    connection.execute(update(_ROW).where(_ROW.id == found.id).values(values))
    connection.execute(delete(SecretRecord).where(SecretRecord.account == found.id, SecretRecord.kind != "token"))
    audit.append(connection, at, actor, "set_password", f"account {name}")
    return _named(connection, name)


def failed(connection: Connection, name: str, at: datetime, locked_until: datetime | None, where: str) -> None:
    """Count a wrong password; tries at names that do not exist are told in the log as well."""
    statement = update(_ROW).where(_ROW.name == name)
    connection.execute(statement.values(failures=_ROW.failures + 1, locked_until=locked_until))
    audit.append(connection, at, name, "login_failed", f"account {name}", {"from": where})


def succeeded(connection: Connection, name: str, at: datetime, where: str, by: str | None) -> None:
    """Note a login."""
    values = {"failures": 0, "locked_until": None, "last_login_at": at}
    connection.execute(update(_ROW).where(_ROW.name == name).values(values))
    audit.append(
        connection, at, name, "login", f"account {name}", {"from": where, **({} if by is None else {"by": by})}
    )
