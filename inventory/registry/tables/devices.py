"""The network devices we may read. Facts name them by text, so history survives a device's removal."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- SQLAlchemy evaluates the annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.records import DeviceRole, Leads
from inventory.model.values import IPAddress  # noqa: TC001 -- SQLAlchemy evaluates the annotations
from inventory.registry.columns import Coded, IpText
from inventory.registry.tables.metadata import Record


class DeviceRecord(Record):
    """网络设备."""

    __tablename__ = "devices"

    name: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[IPAddress] = mapped_column(IpText())
    role: Mapped[DeviceRole] = mapped_column(Coded(DeviceRole))
    platform: Mapped[str | None]
    point: Mapped[str | None] = mapped_column(ForeignKey("points.code", onupdate="CASCADE"), index=True)
    snmp_profile: Mapped[str | None]
    ssh_profile: Mapped[str | None]
    serial: Mapped[str | None]
    model: Mapped[str | None]
    rows_per_request: Mapped[int | None]
    """The most rows it has shown to answer in one SNMP request: measured, not filed, and so in no view."""


class StatementRecord(Record):
    """What a person states about a port. Devices are named by text, as in facts."""

    __tablename__ = "statements"

    device: Mapped[str] = mapped_column(primary_key=True)
    port: Mapped[str] = mapped_column(primary_key=True)
    leads: Mapped[Leads] = mapped_column(Coded(Leads))
    other: Mapped[str | None]
    other_port: Mapped[str | None]
    reason: Mapped[str | None]
    until: Mapped[date | None]
