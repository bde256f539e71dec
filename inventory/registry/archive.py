"""The registry's memory: what each sweep came to, and the intervals that follow from all of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from sqlalchemy import func, select

from inventory.model.clocks import mistimed, righted
from inventory.model.facts import ArpRow, FdbRow, InterfaceFact
from inventory.registry import circle, factrows, fresh, intervals, lookrows, observed, retention, store
from inventory.registry.runs import Runs
from inventory.registry.section import Section
from inventory.registry.tables.intervals import CONCLUSIONS
from inventory.registry.tables.sweeps import SweepRecord, SweepStepRecord
from inventory.registry.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from inventory.model.clocks import Between
    from inventory.model.coverage import TableCoverage
    from inventory.model.facts import AddressFact
    from inventory.model.factset import FactSet
    from inventory.model.history import EndpointKey, Interval, Look
    from inventory.model.location import Place
    from inventory.model.observation import Observation
    from inventory.model.records import RegistrationView
    from inventory.model.values import IPAddress, Mac

    Advance: TypeAlias = Callable[[Iterable[Interval], Look], Sequence[Interval]]
    """The rule that one more look adds to the intervals that have not ended, or ended since the look remembers."""

OfCard = TypeVar("OfCard", InterfaceFact, ArpRow, FdbRow)
SWEEPS: Final = 3
"""So many sweeps back two places of one MAC are looked for again: two of them make a duplicate."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What recomputing came to."""

    sweeps: int
    intervals: int
    observations: int
    intervals_changed: int
    """How many differ from what was stored."""
    observations_changed: int


class Archive(Section):
    """Conclusions and history; made by :attr:`inventory.registry.facade.Registry.archive`."""

    @property
    def runs(self) -> Runs:
        """How far sweeps are, and how they went."""
        return Runs(self._reading, self._writing)

    def conclude(self, sweep_id: int, observations: Sequence[Observation], look: Look, advance: Advance) -> None:
        """Store what a sweep came to and bring the history up to date: all of it or nothing.

        A sweep that is concluded again, or after a newer one, or that shows an earlier one to have run while the clock
        was wrong, has the history folded from the start.
        """
        with self._writing() as connection:
            observed.replace_observations(connection, sweep_id, observations)
            newest = _newest(connection)
            packed, exact = lookrows.packed(look)
            _mark(connection, sweep_id, packed)
            observed.forget_superseded(connection, _last(connection))
            clocks, before = _clocks(connection), _clocks(connection, sweep_id)
            if (newest is not None and newest >= sweep_id) or clocks != before:
                folded = _folded(_looks(connection), clocks, advance)
                intervals.clear(connection)
                intervals.write(connection, retention.kept(connection, folded))
            else:
                # As it can be read back: folding it again must give the same.
                kept = look if exact else lookrows.unpack(sweep_id, packed)
                known = [*intervals.going(connection), *intervals.ended_since(connection, kept.remembers)]
                intervals.write(connection, advance(known, kept))
            fresh.of(connection).forget()

    def consider(self, sweep_id: int, observations: Sequence[Observation]) -> None:
        """Store what an unfinished sweep comes to so far; it is no part of the history yet."""
        with self._writing() as connection:
            observed.replace_observations(connection, sweep_id, observations)
            _mark(connection, sweep_id, None)

    def is_newest(self, sweep_id: int) -> bool:
        """Whether a sweep's observations are stored as it made them: a newer one replaces those of whom it saw."""
        with self._reading() as connection:
            newest = _newest(connection)
            return newest is None or newest <= sweep_id

    def is_pruned(self, sweep_id: int) -> bool:
        """Whether a sweep's facts were deleted by policy."""
        with self._reading() as connection:
            return bool(
                connection.execute(select(CONCLUSIONS.c.pruned).where(CONCLUSIONS.c.sweep_id == sweep_id)).scalar()
            )

    def concluded(self) -> tuple[int, ...]:
        """Return the sweeps that are part of the history and whose facts are there, oldest first."""
        row = CONCLUSIONS.c
        query = select(row.sweep_id).where(row.look.is_not(None), row.pruned.is_(False)).order_by(row.sweep_id)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars())

    @staticmethod
    def packed(look: Look) -> bytes:
        """Return a look as it is stored."""
        return lookrows.pack(look)

    def rebuild(
        self,
        looks: Mapping[int, bytes],
        seen: Sequence[tuple[int, Observation]],
        advance: Advance,
        *,
        dry_run: bool = False,
    ) -> Rebuilt:
        """Put recomputed conclusions in the place of the stored ones, in one transaction; say what differed.

        Args:
            looks: of every sweep whose facts are there, packed.
            seen: observations with their sweeps: at least each endpoint's newest, and all of the last sweeps.
            advance: the rule.
            dry_run: only compare.
        """
        with self._writing() as connection:
            before = {one.key: one for one in intervals.everything(connection)}
            every = {**dict(_looks(connection)), **looks}
            folded = retention.kept(connection, _folded(sorted(every.items()), _clocks(connection), advance))
            after = {one.key: one for one in folded}
            stored = observed.by_sweep(connection)
            pruned = set(every) - set(looks)
            known = observed.newest_of(seen, [(sweep, one) for sweep, one in stored if sweep in pruned])
            last = set(sorted(every)[-SWEEPS:])
            wanted = list(dict.fromkeys((*known, *(pair for pair in seen if pair[0] in last))))
            result = Rebuilt(
                len(looks),
                len(after),
                len(wanted),
                sum(before.get(key) != after.get(key) for key in before.keys() | after.keys()),
                _unlike(stored, wanted),
            )
            if not dry_run:
                intervals.clear(connection)
                intervals.write(connection, folded)
                observed.replace_all(connection, wanted)
                for sweep_id, look in looks.items():
                    _mark(connection, sweep_id, look)
        return result

    def prunable(self, facts_before: datetime | None, history_before: datetime | None) -> retention.Prunable:
        """Return what a policy would delete now."""
        with self._reading() as connection:
            return retention.prunable(connection, facts_before, history_before)

    def prune(
        self, facts_before: datetime | None, history_before: datetime | None, actor: str, at: datetime
    ) -> retention.Prunable:
        """Delete facts of sweeps and intervals that ended before a time, in one transaction; return what it was."""
        with self._writing() as connection:
            return retention.prune(connection, facts_before, history_before, actor, at)

    def kept_since(self) -> datetime | None:
        """Return the time before which history that ended was deleted by policy; None where none ever was."""
        with self._reading() as connection:
            return retention.kept_since(connection)

    def is_considered(self, sweep_id: int) -> bool:
        """Whether the stored conclusions rest on every finished step of a sweep."""
        with self._reading() as connection:
            stored = select(CONCLUSIONS.c.steps).where(CONCLUSIONS.c.sweep_id == sweep_id)
            return connection.execute(stored).scalar() == _steps(connection, sweep_id)

    def left_out(self, before: int) -> tuple[int, ...]:
        """Return the earlier sweeps that stored something and are no part of the history, oldest first."""
        sweep = SweepRecord.id
        done = select(CONCLUSIONS.c.sweep_id).where(CONCLUSIONS.c.look.is_not(None))
        stored = select(SweepStepRecord.sweep_id).where(SweepStepRecord.sweep_id == sweep).exists()
        query = select(sweep).where(sweep < before, sweep.not_in(done), stored)
        with self._reading() as connection:
            return tuple(connection.execute(query.order_by(sweep)).scalars())

    def at_two_places(self, before: int) -> dict[Mac, list[frozenset[Place]]]:
        """Return what the last concluded sweeps before this one saw at two places, one set of places per sweep."""
        concluded = select(CONCLUSIONS.c.sweep_id).where(
            CONCLUSIONS.c.look.is_not(None), CONCLUSIONS.c.sweep_id < before
        )
        with self._reading() as connection:
            sweeps = connection.execute(concluded.order_by(CONCLUSIONS.c.sweep_id.desc()).limit(SWEEPS)).scalars().all()
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

    def at_device(self, device: str, sweeps: Sequence[int]) -> tuple[str, ...]:
        """Return the cards and addresses that these sweeps, or stays that have not ended, see at or behind a device."""
        with self._reading() as connection:
            return tuple(sorted(circle.at_device(connection, device, sweeps)))

    def circle(
        self, names: Sequence[str], sweeps: Sequence[int]
    ) -> tuple[tuple[Observation, ...], tuple[RegistrationView, ...]] | None:
        """Return what bears on MACs or addresses: the newest observations of these sweeps, and filings.

        None when it is joined with so many others that asking for everything is no slower.
        """
        with self._reading() as connection:
            return circle.circle(connection, names, sweeps)

    def naming_card(self, fact: type[OfCard], sweep_id: int, mac: Mac) -> list[OfCard]:
        """Return the interfaces, ARP or forwarding rows of a sweep that name a card, in the order they were stored."""
        with self._reading() as connection:
            return factrows.naming_card(connection, fact, sweep_id, mac)

    def own_addresses(self, sweeps: Sequence[int], ip: IPAddress) -> list[AddressFact]:
        """Return what devices said in these sweeps of an address of their own, in the order it was stored."""
        with self._reading() as connection:
            return factrows.own_addresses(connection, sweeps, ip)

    def read_ends(self, sweeps: Sequence[int]) -> FactSet:
        """Return blocks, and once each how tables ended and which addresses are devices' own, whatever the rows."""
        with self._reading() as connection:
            return factrows.read_ends(connection, sweeps)

    def read_of(self, sweeps: Sequence[int], device: str) -> list[TableCoverage]:
        """Return how the tables of one device ended in these sweeps, in the order it was stored."""
        with self._reading() as connection:
            return factrows.read_of(connection, sweeps, device)

    def interfaces(self, sweep_id: int, device: str) -> list[InterfaceFact]:
        """Return the interfaces of one device as a sweep read them, in the order they were stored."""
        with self._reading() as connection:
            return factrows.of_device(connection, InterfaceFact, sweep_id, device)

    def of_device(self, device: str) -> tuple[Interval, ...]:
        """Return who was on the ports of a device, by key."""
        with self._reading() as connection:
            return _sorted(intervals.of_device(connection, device))

    def of_mac(self, mac: Mac) -> tuple[Interval, ...]:
        """Return all intervals of a card, in every plane, by key."""
        with self._reading() as connection:
            return _sorted(intervals.of_identity(connection, str(mac)))

    def of_address(self, ip: IPAddress) -> tuple[Interval, ...]:
        """Return who held an address, in every plane, by key."""
        with self._reading() as connection:
            return _sorted(intervals.of_address(connection, ip))


def _unlike(stored: Iterable[tuple[int, Observation]], wanted: Iterable[tuple[int, Observation]]) -> int:
    """Count the observations that are not the same on both sides."""
    before = {(sweep, one.key): one for sweep, one in stored}
    after = {(sweep, one.key): one for sweep, one in wanted}
    return sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())


def _sorted(found: Iterable[Interval]) -> tuple[Interval, ...]:
    return tuple(sorted(found, key=lambda one: one.key))


def _steps(connection: Connection, sweep_id: int) -> int:
    query = select(func.count()).select_from(SweepStepRecord).where(SweepStepRecord.sweep_id == sweep_id)
    return connection.execute(query).scalar_one()


def _mark(connection: Connection, sweep_id: int, look: bytes | None) -> None:
    row = {"sweep_id": sweep_id, "steps": _steps(connection, sweep_id), "look": look}
    statement = insert_into(connection, CONCLUSIONS).values(row)
    changed = {"steps": row["steps"], "look": look}
    connection.execute(statement.on_conflict_do_update(index_elements=["sweep_id"], set_=changed))


def _newest(connection: Connection) -> int | None:
    newest: int | None = connection.execute(
        select(func.max(CONCLUSIONS.c.sweep_id)).where(CONCLUSIONS.c.look.is_not(None))
    ).scalar()
    return newest


def _last(connection: Connection) -> list[int]:
    """Return the last concluded sweeps, whose observations are all kept: the next one looks back at them."""
    row = CONCLUSIONS.c
    query = select(row.sweep_id).where(row.look.is_not(None)).order_by(row.sweep_id.desc()).limit(SWEEPS)
    return list(connection.execute(query).scalars())


def _looks(connection: Connection) -> Iterator[tuple[int, bytes]]:
    row = CONCLUSIONS.c
    query = select(row.sweep_id, row.look).where(row.look.is_not(None)).order_by(row.sweep_id)
    yield from ((sweep, look) for sweep, look in connection.execute(query).all())


def _clocks(connection: Connection, but: int | None = None) -> Mapping[int, Between]:
    """Return the sweeps of the history that ran while the clock was wrong, as all of them but one tell."""
    concluded = select(CONCLUSIONS.c.sweep_id).where(CONCLUSIONS.c.look.is_not(None))
    numbers = set(connection.execute(concluded).scalars())
    own = (view for view in store.sweep_times(connection) if view.id in numbers and not view.recorded)
    return mistimed([(view.id, view.started_at) for view in own if view.id != but])


def _folded(looks: Iterable[tuple[int, bytes]], clocks: Mapping[int, Between], advance: Advance) -> list[Interval]:
    """Build every interval from looks, in the order of their sweeps."""
    going: dict[object, Interval] = {}
    ended: list[Interval] = []
    stays = _Ended()
    for sweep_id, packed in looks:
        look = lookrows.unpack(sweep_id, packed)
        if sweep_id in clocks:
            look = righted(look, clocks[sweep_id])
        for one in advance([*going.values(), *stays.since(look.remembers)], look):
            if one.ended is None:
                going[one.key] = one
            else:
                going.pop(one.key, None)
                ended.append(one)
                stays.add(one)
    return [*ended, *going.values()]


class _Ended:
    """Stays that ended, by when: sweeps may be dated before earlier ones."""

    def __init__(self) -> None:
        self._stays: list[Interval] = []

    def add(self, one: Interval) -> None:
        if one.place is not None:
            insort(self._stays, one, key=_end)

    def since(self, when: datetime | None) -> list[Interval]:
        return [] if when is None else self._stays[bisect_left(self._stays, when, key=_end) :]


def _end(one: Interval) -> datetime:
    return one.ended or one.last_seen
