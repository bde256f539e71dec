"""Accounts: invited, logged in, locked out for a while, logged out. Secrets leave here once and are stored hashed."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from inventory.filing.lifecycle import Refusal
from inventory.model.accounts import AccountView, SessionView
from inventory.model.cases import Role
from inventory.model.errors import UsageError
from inventory.model.text import text
from inventory.registry.holdings import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from inventory.model.cases import Actor
    from inventory.model.text import Text
    from inventory.registry.engine import Registry

__all__ = ["AccountView", "LoginError", "Role", "SessionView"]

SESSION_HOURS: Final = 10
IDLE_MINUTES: Final = 45
INVITATION_DAYS: Final = 14
SHORTEST_PASSWORD: Final = 10
_FREE_TRIES: Final = 4
"""Wrong passwords before the account is locked; each further one doubles the time."""
_LONGEST_LOCK: Final = timedelta(hours=1)
_CODE_SIGNS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""What a code on paper is made of: nothing that looks like something else."""
_CODE_GROUPS: Final = 4
_HASHER: Final = PasswordHasher()  # argon2id with the library's current parameters (RFC 9106, low memory)
_HASHING: Final = threading.BoundedSemaphore(2)
"""Each hash takes 64 MiB: many logins at once wait instead of taking all memory."""
_NOBODY: Final = _HASHER.hash(secrets.token_hex(16))
"""Checked where there is no such account, so that the answer takes as long."""


class LoginError(UsageError):
    """Name or password are not right, or the account is locked."""


class LockedError(LoginError):
    """Too many wrong passwords; ``seconds`` says how long it lasts."""

    def __init__(self, message: Text, hint: Text, seconds: int) -> None:
        super().__init__(message, hint)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session; the token is shown to the browser once."""

    session: SessionView
    token: str = field(repr=False)


def moment() -> datetime:
    """Return the time sessions and codes are measured by."""
    return datetime.now(UTC)


def digest_of(secret: str) -> str:
    """Return what the registry knows of a code, session or token: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create(
    registry: Registry, name: str, role: Role, *, units: Collection[str] = (), shown_name: str | None = None, actor: str
) -> str:
    """Make an account and return the one-time code it is opened with.

    Raises:
        UsageError: there is one of this name, or a unit is unknown.
    """
    check_name(name)
    wanted = AccountView(0, name, role, frozenset(units), shown_name)
    _checked(registry.gate.create(wanted, actor, moment()))
    return invite(registry, name, actor=actor)


def check_name(name: str) -> None:
    """Refuse what cannot be an account's name.

    Raises:
        UsageError: it is too long, or has spaces.
    """
    if not name or len(name) > 40 or any(sign.isspace() or not sign.isprintable() for sign in name):  # noqa: PLR2004 -- room in tables
        raise UsageError(text("A name has 1 to 40 characters without spaces."))


def invite(registry: Registry, name: str, *, actor: str) -> str:
    """Return a new one-time code for an account; earlier ones end.

    Raises:
        UsageError: there is no such account.
    """
    groups = ("".join(secrets.choice(_CODE_SIGNS) for _ in range(4)) for _ in range(_CODE_GROUPS))
    code, now = "-".join(groups), moment()
    secret = Secret(digest_of(_plain(code)), "invitation", now + timedelta(days=INVITATION_DAYS))
    _checked(registry.gate.hand_out(name, secret, now))
    registry.gate.note(now, actor, "invite", f"account {name}")
    return code


def _plain(code: str) -> str:
    """Return a code as it was printed, however it was typed."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def accept(registry: Registry, name: str, code: str, password: str, *, where: str) -> LoggedIn:
    """Open an account by its one-time code and set its first password.

    Raises:
        LoginError: the code is not this account's, was used, or has ended.
        UsageError: the password is too weak.
    """
    digest = digest_of(_plain(code))
    found = registry.gate.held(digest, "invitation", moment())
    if found is None or found.session.account.name != name:
        _count_failure(registry, name, where)
        raise LoginError(text("Name and code do not belong together, or the code has ended."))
    set_password(registry, name, password, actor=name)
    registry.gate.take_back(digest)
    return enter(registry, name, where)


def hash_of(password: str) -> str:
    """Return the argon2id hash of a password; slow on purpose."""
    with _HASHING:
        return _HASHER.hash(password)


def set_password(registry: Registry, name: str, password: str, *, actor: str) -> None:
    """Store a new password; every session of the account ends.

    Raises:
        UsageError: it is too short, or too easy to guess from the name.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(text("A password has at least {number} characters.", number=SHORTEST_PASSWORD))
    if name.casefold() in password.casefold() or len(set(password)) < 4:  # noqa: PLR2004 -- aaaaaaaaaa is no password
        raise UsageError(text("This password is too easy to guess."))
    _checked(registry.gate.set_password(name, hash_of(password), actor, moment()))


def change_password(registry: Registry, session: SessionView, old: str, new: str, *, where: str) -> LoggedIn:
    """Change one's own password and stay logged in.

    Raises:
        LoginError: the old one is wrong.
        UsageError: the new one is too weak.
    """
    name = session.account.name
    _verified(registry, name, old, where)
    set_password(registry, name, new, actor=name)
    return enter(registry, name, where)


def log_in(registry: Registry, name: str, password: str, *, where: str) -> LoggedIn:
    """Log in by name and password.

    Raises:
        LoginError: they are not right, or the account is locked for a while.
    """
    _verified(registry, name, password, where)
    return enter(registry, name, where)


def _verified(registry: Registry, name: str, password: str, where: str) -> None:
    account, now = registry.gate.account(name), moment()
    if account is not None and account.locked_until is not None and account.locked_until > now:
        seconds = ceil((account.locked_until - now).total_seconds())
        raise LockedError(
            text("Too many wrong passwords: try again in {minutes} min.", minutes=ceil(seconds / 60)),
            text("The network office can send a new code."),
            seconds,
        )
    stored = registry.gate.password_of(name) if account is not None and account.active else None
    try:
        with _HASHING:
            _HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        stored = None
    if stored is None:
        _count_failure(registry, name, where)
        raise LoginError(text("Name or password is wrong."))


def _count_failure(registry: Registry, name: str, where: str) -> None:
    account, now = registry.gate.account(name), moment()
    over = -1 if account is None else account.failures + 1 - _FREE_TRIES
    lock = None if over < 0 else now + min(_LONGEST_LOCK, timedelta(minutes=2 ** min(over, 10)))
    registry.gate.failed(name[:80], now, lock, where)


def enter(registry: Registry, name: str, where: str, *, by: str | None = None) -> LoggedIn:
    """Begin a session for somebody whose password or code was right, or whom a login service knows."""
    token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), moment()
    until = now + timedelta(hours=SESSION_HOURS)
    account = _checked(registry.gate.hand_out(name, Secret(digest_of(token), "session", until, csrf), now))
    registry.gate.succeeded(name, now, where, by)
    return LoggedIn(SessionView(account, now, until, csrf), token)


def session_of(registry: Registry, token: str) -> SessionView | None:
    """Return the session of a browser's token, or None where it has ended."""
    found = registry.gate.held(digest_of(token), "session", moment(), timedelta(minutes=IDLE_MINUTES))
    return None if found is None else found.session


def log_out(registry: Registry, token: str) -> None:
    """End a session."""
    registry.gate.take_back(digest_of(token))


def note_reveal(registry: Registry, actor: Actor, subject: str, detail: Mapping[str, object] | None = None) -> None:
    """Note in the audit log that somebody was handed phone numbers in full; called before they are handed out."""
    registry.gate.note(moment(), actor.name, "reveal_phones", subject, detail)


def _checked(result: AccountView | Refusal) -> AccountView:
    if isinstance(result, Refusal):
        raise UsageError(result.reason, result.hint)
    return result


def change(
    registry: Registry,
    name: str,
    *,
    role: Role | None = None,
    units: Collection[str] | None = None,
    active: bool | None = None,
    actor: str,
) -> AccountView:
    """Change an account; whoever is logged in by it is logged out.

    Raises:
        UsageError: there is none, a unit is unknown, or it is the last administrator.
    """
    return _checked(registry.gate.change(name, actor, moment(), role=role, units=units, active=active))
