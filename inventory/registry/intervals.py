"""Intervals as rows of their two tables and back."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from inventory.model.history import Interval, Proof
from inventory.model.location import Place
from inventory.registry.columns import utc
from inventory.registry.tables.intervals import ADDRESS_INTERVALS, PLACE_INTERVALS
from inventory.registry.upsert import insert_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from inventory.model.history import EndpointKey
    from inventory.model.values import IPAddress

_TABLES: Final = (ADDRESS_INTERVALS, PLACE_INTERVALS)


def write(connection: Connection, changed: Iterable[Interval]) -> None:
    """Insert intervals, or put them in the place of those of the same key."""
    addresses: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    for one in changed:
        (places if one.ip is None else addresses).append(_row(one))
    for table, rows in ((ADDRESS_INTERVALS, addresses), (PLACE_INTERVALS, places)):
        if rows:
            _upsert(connection, table, rows)


def _upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    statement = insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    changing = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changing), rows)


def clear(connection: Connection) -> None:
    """Delete every interval."""
    for table in _TABLES:
        connection.execute(table.delete())


def going(connection: Connection) -> list[Interval]:
    """Return every interval that has not ended."""
    return [one for table in _TABLES for one in _select(connection, table, table.c.ended.is_(None))]


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


def everything(connection: Connection) -> list[Interval]:
    """Return every interval."""
    return [one for table in _TABLES for one in _select(connection, table, None)]


def _select(connection: Connection, table: Table, where: ColumnElement[bool] | None) -> list[Interval]:
    query = select(table) if where is None else select(table).where(where)
    made = _address if table is ADDRESS_INTERVALS else _on_port
    return [made(row) for row in connection.execute(query)]


def _row(one: Interval) -> dict[str, Any]:
    proofs = [one.opened, one.latest, one.elsewhere, one.closed]
    row: dict[str, Any] = {
        "plane": one.plane,
        "identity": one.identity,
        "opened_sweep": one.opened.sweep,
        "since": one.since,
        "last_seen": one.last_seen,
        "seen": one.seen,
        "misses": one.misses,
        "missing_since": one.missing_since,
        "ended": one.ended,
        "closing": one.closing,
        "holders": list(one.holders),
        "proofs": [None if proof is None else _written(proof) for proof in proofs],
    }
    if one.place is None:
        return row | {"ip": str(one.ip)}
    place = {"device": one.place.device, "port": one.place.port, "if_index": one.place.if_index}
    return row | place | {"verdict": one.verdict, "vlan": one.vlan}


def _written(proof: Proof) -> list[object]:
    return [proof.source, proof.device, utc(proof.at).isoformat(), proof.row, proof.sweep]


def _proof(written: list[Any]) -> Proof:
    source, device, at, row, sweep = written
    return Proof(source, device, datetime.fromisoformat(at), row, sweep)


def _address(row: Row[Any]) -> Interval:
    return Interval(row.plane, row.identity, ip_address(row.ip), None, **_common(row))


def _on_port(row: Row[Any]) -> Interval:
    place = Place(row.device, row.port, row.if_index)
    return Interval(row.plane, row.identity, None, place, verdict=row.verdict, vlan=row.vlan, **_common(row))


def _common(row: Row[Any]) -> dict[str, Any]:
    opened, latest, elsewhere, closed = (None if proof is None else _proof(proof) for proof in row.proofs)
    return {
        "since": row.since,
        "last_seen": row.last_seen,
        "opened": opened,
        "latest": latest,
        "holders": tuple(row.holders),
        "seen": row.seen,
        "misses": row.misses,
        "missing_since": row.missing_since,
        "elsewhere": elsewhere,
        "ended": row.ended,
        "closed": closed,
        "closing": row.closing,
    }
