"""Addresses asked for."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- SQLAlchemy evaluates the annotations
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.requests import RequestState
from inventory.model.values import IPAddress, Mac  # noqa: TC001 -- SQLAlchemy evaluates the annotations
from inventory.registry.columns import Coded, IpText, MacText, UtcTime
from inventory.registry.tables.metadata import ROW_ID, Record


class RequestRecord(Record):
    """IP 地址申请: decided by the office, never deleted."""

    __tablename__ = "address_requests"
    __table_args__ = ({"sqlite_autoincrement": True},)  # quoted in the audit log: never given twice

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    plane: Mapped[str]
    ip: Mapped[IPAddress] = mapped_column(IpText(), index=True)
    mac: Mapped[Mac] = mapped_column(MacText())
    until: Mapped[datetime] = mapped_column(UtcTime())
    cells: Mapped[dict[str, Any]] = mapped_column(JSON())
    state: Mapped[RequestState] = mapped_column(Coded(RequestState), index=True)
    reason: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcTime())
    actor: Mapped[str]
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime())
    decided_by: Mapped[str | None]
    registration: Mapped[int | None] = mapped_column(ROW_ID, ForeignKey("registrations.id"))
