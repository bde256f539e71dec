"""The registry as its callers see it: every method one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from inventory.model.batch import RecordKind
from inventory.model.records import Filed, SweepOutcome
from inventory.registry import factrows, observed, queries, records, store
from inventory.registry.archive import Archive
from inventory.registry.errors import changed_meanwhile, explained
from inventory.registry.filings import Author
from inventory.registry.fresh import OPTION, Fresh
from inventory.registry.scans import Scans
from inventory.registry.schema import serialise
from inventory.registry.sessions import Sessions
from inventory.registry.shelves import REMOVABLE
from inventory.registry.sweeplock import sweep_lock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from sqlalchemy import Connection, Engine

    from inventory.model.batch import Batch, Changes
    from inventory.model.check import DeviceCheck
    from inventory.model.coverage import TableCoverage
    from inventory.model.crosscheck import CrossCheck
    from inventory.model.facts import DeviceFact, Fact, Sighting
    from inventory.model.factset import FactSet
    from inventory.model.measurement import Measurement
    from inventory.model.observation import Observation
    from inventory.model.records import (
        ContactView,
        DeviceView,
        ExclusionView,
        PointView,
        PrefixView,
        RegistrationView,
        StatementView,
        SweepView,
        UnitView,
    )
    from inventory.model.values import IPAddress, Mac
    from inventory.registry.changes import Key, RegistrationChange
    from inventory.registry.desk import Desk
    from inventory.registry.gate import Gate

StepFacts: TypeAlias = "tuple[str, str, Sequence[Fact], Sequence[TableCoverage]]"
"""A step's name, its device, and what the device said."""

WRITING: Final = {"writing": True}
"""Execution options of a connection that is going to write."""


class Registry:
    """An open registry; made by :func:`inventory.registry.engine.open_registry`. Threads may share one."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine = engine.execution_options(**{OPTION: Fresh()})
        self._writer = self._engine.execution_options(**WRITING)
        self._where = where

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        with explained(self._where):
            self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._where), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, *, alone: bool = False) -> Iterator[Connection]:
        with explained(self._where), self._writer.begin() as connection:
            if alone:
                serialise(connection)
            yield connection

    # -------------------------------------------------------------- records

    def units(self) -> tuple[UnitView, ...]:
        """Return every unit by code."""
        with self._reading() as connection:
            return queries.views(connection, RecordKind.UNIT)

    def points(self) -> tuple[PointView, ...]:
        """Return every point by code."""
        with self._reading() as connection:
            return queries.views(connection, RecordKind.POINT)

    def prefixes(self) -> tuple[PrefixView, ...]:
        """Return every prefix by plane and address, the wider one first."""
        with self._reading() as connection:
            return queries.views(connection, RecordKind.PREFIX)

    def devices(self) -> tuple[DeviceView, ...]:
        """Return every device by name."""
        with self._reading() as connection:
            return queries.views(connection, RecordKind.DEVICE)

    def contacts(self) -> tuple[ContactView, ...]:
        """Return every contact by unit, name and role. Personal data: the caller masks."""
        with self._reading() as connection:
            return queries.views(connection, RecordKind.CONTACT)

    def exclusions(self) -> tuple[ExclusionView, ...]:
        """Return what nothing is sent to, expired ones too, by address."""
        with self._reading() as connection:
            return queries.views(connection, RecordKind.EXCLUSION)

    def statements(self) -> tuple[StatementView, ...]:
        """Return what people state about ports, by device and port."""
        with self._reading() as connection:
            return queries.views(connection, RecordKind.STATEMENT)

    def registrations(self, unit: str | None = None) -> tuple[RegistrationView, ...]:
        """Return the filings, of one unit or all, cancelled ones too, by (plane, MAC)."""
        with self._reading() as connection:
            return queries.registrations(connection, unit)

    @property
    def desk(self) -> Desk:
        """Registrations on their way: filed, reviewed, amended, cancelled."""
        from inventory.registry.desk import Desk  # noqa: PLC0415 -- a sweep need not pay for the rules of filing

        return Desk(self._reading, partial(self._writing, alone=True))

    @property
    def gate(self) -> Gate:
        """Accounts, what they are logged in with, and the audit log."""
        from inventory.registry.gate import Gate  # noqa: PLC0415 -- the same

        return Gate(self._reading, partial(self._writing, alone=True))

    def change_mark(self) -> tuple[object, object]:
        """Return what changes with every sweep, and what changes with every change of a registration."""
        with self._reading() as connection:
            return queries.change_mark(connection)

    def registration_history(self, registration: int) -> tuple[RegistrationChange, ...]:
        """Return the changes of one filing, oldest first."""
        with self._reading() as connection:
            return queries.registration_history(connection, registration)

    def filed(self) -> Filed:
        """Return all records the engines compare with, as of one moment."""
        with self._reading() as connection:
            return Filed(
                units=queries.views(connection, RecordKind.UNIT),
                points=queries.points_as_stated(connection),
                prefixes=queries.views(connection, RecordKind.PREFIX),
                devices=queries.views(connection, RecordKind.DEVICE),
                exclusions=queries.views(connection, RecordKind.EXCLUSION),
                registrations=queries.registrations(connection, unit=None),
            )

    def records(self) -> Batch:
        """Return the records of every kind, cancelled registrations among them, as of one moment."""
        with self._reading() as connection:
            return queries.records(connection)

    def apply(
        self, batch: Batch, *, judged: Batch | None = None, actor: str | None = None, at: datetime | None = None
    ) -> Changes:
        """Store a batch in one transaction: all of it or nothing.

        A stored record is replaced completely by the batch's record of the same key: ``None`` clears a field.
        A filing keeps its id and the time it was filed; a new one without ``filed_at`` is filed ``at`` (now).

        Args:
            batch: what to store.
            judged: the records the batch was judged against, where they must still be the same.
            actor: who stores it.
            at: when.

        Raises:
            RegistryError: two different records of one key, a reference to nothing, a unit above itself, or somebody
                changed the records meanwhile.
        """
        with self._writing(alone=True) as connection:
            if judged is not None and queries.records(connection) != judged:
                raise changed_meanwhile()
            return records.apply_batch(connection, batch, Author(at or datetime.now(UTC), actor))

    def preview(self, batch: Batch) -> Changes:
        """Return what :meth:`apply` would change, and change nothing."""
        with explained(self._where), self._writer.connect() as connection:
            serialise(connection)
            changes = records.apply_batch(connection, batch, Author(datetime.now(UTC), None))
            connection.rollback()
            return changes

    def remove(self, kind: str, key: str | Key) -> None:
        """Delete a ``unit``, ``point``, ``prefix`` (plane, cidr), ``device`` or ``contact`` (unit, name, role) by key.

        Raises:
            RegistryError: there is none, or other records still refer to it.
        """
        with self._writing(alone=True) as connection:
            records.remove_record(connection, REMOVABLE[kind], (key,) if isinstance(key, str) else key)

    # -------------------------------------------------------------- sweeps

    @contextmanager
    def sweeping(self) -> Iterator[bool]:
        """Hold the database's sweep lock; False where another computer holds it. Always True on SQLite."""
        with explained(self._where), sweep_lock(self._engine) as mine:
            yield mine

    def start_sweep(self, scope: Mapping[str, object], options: Mapping[str, object], at: datetime) -> int:
        """Create a sweep; return its number. Scope and options are JSON values, enough to go on with it."""
        with self._writing() as connection:
            return store.start_sweep(connection, scope, options, at)

    def sweep(self, sweep_id: int) -> SweepView:
        """Return one sweep; raises RegistryError where there is none."""
        with self._reading() as connection:
            return store.sweep(connection, sweep_id)

    def sweeps(self) -> tuple[SweepView, ...]:
        """Return every sweep, oldest first."""
        with self._reading() as connection:
            return store.sweeps(connection)

    def sweep_times(self) -> tuple[SweepView, ...]:
        """Return every sweep, oldest first, without its scope and summary: quick where there are many."""
        with self._reading() as connection:
            return store.sweep_times(connection)

    def last_unfinished_sweep(self) -> SweepView | None:
        """Return the newest sweep that was killed or interrupted and may be gone on with."""
        with self._reading() as connection:
            return store.last_unfinished_sweep(connection)

    def finish_sweep(self, sweep_id: int, outcome: str, at: datetime, summary: Mapping[str, object]) -> None:
        """Say how a sweep ended; a resumed one ends again."""
        with self._writing() as connection:
            store.finish_sweep(connection, sweep_id, SweepOutcome(outcome), at, summary)

    def finished_steps(self, sweep_id: int) -> dict[str, datetime]:
        """Return the steps of a sweep that are stored, and when."""
        with self._reading() as connection:
            return store.finished_steps(connection, sweep_id)

    def restart_step(self, sweep_id: int, step: str) -> bool:
        """Let a step be done again; what it stored stays. False when it was not done."""
        with self._writing() as connection:
            return store.restart_step(connection, sweep_id, step)

    # -------------------------------------------------------------- facts

    @property
    def scans(self) -> Scans:
        """Blocks of addresses that were asked."""
        return Scans(self._writing)

    def store_reading(
        self,
        sweep_id: int,
        step: str,
        device: str,
        facts: Sequence[Fact],
        coverage: Sequence[TableCoverage],
        at: datetime,
        *,
        rows_per_request: int | None = None,
    ) -> bool:
        """Store one device's read and mark its step done; False, and nothing stored, when it was done already."""
        with self._writing() as connection:
            if not store.mark_step(connection, sweep_id, step, device, at):
                return False
            factrows.append_facts(connection, sweep_id, (*facts, *coverage))
            if rows_per_request is not None:
                store.remember_rows(connection, device, rows_per_request)
            return True

    def store_collection(
        self,
        scope: Mapping[str, object],
        options: Mapping[str, object],
        period: tuple[datetime, datetime],
        outcome: SweepOutcome,
        steps: Sequence[StepFacts],
        observations: Sequence[Observation],
    ) -> int:
        """Store a finished sweep with its readings and conclusions in one transaction; return its number."""
        with self._writing(alone=True) as connection:
            number = store.start_sweep(connection, scope, options, period[0])
            for step, device, facts, coverage in steps:
                store.mark_step(connection, number, step, device, period[1])
                factrows.append_facts(connection, number, (*facts, *coverage))
            observed.replace_observations(connection, number, observations)
            store.finish_sweep(connection, number, outcome, period[1], {})
            return number

    def rows_per_request(self) -> dict[str, int]:
        """Return how many rows in one request each device has shown to bear, where that was measured."""
        with self._reading() as connection:
            return store.remembered_rows(connection)

    def facts(self, sweeps: int | Sequence[int]) -> FactSet:
        """Return everything one or several sweeps were told, in the order it was stored."""
        with self._reading() as connection:
            return factrows.read_facts(connection, _several(sweeps))

    def sightings(self, sweep_id: int) -> tuple[Sighting, ...]:
        """Return what answered in one sweep so far."""
        with self._reading() as connection:
            return factrows.read_sightings(connection, [sweep_id])

    def coverage_facts(self, sweeps: int | Sequence[int]) -> FactSet:
        """Return only what the answers of these sweeps rest on: blocks, coverage, and the devices' own addresses."""
        with self._reading() as connection:
            return factrows.read_coverage(connection, _several(sweeps))

    def measurements(self, sweeps: int | Sequence[int]) -> tuple[Measurement, ...]:
        """Return what these sweeps measured of power and climate, in the order it was stored."""
        with self._reading() as connection:
            return factrows.read_measurements(connection, _several(sweeps))

    def crosschecks(self, sweeps: int | Sequence[int]) -> tuple[CrossCheck, ...]:
        """Return how devices read by SNMP and SSH compared in these sweeps, in the order it was stored."""
        with self._reading() as connection:
            return factrows.read_crosschecks(connection, _several(sweeps))

    def device_facts(self, sweeps: int | Sequence[int]) -> tuple[DeviceFact, ...]:
        """Return who the devices said they are, in the order it was stored."""
        with self._reading() as connection:
            return factrows.read_devices(connection, _several(sweeps))

    def store_checks(self, checks: Sequence[DeviceCheck]) -> None:
        """Append what looks at devices found."""
        with self._writing() as connection:
            factrows.append_checks(connection, checks)

    def last_checks(self) -> tuple[DeviceCheck, ...]:
        """Return the last of each look at each device, by device and check."""
        with self._reading() as connection:
            return factrows.last_checks(connection)

    # -------------------------------------------------------------- conclusions
    @property
    def archive(self) -> Archive:
        """What each sweep came to, and the history that follows."""
        return Archive(self._reading, partial(self._writing, alone=True))

    @property
    def sessions(self) -> Sessions:
        """Host keys of devices, and what devices printed."""
        return Sessions(self._reading, partial(self._writing, alone=True))

    def replace_observations(self, sweep_id: int, observations: Sequence[Observation]) -> None:
        """Put a sweep's conclusions in the place of earlier ones."""
        with self._writing(alone=True) as connection:
            observed.replace_observations(connection, sweep_id, observations)

    def observations(self, sweeps: int | Sequence[int]) -> tuple[Observation, ...]:
        """Return the conclusions of one or several sweeps, by (sweep, plane, identity)."""
        with self._reading() as connection:
            return observed.observations(connection, _several(sweeps))

    def newest_observations(self, sweeps: int | Sequence[int]) -> tuple[Observation, ...]:
        """Return each endpoint's newest observation within these sweeps, by (plane, identity)."""
        with self._reading() as connection:
            return observed.newest_observations(connection, _several(sweeps))

    def newest_ipv6(self, sweeps: Sequence[int]) -> list[tuple[str, IPAddress]]:
        """Return the IPv6 addresses of each endpoint's newest observation within these sweeps, with their planes."""
        with self._reading() as connection:
            return observed.newest_ipv6(connection, sweeps)

    def find_observations(
        self, *, ip: IPAddress | None = None, mac: Mac | None = None, since: datetime | None = None
    ) -> tuple[tuple[int, Observation], ...]:
        """Return the observations of an address or a MAC with their sweeps, newest first."""
        with self._reading() as connection:
            return observed.find_observations(connection, ip, mac, since)


def _several(sweeps: int | Sequence[int]) -> Sequence[int]:
    return [sweeps] if isinstance(sweeps, int) else sweeps
