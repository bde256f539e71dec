"""What units filed, and every change of it."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 -- SQLAlchemy evaluates the annotations
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.records import Addressing, InternetUse, RegistrationState
from inventory.model.values import IPAddress, Mac  # noqa: TC001 -- SQLAlchemy evaluates the annotations
from inventory.registry.columns import Coded, IpText, MacText, UtcTime
from inventory.registry.tables.metadata import ROW_ID, Record, partial_index

_ACTIVE = sql("state <> 'cancelled'")


class RegistrationRecord(Record):
    """备案: one filed network card; at most one that is not cancelled per (plane, MAC)."""

    __tablename__ = "registrations"
    __table_args__ = (
        partial_index("uq_registrations_active_plane_mac", "plane", "mac", where=_ACTIVE, unique=True),
        Index("uq_registrations_number", "number", unique=True),
        {"sqlite_autoincrement": True},  # an id is quoted in filings: never given twice
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    plane: Mapped[str]
    ip: Mapped[IPAddress] = mapped_column(IpText(), index=True)
    mac: Mapped[Mac] = mapped_column(MacText(), index=True)
    state: Mapped[RegistrationState] = mapped_column(Coded(RegistrationState))
    point: Mapped[str | None] = mapped_column(ForeignKey("points.code", onupdate="CASCADE"), index=True)
    person: Mapped[str | None]
    phone: Mapped[str | None]
    device_type: Mapped[str | None]
    brand_model: Mapped[str | None]
    serial: Mapped[str | None]
    os: Mapped[str | None]
    location: Mapped[str | None]
    addressing: Mapped[Addressing | None] = mapped_column(Coded(Addressing))
    internet: Mapped[InternetUse | None] = mapped_column(Coded(InternetUse))
    purpose: Mapped[str | None]
    in_service_since: Mapped[date | None]
    remark: Mapped[str | None]
    filed_at: Mapped[datetime | None] = mapped_column(UtcTime())
    # Where it stands: the fields of CaseView.
    version: Mapped[int] = mapped_column(server_default="1")
    number: Mapped[str | None]
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str | None]
    returned: Mapped[bool] = mapped_column(server_default=sql("false"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcTime())
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime())
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime())


class RegistrationHistoryRecord(Record):
    """One change of one filing: written with it, never changed."""

    __tablename__ = "registration_history"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    registration: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime())
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON())
    actor: Mapped[str | None]
    reason: Mapped[str | None]
