"""Accounts, what they are logged in with, and the audit log. Secrets are stored as hashes only."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- SQLAlchemy evaluates the annotations
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.cases import Role
from inventory.registry.columns import Coded, UtcTime
from inventory.registry.tables.metadata import ROW_ID, Record


class AccountRecord(Record):
    """One person."""

    __tablename__ = "accounts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(Coded(Role))
    shown_name: Mapped[str | None]
    password: Mapped[str | None]
    """An argon2id hash with its parameters (RFC 9106)."""
    active: Mapped[bool] = mapped_column(server_default=sql("true"))
    must_change: Mapped[bool] = mapped_column(server_default=sql("false"))
    failures: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime())
    last_login_at: Mapped[datetime | None] = mapped_column(UtcTime())


class AccountUnitRecord(Record):
    """A unit a contact answers for."""

    __tablename__ = "account_units"

    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), primary_key=True, index=True)


class SecretRecord(Record):
    """A code, session or token: found by the SHA-256 of what its holder has."""

    __tablename__ = "account_secrets"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str]
    """``invitation`` (used once), ``session`` or ``token``."""
    label: Mapped[str | None]
    scopes: Mapped[list[str]] = mapped_column(JSON())
    units: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """The units a token is bound to; None: those of its account."""
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcTime())
    seen_at: Mapped[datetime] = mapped_column(UtcTime())
    expires_at: Mapped[datetime] = mapped_column(UtcTime())


class LogRecord(Record):
    """One line of the audit log."""

    __tablename__ = "audit_log"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime())
    actor: Mapped[str] = mapped_column(index=True)
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON())
    previous: Mapped[str]
    hash: Mapped[str]
