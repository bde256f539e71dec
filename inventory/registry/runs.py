"""How far sweeps are and how they went: signs of life, the wish that one stops, the newest ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select, update

from inventory.model.records import SweepView
from inventory.model.values import rfc3339
from inventory.registry import audit
from inventory.registry.section import Section
from inventory.registry.store import no_sweep
from inventory.registry.tables.sweeps import SweepRecord

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


PROGRESS = "progress"
STOP = "stop"
"""Keys of a sweep's summary while it runs; its closing numbers take their place."""


class Runs(Section):
    """Made by :attr:`inventory.registry.archive.Archive.runs`."""

    def newest(self, limit: int, before: int | None = None) -> tuple[SweepView, ...]:
        """Return the newest sweeps, newest first, without their scope; with ``before`` only older ones."""
        row = SweepRecord
        query = select(row.id, row.started_at, row.finished_at, row.outcome, row.options, row.summary)
        if before is not None:
            query = query.where(row.id < before)
        with self._reading() as connection:
            found = connection.execute(query.order_by(row.id.desc()).limit(limit)).all()
        return tuple(
            SweepView(number, start, end, how, {}, opts, told) for number, start, end, how, opts, told in found
        )

    def begin(self, sweep_id: int) -> None:
        """Forget what an earlier part of a sweep was told: it goes on."""
        self._change(sweep_id, {PROGRESS: None, STOP: None})

    def note(self, sweep_id: int, progress: Mapping[str, object] | None) -> bool:
        """Store how far a sweep is, None when it ends; return whether somebody wants it to stop."""
        return STOP in self._change(sweep_id, {PROGRESS: None if progress is None else dict(progress)})

    def ask_to_stop(self, sweep_id: int, actor: str, at: datetime) -> None:
        """Note who wants a sweep to stop; its process sees it within seconds, wherever it runs.

        Raises:
            RegistryError: there is no such sweep.
        """
        self._change(sweep_id, {STOP: {"by": actor, "at": rfc3339(at)}}, said=(at, actor, "stop_sweep"))

    def _change(
        self, sweep_id: int, values: Mapping[str, object | None], said: tuple[datetime, str, str] | None = None
    ) -> dict[str, Any]:
        row = SweepRecord
        with self._writing() as connection:
            summary = connection.execute(select(row.summary).where(row.id == sweep_id)).scalar()
            if summary is None:
                raise no_sweep(sweep_id)
            told = {key: value for key, value in {**summary, **values}.items() if value is not None}
            connection.execute(update(row).where(row.id == sweep_id).values(summary=told))
            if said is not None:
                at, actor, action = said
                audit.append(connection, at, actor, action, f"sweep {sweep_id}")
            return cast("dict[str, Any]", told)
