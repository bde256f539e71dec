"""Tokens of programs that use the HTTP API: given once, listed, revoked, and what they let through."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inventory.filing.lifecycle import FILING, OFFICE, Refusal
from inventory.model.accounts import Scope
from inventory.model.cases import Role
from inventory.model.errors import UsageError
from inventory.model.text import text
from inventory.model.values import rfc3339
from inventory.registry.holdings import Secret
from netaudit.app.accounts import digest_of, moment
from netaudit.app.answer import Report
from reports.columns import Column, Kind
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Collection

    from inventory.model.accounts import AccountView, SessionView, TokenView
    from inventory.model.cases import Actor
    from inventory.registry.engine import Registry
    from reports.data import Json

__all__ = ["Scope"]

DAYS: Final = 365
LONGEST_DAYS: Final = 3660
_LONGEST_LABEL: Final = 80
_PREFIX: Final = "netaudit_"
"""So that a token is recognised where it should not lie: in a repository, in a mail."""
REVEALING: Final = frozenset({Role.ADMIN, Role.REVIEWER, Role.CONTACT})
"""Who may see phone numbers in full; a contact those of own units only."""
_ROLES: Final = {Scope.WRITE_REGISTRATIONS: FILING, Scope.REVIEW_REGISTRATIONS: OFFICE, Scope.REVEAL_PHONES: REVEALING}
"""Scopes that not every role may have."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program that showed a token."""

    session: SessionView
    actor: Actor
    scopes: frozenset[str]
    name: str
    """How people call the token."""


def give(
    registry: Registry,
    name: str,
    label: str,
    scopes: Collection[Scope],
    *,
    units: Collection[str] | None = None,
    days: int = DAYS,
    actor: str,
) -> str:
    """Return a new token; it is shown this once.

    Raises:
        UsageError: there is no such account, a unit is not the account's, or its role may not do what a scope allows.
    """
    account = registry.gate.account(name)
    if account is not None:
        _fits(account, label, scopes, days)
    token, now = f"{_PREFIX}{secrets.token_urlsafe(32)}", moment()
    wanted = tuple(sorted(scope.value for scope in scopes))
    bound = tuple(sorted(set(units))) if units else None
    secret = Secret(digest_of(token), "token", now + timedelta(days=days), label=label, scopes=wanted, units=bound)
    _checked(registry.gate.give_token(name, secret, actor, now))
    return token


def _fits(account: AccountView, label: str, scopes: Collection[Scope], days: int) -> None:
    if not label.strip() or len(label) > _LONGEST_LABEL:
        raise UsageError(text("A label has 1 to {number} characters.", number=_LONGEST_LABEL))
    if not scopes:
        raise UsageError(text("A token needs at least one scope."))
    if not 1 <= days <= LONGEST_DAYS:
        raise UsageError(text("A token is valid for 1 to {days} days.", days=LONGEST_DAYS))
    for scope, roles in _ROLES.items():
        if scope in scopes and account.role not in roles:
            raise UsageError(text("The role of {name} does not allow {scope}.", name=account.name, scope=scope.value))


def revoke(registry: Registry, token: str, *, actor: str) -> TokenView:
    """End a token, named as the list names it.

    Raises:
        UsageError: there is none of this name.
    """
    return _checked(registry.gate.revoke_token(token, actor, moment()))


def bearer_of(registry: Registry, token: str) -> Bearer | None:
    """Return who shows a token and what it lets through; None where it is not valid."""
    found = registry.gate.held(digest_of(token), "token", moment())
    if found is None:
        return None
    actor = found.session.account.actor
    if found.units is not None:
        actor = replace(actor, units=frozenset(code for code in found.units if actor.answers_for(code)))
    # What a program does is told from what its owner does.
    return Bearer(found.session, replace(actor, name=f"{actor.name}#{found.name}"), found.scopes, found.name)


_NAME: Final = Column("name", text("Token"), Kind.CODE, 12)
_ACCOUNT: Final = Column("account", text("Account"), Kind.CODE, 14)
_LABEL: Final = Column("label", text("Used for"), width=18)
_SCOPES: Final = Column("scopes", text("May"), width=26)
_UNITS: Final = Column("units", text("Units"), width=14)
_EXPIRES: Final = Column("expires_at", text("Valid until"), Kind.TIME, 16)
_USED: Final = Column("last_used_at", text("Last used"), Kind.TIME, 16)
_COLUMNS: Final = (_NAME, _ACCOUNT, _LABEL, _SCOPES, _UNITS, _EXPIRES, _USED)


def listed(registry: Registry) -> Report:
    """List every token, without the tokens themselves."""
    now, found = moment(), registry.gate.tokens()
    rows = tuple(
        Row(
            (
                view.name,
                view.account,
                view.label,
                tuple(scope.value for scope in view.scopes),
                view.units,
                view.expires_at,
                view.last_used_at,
            ),
            tone=Tone.MUTED if view.expires_at < now else None,
        )
        for view in found
    )
    table = Table(_COLUMNS, rows, empty=text("No program has a token."))
    data: list[Json] = [
        {
            "name": view.name,
            "account": view.account,
            "label": view.label,
            "scopes": [scope.value for scope in view.scopes],
            "units": None if view.units is None else [*view.units],
            "created_at": rfc3339(view.created_at),
            "expires_at": rfc3339(view.expires_at),
            "last_used_at": None if view.last_used_at is None else rfc3339(view.last_used_at),
        }
        for view in found
    ]
    title = text("Tokens")
    lines = (Line(text("Number"), len(rows)),)
    document = Document(
        "tokens", title, None, lines, (Section(None, blocks=(table,)),), (Sheet("tokens", title, table),), version=1
    )
    return Report(document, data)


def _checked(result: TokenView | Refusal) -> TokenView:
    if isinstance(result, Refusal):
        raise UsageError(result.reason, result.hint)
    return result
