"""What units say about endpoints they do not file."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- SQLAlchemy evaluates the annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.disputes import DisputeKind, DisputeState
from inventory.model.values import IPAddress, Mac  # noqa: TC001 -- SQLAlchemy evaluates the annotations
from inventory.registry.columns import Coded, IpText, MacText, UtcTime
from inventory.registry.tables.metadata import ROW_ID, Record


class DisputeRecord(Record):
    """异议: decided by the office, never deleted."""

    __tablename__ = "disputes"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"), index=True)
    plane: Mapped[str]
    kind: Mapped[DisputeKind] = mapped_column(Coded(DisputeKind))
    ip: Mapped[IPAddress | None] = mapped_column(IpText(), index=True)
    mac: Mapped[Mac | None] = mapped_column(MacText(), index=True)
    target: Mapped[str | None] = mapped_column(ForeignKey("units.code", onupdate="CASCADE"))
    note: Mapped[str | None]
    state: Mapped[DisputeState] = mapped_column(Coded(DisputeState), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime())
    actor: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime())
    decided_by: Mapped[str | None]
    answer: Mapped[str | None]
