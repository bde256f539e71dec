"""Intervals as rows of their two tables and back."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_

from inventory.model.history import Interval, Proof
from inventory.model.location import Place
from inventory.model.values import parsed, written
from inventory.registry import bulk
from inventory.registry.tables.intervals import ADDRESS_INTERVALS, PLACE_INTERVALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Table

    from inventory.model.history import EndpointKey
    from inventory.model.values import IPAddress

_TABLES: Final = (ADDRESS_INTERVALS, PLACE_INTERVALS)
_SETTLED: Final = frozenset({"since", "ended", "closing"})
"""What does not change while an interval goes on."""


def write(connection: Connection, changed: Iterable[Interval]) -> None:
    """Insert intervals, or put them in the place of those of the same key."""
    going: list[Interval] = []
    ended: list[Interval] = []
    for one in changed:
        (going if one.ended is None else ended).append(one)
    _write(connection, ended, frozenset())
    _write(connection, going, _SETTLED)


def _write(connection: Connection, changed: Sequence[Interval], keeping: frozenset[str]) -> None:
    addresses = [one for one in changed if one.ip is not None]
    places = [one for one in changed if one.ip is None]
    ips = [written(one.ip) for one in addresses if one.ip is not None]
    bulk.insert(connection, ADDRESS_INTERVALS, {**_columns(addresses), "ip": ips}, over=True, keeping=keeping)
    found = [one.place for one in places if one.place is not None]
    of_places: dict[str, list[Any]] = {
        "device": [place.device for place in found],
        "port": [place.port for place in found],
        "if_index": [place.if_index for place in found],
        "verdict": [one.verdict for one in places],
        "vlan": [one.vlan for one in places],
        "way": [_ways(one.way) for one in places],
        "behind": [bulk.texts(one.behind) if one.behind else "[]" for one in places],
    }
    bulk.insert(connection, PLACE_INTERVALS, {**_columns(places), **of_places}, over=True, keeping=keeping)


def clear(connection: Connection) -> None:
    """Delete every interval."""
    for table in _TABLES:
        connection.execute(table.delete())


def going(connection: Connection) -> list[Interval]:
    """Return every interval that has not ended."""
    return [one for table in _TABLES for one in _select(connection, table, table.c.ended.is_(None))]


def ended_since(connection: Connection, since: datetime | None) -> list[Interval]:
    """Return every stay that ended at a time or later; none where the time is None."""
    return [] if since is None else _select(connection, PLACE_INTERVALS, PLACE_INTERVALS.c.ended >= since)


def of_endpoints(connection: Connection, keys: Sequence[EndpointKey]) -> list[Interval]:
    """Return all intervals of some endpoints."""
    if not keys:
        return []
    found: list[Interval] = []
    for table in _TABLES:
        same = or_(*((table.c.plane == plane) & (table.c.identity == identity) for plane, identity in keys))
        found += _select(connection, table, same)
    return found


def of_identity(connection: Connection, identity: str) -> list[Interval]:
    """Return all intervals of a MAC, or of an address without one, in every plane."""
    return [one for table in _TABLES for one in _select(connection, table, table.c.identity == identity)]


def of_address(connection: Connection, ip: IPAddress) -> list[Interval]:
    """Return who held an address, in every plane."""
    return _select(connection, ADDRESS_INTERVALS, ADDRESS_INTERVALS.c.ip == str(ip))


def of_device(connection: Connection, device: str) -> list[Interval]:
    """Return who was on the ports of a device."""
    return _select(connection, PLACE_INTERVALS, PLACE_INTERVALS.c.device == device)


def everything(connection: Connection) -> list[Interval]:
    """Return every interval."""
    return [one for table in _TABLES for one in _select(connection, table, None)]


def _select(connection: Connection, table: Table, where: ColumnElement[bool] | None) -> list[Interval]:
    names = [column.name for column in table.columns]
    found = dict(zip(names, bulk.select(connection, table, where), strict=True))
    subjects: Iterable[tuple[Any, ...]]
    if table is ADDRESS_INTERVALS:
        subjects = ((parsed(ip), None, None, None, (), ()) for ip in found["ip"])
    else:
        places = zip(found["device"], found["port"], found["if_index"], strict=True)
        ways = _tuples(found["way"], lambda way: tuple((device, port) for device, port in way or ()))
        behind = _tuples(found["behind"], lambda names: tuple(names or ()))
        more = zip(found["verdict"], found["vlan"], ways, behind, strict=True)
        subjects = ((None, Place(*place), *rest) for place, rest in zip(places, more, strict=True))
    made = zip(subjects, *(found[name] for name in _COMMON), strict=True)
    return [_interval(*row) for row in made]


def _tuples(lists: Sequence[Any], make: Callable[[Any], tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Make tuples of lists, of one that recurs once: many rows have the very same one."""
    known: dict[int, tuple[Any, ...]] = {}
    for one in lists:
        found = known.get(id(one))
        if found is None:
            found = known[id(one)] = make(one)
        yield found


_COMMON: Final = (
    "plane",
    "identity",
    "since",
    "last_seen",
    "proofs",
    "holders",
    "seen",
    "misses",
    "missing_since",
    "ended",
    "closing",
)


def _interval(subject: tuple[Any, ...], *common: Any) -> Interval:  # noqa: ANN401 -- a row's values, as _COMMON names them
    ip, place, verdict, vlan, way, behind = subject
    plane, identity, since, last_seen, proofs, holders, seen, misses, missing_since, ended, closing = common
    opened, latest, elsewhere, closed, *above = proofs
    return Interval(
        plane,
        identity,
        ip,
        place,
        since,
        last_seen,
        _proof(opened),
        _proof(latest),
        tuple(holders),
        seen,
        verdict,
        vlan,
        misses,
        missing_since,
        None if elsewhere is None else _proof(elsewhere),
        ended,
        None if closed is None else _proof(closed),
        closing,
        _proof(above[0]) if above else None,
        way,
        behind,
    )


def _columns(changed: Sequence[Interval]) -> dict[str, list[Any]]:
    return {
        "plane": [one.plane for one in changed],
        "identity": [one.identity for one in changed],
        "opened_sweep": [one.opened.sweep for one in changed],
        "since": [one.since for one in changed],
        "last_seen": [one.last_seen for one in changed],
        "seen": [one.seen for one in changed],
        "misses": [one.misses for one in changed],
        "missing_since": [one.missing_since for one in changed],
        "ended": [one.ended for one in changed],
        "closing": [one.closing for one in changed],
        "holders": [bulk.texts(one.holders) for one in changed],
        "proofs": [
            f"[{_written(one.opened)}, {_written(one.latest)}, {_written(one.elsewhere)}, {_written(one.closed)}"
            f"{']' if one.above is None else f', {_written(one.above)}]'}"
            for one in changed
        ],
    }


@lru_cache(maxsize=4096)
def _ways(way: tuple[tuple[str, str], ...]) -> str:
    """Return ports as JSON: the stations of a switch are reached by the same ones."""
    return bulk.written(way)


def _written(proof: Proof | None) -> str:
    if proof is None:
        return "null"
    source, device, at, row, sweep = proof
    return f"{bulk.origin(source, device, at)}, {bulk.quoted(row)}, {sweep}]"


@lru_cache(maxsize=4096)
def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _proof(written: list[Any]) -> Proof:
    source, device, at, row, sweep = written
    return Proof(source, device, _time(at), row, sweep)
