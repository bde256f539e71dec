"""Accounts, what they hold, and the audit log, as the portal sees them: every method one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.registry import accounts, audit, holdings
from inventory.registry.section import Section

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from inventory.filing.lifecycle import Refusal
    from inventory.model.accounts import AccountView, LogEntry, TokenView
    from inventory.model.cases import Role
    from inventory.registry.holdings import Held, Secret


class Gate(Section):
    """Made by :attr:`inventory.registry.facade.Registry.gate`."""

    def accounts(self) -> tuple[AccountView, ...]:
        """Return every account by name."""
        with self._reading() as connection:
            return accounts.accounts(connection)

    def account(self, name: str) -> AccountView | None:
        """Return the account of this name, or None."""
        with self._reading() as connection:
            return accounts.account(connection, name)

    def create(self, wanted: AccountView, actor: str, at: datetime) -> AccountView | Refusal:
        """Store a new account without a password."""
        with self._writing() as connection:
            return accounts.create(connection, wanted, actor, at)

    def change(
        self,
        name: str,
        actor: str,
        at: datetime,
        *,
        role: Role | None = None,
        units: Collection[str] | None = None,
        active: bool | None = None,
    ) -> AccountView | Refusal:
        """Change an account; whoever is logged in by it is logged out."""
        with self._writing() as connection:
            return accounts.change(connection, name, actor, at, role=role, units=units, active=active)

    def password_of(self, name: str) -> str | None:
        """Return the hash of an account's password, if it has one."""
        with self._reading() as connection:
            return accounts.password_of(connection, name)

    def set_password(
        self, name: str, digest: str, actor: str, at: datetime, *, must_change: bool = False
    ) -> AccountView | Refusal:
        """Store the hash of a new password; every session of the account ends."""
        with self._writing() as connection:
            return accounts.set_password(connection, name, digest, actor, at, must_change=must_change)

    def failed(self, name: str, at: datetime, locked_until: datetime | None, where: str) -> None:
        """Count a wrong password."""
        with self._writing() as connection:
            accounts.failed(connection, name, at, locked_until, where)

    def succeeded(self, name: str, at: datetime, where: str, by: str | None = None) -> None:
        """Note a login, and by which service it was where there is one."""
        with self._writing() as connection:
            accounts.succeeded(connection, name, at, where, by)

    def hand_out(self, name: str, secret: Secret, at: datetime) -> AccountView | Refusal:
        """Store the digest of a new invitation or session."""
        with self._writing() as connection:
            return holdings.hand_out(connection, name, secret, at)

    def held(self, digest: str, kind: str, at: datetime, idle: timedelta | None = None) -> Held | None:
        """Return whose an invitation, session or token is, and note its use; None: not valid.

        Args:
            digest: SHA-256 of what the person or program showed.
            kind: ``invitation``, ``session`` or ``token``.
            at: now.
            idle: how long it may lie unused.
        """
        with self._reading() as connection:
            found = holdings.held(connection, digest, kind, at, idle)
        if found is not None and found.worth_noting(at):
            with self._writing() as connection:
                holdings.seen(connection, digest, at)
        return found

    def take_back(self, digest: str) -> None:
        """End an invitation or a session."""
        with self._writing() as connection:
            holdings.take_back(connection, digest)

    def give_token(self, name: str, secret: Secret, actor: str, at: datetime) -> TokenView | Refusal:
        """Store the digest of a program's new token."""
        with self._writing() as connection:
            return holdings.give_token(connection, name, secret, actor, at)

    def tokens(self) -> tuple[TokenView, ...]:
        """Return the tokens of programs by account and age."""
        with self._reading() as connection:
            return holdings.tokens(connection)

    def revoke_token(self, name: str, actor: str, at: datetime) -> TokenView | Refusal:
        """End a program's token."""
        with self._writing() as connection:
            return holdings.revoke(connection, name, actor, at)

    def note(
        self, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """Add an entry to the audit log."""
        with self._writing() as connection:
            audit.append(connection, at, actor, action, subject, detail)

    def log(
        self, *, subject: str | None = None, newest: int | None = None, before: int | None = None
    ) -> tuple[LogEntry, ...]:
        """Return entries of the audit log, newest first; with ``before`` only those older than that entry."""
        with self._reading() as connection:
            return audit.entries(connection, subject=subject, newest=newest, before=before)

    def broken_log(self) -> tuple[int, ...]:
        """Return the entries of the audit log that are not what was written."""
        with self._reading() as connection:
            return tuple(audit.broken(connection))

    def cut_off_log(self) -> int | None:
        """Return how many entries at the end of the audit log are gone; None: unknown."""
        with self._reading() as connection:
            return audit.cut_off(connection)

    @staticmethod
    def broken_links(entries: Sequence[LogEntry]) -> tuple[int, ...]:
        """Return which of these entries, newest first and without gaps, are not what was written."""
        return tuple(audit.broken_in(reversed(entries), entries[-1].previous)) if entries else ()
