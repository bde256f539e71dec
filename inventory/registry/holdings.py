"""What people and programs hold: one-time codes, sessions, tokens. The registry knows their digests only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from inventory.filing.lifecycle import Refusal
from inventory.model.accounts import Scope, SessionView, TokenView
from inventory.model.text import text
from inventory.registry import audit
from inventory.registry.accounts import account, accounts_where, nobody
from inventory.registry.tables.accounts import AccountRecord, SecretRecord
from inventory.registry.tables.organisation import UnitRecord

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from inventory.model.accounts import AccountView

_SEEN_EVERY: Final = timedelta(minutes=1)
"""How often a last use is written: not with every page."""
_EXPIRED_SHOWN: Final = timedelta(days=90)
"""How long an expired token stays in the list."""
_NAME_DIGITS: Final = 10
"""Digits of a digest that name a token among people: enough to tell them apart, of no use to guess it."""
_ROW: Final = SecretRecord


@dataclass(frozen=True, slots=True)
class Secret:
    """What somebody is given to hold; the registry keeps its digest only."""

    digest: str = field(repr=False)
    """SHA-256 of it, in hexadecimal digits."""
    kind: str
    """``invitation``, ``session`` or ``token``."""
    expires_at: datetime
    csrf: str = field(default="", repr=False)
    label: str | None = None
    scopes: tuple[str, ...] = ()
    units: tuple[str, ...] | None = None
    """The units a token is bound to; None: those of its account."""

    @property
    def name(self) -> str:
        """How people call a token."""
        return self.digest[:_NAME_DIGITS]


@dataclass(frozen=True, slots=True)
class Held:
    """What was shown, and whose it is."""

    session: SessionView
    scopes: frozenset[str]
    units: frozenset[str] | None
    seen_at: datetime
    name: str

    def worth_noting(self, at: datetime) -> bool:
        """Whether this use is the first, or far enough from the last one to be written down."""
        return self.seen_at == self.session.created_at or at - self.seen_at >= _SEEN_EVERY


def hand_out(connection: Connection, name: str, secret: Secret, at: datetime) -> AccountView | Refusal:
    """Store the digest of a new invitation or session; a new invitation ends the earlier ones."""
    found = account(connection, name)
    if found is None:
        return nobody(name)
    over = (_ROW.expires_at < at) & (_ROW.kind != "token") | (_ROW.expires_at < at - _EXPIRED_SHOWN)
    connection.execute(delete(_ROW).where(over))
    if secret.kind == "invitation":
        connection.execute(delete(_ROW).where(_ROW.account == found.id, _ROW.kind == secret.kind))
    _insert(connection, found.id, secret, at)
    return found


def _insert(connection: Connection, owner: int, secret: Secret, at: datetime) -> None:
    values: dict[str, object] = {
        "digest": secret.digest,
        "account": owner,
        "kind": secret.kind,
        "label": secret.label,
        "scopes": list(secret.scopes),
        "units": None if secret.units is None else list(secret.units),
        "csrf": secret.csrf,
        "created_at": at,
        "seen_at": at,
        "expires_at": secret.expires_at,
    }
    connection.execute(insert(_ROW).values(values))


def held(connection: Connection, digest: str, kind: str, at: datetime, idle: timedelta | None = None) -> Held | None:
    """Return whose an invitation, session or token is; None: not valid."""
    query = select(
        _ROW.csrf, _ROW.created_at, _ROW.seen_at, _ROW.expires_at, _ROW.scopes, _ROW.units, _ROW.account
    ).where(_ROW.digest == digest, _ROW.kind == kind, _ROW.expires_at >= at)
    found = connection.execute(query).one_or_none()
    if found is None or (idle is not None and found.seen_at + idle < at):
        return None
    [owner] = accounts_where(connection, AccountRecord.id == found.account)
    if not owner.active:
        return None
    session = SessionView(owner, found.created_at, found.expires_at, found.csrf)
    units = None if found.units is None else frozenset(found.units)
    return Held(session, frozenset(found.scopes), units, found.seen_at, digest[:_NAME_DIGITS])


def seen(connection: Connection, digest: str, at: datetime) -> None:
    """Note that a session or token was used."""
    connection.execute(update(_ROW).where(_ROW.digest == digest).values(seen_at=at))


def take_back(connection: Connection, digest: str) -> None:
    """End an invitation or a session."""
    connection.execute(delete(_ROW).where(_ROW.digest == digest))


# ---------------------------------------------------------------- tokens of programs


def give_token(connection: Connection, name: str, secret: Secret, actor: str, at: datetime) -> TokenView | Refusal:
    """Store the digest of a new token; who gave it, and what it may, stands in the log."""
    owner = account(connection, name)
    if owner is None:
        return nobody(name)
    units = set(secret.units or ())
    known = set(connection.execute(select(UnitRecord.code).where(UnitRecord.code.in_(units))).scalars())
    for code in sorted(units):
        if code not in known:
            return Refusal(text("The unit {code} is not registered.", code=code), column="units")
        if not owner.actor.answers_for(code):
            return Refusal(text("{name} does not answer for the unit {code}.", name=name, code=code), column="units")
    _insert(connection, owner.id, secret, at)
    detail: dict[str, object] = {"token": secret.name, "label": secret.label, "scopes": sorted(secret.scopes)}
    detail["units"] = None if secret.units is None else sorted(secret.units)
    audit.append(connection, at, actor, "give_token", f"account {name}", detail)
    return next(view for view in tokens(connection) if view.name == secret.name)


def tokens(connection: Connection) -> tuple[TokenView, ...]:
    """Return every token that was not revoked, by account and age; expired ones too."""
    owner = AccountRecord
    query = (
        select(
            *(_ROW.digest, owner.name, _ROW.label, _ROW.scopes, _ROW.units),
            *(_ROW.created_at, _ROW.expires_at, _ROW.seen_at),
        )
        .join(owner, owner.id == _ROW.account)
        .where(_ROW.kind == "token")
        .order_by(owner.name, _ROW.created_at, _ROW.digest)
    )
    return tuple(
        TokenView(
            row.digest[:_NAME_DIGITS],
            row.name,
            row.label or "",
            tuple(scope for scope in Scope if scope.value in row.scopes),
            None if row.units is None else tuple(row.units),
            row.created_at,
            row.expires_at,
            None if row.seen_at == row.created_at else row.seen_at,
        )
        for row in connection.execute(query)
    )


def revoke(connection: Connection, name: str, actor: str, at: datetime) -> TokenView | Refusal:
    """End a token, named as people call it."""
    found = next((view for view in tokens(connection) if view.name == name), None)
    if found is None:
        return Refusal(text("There is no token {name}.", name=name))
    connection.execute(delete(_ROW).where(_ROW.kind == "token", _ROW.digest.startswith(name, autoescape=True)))
    detail = {"token": name, "label": found.label}
    audit.append(connection, at, actor, "revoke_token", f"account {found.account}", detail)
    return found
