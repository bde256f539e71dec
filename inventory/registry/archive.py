"""The registry's memory: what each sweep came to, and the intervals that follow from all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from inventory.registry import circle, intervals, lookrows, observed
from inventory.registry.tables.intervals import CONCLUSIONS
from inventory.registry.tables.sweeps import SweepStepRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from inventory.model.history import EndpointKey, Interval, Look
    from inventory.model.location import Place
    from inventory.model.observation import Observation
    from inventory.model.records import RegistrationView
    from inventory.model.values import IPAddress, Mac

    Advance: TypeAlias = Callable[[Iterable[Interval], Look], Sequence[Interval]]
    """The rule that one more look adds to the intervals that have not ended."""

_SWEEPS: Final = 3
"""So many sweeps back two places of one MAC are looked for again: two of them make a duplicate."""


class Archive:
    """Conclusions and history; made by :attr:`inventory.registry.facade.Registry.archive`."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    def conclude(self, sweep_id: int, observations: Sequence[Observation], look: Look, advance: Advance) -> None:
        """Store what a sweep came to and bring the history up to date: all of it or nothing.

        A sweep that is concluded again, or after a newer one, has the history folded from the start.
        """
        with self._writing() as connection:
            observed.replace_observations(connection, sweep_id, observations)
            newest = connection.execute(
                select(func.max(CONCLUSIONS.c.sweep_id)).where(CONCLUSIONS.c.look.is_not(None))
            ).scalar()
            packed = lookrows.pack(look)
            _mark(connection, sweep_id, packed)
            if newest is not None and newest >= sweep_id:
                _fold(connection, advance)
            else:
                # As it can be read back: folding it again must give the same.
                kept = lookrows.unpack(sweep_id, packed)
                intervals.write(connection, advance(intervals.going(connection), kept))

    def consider(self, sweep_id: int, observations: Sequence[Observation]) -> None:
        """Store what an unfinished sweep comes to so far; it is no part of the history yet."""
        with self._writing() as connection:
            observed.replace_observations(connection, sweep_id, observations)
            _mark(connection, sweep_id, None)

    def is_considered(self, sweep_id: int) -> bool:
        """Whether the stored conclusions rest on every finished step of a sweep."""
        with self._reading() as connection:
            stored = select(CONCLUSIONS.c.steps).where(CONCLUSIONS.c.sweep_id == sweep_id)
            return connection.execute(stored).scalar() == _steps(connection, sweep_id)

    def left_out(self, before: int) -> tuple[int, ...]:
        """Return the earlier sweeps that stored something and are no part of the history, oldest first."""
        step = SweepStepRecord
        done = select(CONCLUSIONS.c.sweep_id).where(CONCLUSIONS.c.look.is_not(None))
        query = select(step.sweep_id).distinct().where(step.sweep_id < before, step.sweep_id.not_in(done))
        with self._reading() as connection:
            return tuple(connection.execute(query.order_by(step.sweep_id)).scalars())

    def at_two_places(self, before: int) -> dict[Mac, list[frozenset[Place]]]:
        """Return what the last concluded sweeps before this one saw at two places, one set of places per sweep."""
        concluded = select(CONCLUSIONS.c.sweep_id).where(
            CONCLUSIONS.c.look.is_not(None), CONCLUSIONS.c.sweep_id < before
        )
        with self._reading() as connection:
            sweeps = (
                connection.execute(concluded.order_by(CONCLUSIONS.c.sweep_id.desc()).limit(_SWEEPS)).scalars().all()
            )
            return observed.at_two_places(connection, sweeps)

    def going(self) -> tuple[Interval, ...]:
        """Return every interval that has not ended, by key."""
        with self._reading() as connection:
            return _sorted(intervals.going(connection))

    def intervals(self) -> tuple[Interval, ...]:
        """Return every interval, by key."""
        with self._reading() as connection:
            return _sorted(intervals.everything(connection))

    def of_endpoints(self, keys: Sequence[EndpointKey]) -> tuple[Interval, ...]:
        """Return all intervals of some endpoints, by key."""
        with self._reading() as connection:
            return _sorted(intervals.of_endpoints(connection, keys))

    def circle(
        self, name: str, sweeps: Sequence[int]
    ) -> tuple[tuple[Observation, ...], tuple[RegistrationView, ...]] | None:
        """Return what bears on a MAC or an address: the newest observations of these sweeps, and filings.

        None when it is joined with so many others that asking for everything is no slower.
        """
        with self._reading() as connection:
            return circle.circle(connection, name, sweeps)

    def of_mac(self, mac: Mac) -> tuple[Interval, ...]:
        """Return all intervals of a card, in every plane, by key."""
        with self._reading() as connection:
            return _sorted(intervals.of_identity(connection, str(mac)))

    def of_address(self, ip: IPAddress) -> tuple[Interval, ...]:
        """Return who held an address, in every plane, by key."""
        with self._reading() as connection:
            return _sorted(intervals.of_address(connection, ip))


def _sorted(found: Iterable[Interval]) -> tuple[Interval, ...]:
    return tuple(sorted(found, key=lambda one: one.key))


def _steps(connection: Connection, sweep_id: int) -> int:
    query = select(func.count()).select_from(SweepStepRecord).where(SweepStepRecord.sweep_id == sweep_id)
    return connection.execute(query).scalar_one()


def _mark(connection: Connection, sweep_id: int, look: bytes | None) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"sweep_id": sweep_id, "steps": _steps(connection, sweep_id), "look": look}
    statement = dialect.insert(CONCLUSIONS).values(row)
    changed = {"steps": row["steps"], "look": look}
    connection.execute(statement.on_conflict_do_update(index_elements=["sweep_id"], set_=changed))


def _fold(connection: Connection, advance: Advance) -> None:
    """Build every interval again from the stored looks."""
    intervals.clear(connection)
    query = select(CONCLUSIONS).where(CONCLUSIONS.c.look.is_not(None)).order_by(CONCLUSIONS.c.sweep_id)
    going: dict[object, Interval] = {}
    ended: list[Interval] = []
    for row in connection.execute(query).all():
        for one in advance(going.values(), lookrows.unpack(row.sweep_id, row.look)):
            if one.ended is None:
                going[one.key] = one
            else:
                going.pop(one.key, None)
                ended.append(one)
    intervals.write(connection, (*ended, *going.values()))
