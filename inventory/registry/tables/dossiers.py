"""What is kept about a unit besides its registrations."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- SQLAlchemy evaluates the annotations
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.attachments import MediaType
from inventory.model.dossiers import Keeper
from inventory.model.records import ContactRole, YesNoUnknown
from inventory.registry.columns import Coded, UtcTime
from inventory.registry.tables.metadata import ROW_ID, Record


class ProfileRecord(Record):
    """单位网络情况表; the number of declared endpoints stands in the unit's own record."""

    __tablename__ = "unit_profiles"

    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), primary_key=True)
    access_device: Mapped[str | None]
    managed_by: Mapped[Keeper | None] = mapped_column(Coded(Keeper))
    nat: Mapped[YesNoUnknown | None] = mapped_column(Coded(YesNoUnknown))
    lan_prefixes: Mapped[str | None]
    dhcp: Mapped[YesNoUnknown | None] = mapped_column(Coded(YesNoUnknown))
    wireless_aps: Mapped[int | None]
    internet_exit: Mapped[YesNoUnknown | None] = mapped_column(Coded(YesNoUnknown))
    internet_line: Mapped[str | None]
    switches_managed: Mapped[int | None]
    switches_unmanaged: Mapped[int | None]
    remark: Mapped[str | None]
    version: Mapped[int]
    reported_at: Mapped[datetime] = mapped_column(UtcTime())
    reported_by: Mapped[str]


class HandoverRecord(Record):
    """交接记录: written once."""

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    role: Mapped[ContactRole] = mapped_column(Coded(ContactRole))
    outgoing: Mapped[str | None]
    incoming: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime())
    actor: Mapped[str]
    open_cases: Mapped[list[Any]] = mapped_column(JSON())
    account_from: Mapped[str | None]
    account_to: Mapped[str | None]
    note: Mapped[str | None]


class AttachmentRecord(Record):
    """盖章扫描件, with its content: one backup holds everything, and nothing is half stored."""

    __tablename__ = "attachments"
    __table_args__ = ({"sqlite_autoincrement": True},)  # quoted in the audit log: never given twice

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    registration: Mapped[int | None] = mapped_column(ROW_ID, ForeignKey("registrations.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[MediaType] = mapped_column(Coded(MediaType))
    size: Mapped[int]
    sha256: Mapped[str]
    note: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcTime())
    actor: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary())
