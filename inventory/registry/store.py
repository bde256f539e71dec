"""Sweeps and their steps: one transaction stores a step's facts together with the mark that it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, or_, select, update

from inventory.model.records import SweepOutcome, SweepView
from inventory.model.text import text
from inventory.registry.errors import Reason, RefusedError
from inventory.registry.tables.devices import DeviceRecord
from inventory.registry.tables.metadata import Record
from inventory.registry.tables.sweeps import SweepRecord, SweepStepRecord
from inventory.registry.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Select

_STEPS: Final = Record.metadata.tables[SweepStepRecord.__tablename__]


def start_sweep(
    connection: Connection, scope: Mapping[str, object], options: Mapping[str, object], at: datetime
) -> int:
    """Create a sweep that runs from now; return its number."""
    row = {"started_at": at, "scope": dict(scope), "options": dict(options), "summary": {}}
    statement = insert(SweepRecord).values(row).returning(SweepRecord.id)
    return connection.execute(statement).scalar_one()


def finish_sweep(
    connection: Connection, sweep_id: int, outcome: SweepOutcome, at: datetime, summary: Mapping[str, object]
) -> None:
    """Say how a sweep ended; a resumed one ends again."""
    statement = update(SweepRecord).where(SweepRecord.id == sweep_id)
    done = connection.execute(statement.values(finished_at=at, outcome=outcome, summary=dict(summary)))
    if done.rowcount == 0:
        raise no_sweep(sweep_id)


def sweep_times(connection: Connection) -> tuple[SweepView, ...]:
    """Return every sweep, oldest first, without its scope and summary, which may be long."""
    row = SweepRecord
    query = select(row.id, row.started_at, row.finished_at, row.outcome, row.options).order_by(row.id)
    found = connection.execute(query)
    return tuple(SweepView(number, start, end, how, {}, options, {}) for number, start, end, how, options in found)


def sweeps(connection: Connection) -> tuple[SweepView, ...]:
    """Return every sweep, oldest first."""
    return tuple(SweepView(*row) for row in connection.execute(_sweeps().order_by(SweepRecord.id)))


def sweep(connection: Connection, sweep_id: int) -> SweepView:
    """Return one sweep.

    Raises:
        RegistryError: there is none of that number.
    """
    row = connection.execute(_sweeps().where(SweepRecord.id == sweep_id)).one_or_none()
    if row is None:
        raise no_sweep(sweep_id)
    return SweepView(*row)


def last_unfinished_sweep(connection: Connection) -> SweepView | None:
    """Return the newest sweep that was killed or interrupted."""
    open_ends = or_(SweepRecord.finished_at.is_(None), SweepRecord.outcome == SweepOutcome.INTERRUPTED)
    row = connection.execute(_sweeps().where(open_ends).order_by(SweepRecord.id.desc()).limit(1)).one_or_none()
    return None if row is None else SweepView(*row)


def no_sweep(sweep_id: int) -> RefusedError:
    """Nobody started a sweep of that number."""
    return RefusedError(
        Reason.UNKNOWN_KEY,
        text("There is no sweep {number}.", number=sweep_id),
        text("List the sweeps to see their numbers."),
    )


def _sweeps() -> Select[Any]:
    row = SweepRecord
    return select(row.id, row.started_at, row.finished_at, row.outcome, row.scope, row.options, row.summary)


def mark_step(connection: Connection, sweep_id: int, step: str, device: str | None, at: datetime) -> bool:
    """Claim a step within the caller's transaction; False when it is done already.

    Another process that stores the same step at the same time waits here for this transaction's end.
    """
    new = insert_into(connection, _STEPS).on_conflict_do_nothing().returning(_STEPS.c.step)
    values = {"sweep_id": sweep_id, "step": step, "device": device, "at": at}
    return connection.execute(new, values).first() is not None


def restart_step(connection: Connection, sweep_id: int, step: str) -> bool:
    """Take a step's mark away, so that it may be done again; its facts stay. False when it was not done."""
    row = SweepStepRecord
    return connection.execute(delete(row).where(row.sweep_id == sweep_id, row.step == step)).rowcount == 1


def finished_steps(connection: Connection, sweep_id: int) -> dict[str, datetime]:
    """Return when each finished step of a sweep was stored."""
    row = SweepStepRecord
    query = select(row.step, row.at).where(row.sweep_id == sweep_id).order_by(row.at, row.step)
    return {step: at for step, at in connection.execute(query)}  # noqa: C416 -- rows are not pairs to mypy


def remember_rows(connection: Connection, device: str, rows: int) -> None:
    """Keep how many rows in one request a device bears, as long as it is registered."""
    connection.execute(update(DeviceRecord).where(DeviceRecord.name == device).values(rows_per_request=rows))


def remembered_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows in one request each device bears, where that was measured."""
    row = DeviceRecord
    query = select(row.name, row.rows_per_request).where(row.rows_per_request.is_not(None))
    return {name: rows for name, rows in connection.execute(query) if rows is not None}
