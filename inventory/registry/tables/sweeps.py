"""Sweeps and the steps of each that are finished: what a resumed sweep need not do again."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 -- SQLAlchemy evaluates the annotations
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inventory.model.records import SweepOutcome
from inventory.registry.columns import Coded, UtcTime
from inventory.registry.tables.metadata import ROW_ID, Record


class SweepRecord(Record):
    """排查批次."""

    __tablename__ = "sweeps"
    __table_args__ = ({"sqlite_autoincrement": True},)  # reports quote the number: never given twice

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime())
    outcome: Mapped[SweepOutcome | None] = mapped_column(Coded(SweepOutcome))
    scope: Mapped[dict[str, Any]] = mapped_column(JSON())
    options: Mapped[dict[str, Any]] = mapped_column(JSON())
    summary: Mapped[dict[str, Any]] = mapped_column(JSON())


class SweepStepRecord(Record):
    """One block scanned or one device read: inserted in the transaction that stores its facts."""

    __tablename__ = "sweep_steps"

    sweep_id: Mapped[int] = mapped_column(ForeignKey("sweeps.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcTime())
