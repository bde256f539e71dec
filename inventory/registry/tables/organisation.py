"""Who answers for what: units, points, prefixes, contacts. Keys are the codes people know."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- SQLAlchemy evaluates the annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.records import ContactRole, PointStatus, Purpose, Tier, UnitType, YesNoUnknown
from inventory.model.values import IPAddress, IPNetwork  # noqa: TC001 -- SQLAlchemy evaluates the annotations
from inventory.registry.columns import Coded, IpText, NetworkText
from inventory.registry.tables.metadata import ROW_ID, Record


class UnitRecord(Record):
    """单位."""

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent: Mapped[str | None] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    tier: Mapped[Tier | None] = mapped_column(Coded(Tier))
    type: Mapped[UnitType | None] = mapped_column(Coded(UnitType))
    declared_endpoints: Mapped[int | None]


class PointRecord(Record):
    """点位."""

    __tablename__ = "points"

    code: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    name: Mapped[str]
    tier: Mapped[Tier | None] = mapped_column(Coded(Tier))
    nat: Mapped[YesNoUnknown] = mapped_column(Coded(YesNoUnknown))
    status: Mapped[PointStatus | None] = mapped_column(Coded(PointStatus))
    # No foreign key: a point may be filed before its device, and a device names its point, too.
    device: Mapped[str | None] = mapped_column(index=True)
    port: Mapped[str | None]
    address: Mapped[str | None]
    room: Mapped[str | None]
    carrier: Mapped[str | None]
    circuit: Mapped[str | None]
    bandwidth_mbps: Mapped[int | None]
    project: Mapped[str | None]


class PrefixRecord(Record):
    """网段."""

    __tablename__ = "prefixes"

    plane: Mapped[str] = mapped_column(primary_key=True)
    cidr: Mapped[IPNetwork] = mapped_column(NetworkText(), primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    point: Mapped[str | None] = mapped_column(ForeignKey("points.code", onupdate="CASCADE"), index=True)
    vlan: Mapped[int | None]
    gateway: Mapped[IPAddress | None] = mapped_column(IpText())
    purpose: Mapped[Purpose] = mapped_column(Coded(Purpose))
    dhcp: Mapped[bool | None]
    rate_limit: Mapped[int | None]
    quiet_hours: Mapped[str | None]


class ExclusionRecord(Record):
    """Addresses nothing is sent to."""

    __tablename__ = "exclusions"

    target: Mapped[IPNetwork] = mapped_column(NetworkText(), primary_key=True)
    reason: Mapped[str]
    until: Mapped[date | None]


class ContactRecord(Record):
    """A unit's responsible person."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("unit", "name", "role"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"))
    name: Mapped[str]
    role: Mapped[ContactRole | None] = mapped_column(Coded(ContactRole))
    phone: Mapped[str | None]
    email: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
