"""The rows of a forwarding table before and after their port and VLAN are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.facts import FdbRow, FdbStatus
from probes.mibs.cells import Decoded, Rows, integer, mac_of_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from inventory.model.values import Mac
    from probes.mibs.ports import PortMap

_INVALID = 2
_TORN_ALLOWED = 0.01
_STATUSES = {1: FdbStatus.OTHER, 3: FdbStatus.LEARNED, 4: FdbStatus.SELF, 5: FdbStatus.MGMT}


@dataclass(frozen=True, slots=True)
class Learned:
    """One row of a forwarding table as the agent gave it."""

    table: str
    mac: Mac
    raw_port: int
    status: FdbStatus
    fdb_id: int | None
    vlan: int | None = None
    """Where the table itself tells it."""
    if_index: int | None = None
    """Where the table itself tells it, and no port number has to be read."""


def read_rows(rows: Rows, table: str, *, with_fdb_id: bool) -> Decoded[Learned]:
    """Read the port and status columns of a forwarding table.

    The MAC comes from the index, so a row that ages out between two requests cannot lend its MAC to another. A row
    without a port is half a row and rejected; a row the agent calls invalid is no fact. An agent without a status
    column leaves no choice but to take its rows as learned: its own addresses are recognised later, as such.
    """
    facts: list[Learned] = []
    rejected = 0
    for index, (port_cell, status_cell) in rows.items():
        mac = mac_of_index(index[1:] if with_fdb_id else index)
        port, status = integer(port_cell), integer(status_cell)
        if mac is None or port is None:
            rejected += 1
        elif status != _INVALID:
            known = FdbStatus.LEARNED if status is None else _STATUSES.get(status, FdbStatus.OTHER)
            facts.append(Learned(table, mac, port, known, index[0] if with_fdb_id else None))
    return Decoded(tuple(facts), rejected)


def torn(rows: Rows) -> int:
    """Return how many rows have a status but no port, where that is more than a row or two of a hundred.

    Rows come and go while a table is read, and one that goes between two answers is torn. Many of them say that the
    table is not one table.
    """
    count = sum(port is None for port, _ in rows.values())
    return count if count > max(1, _TORN_ALLOWED * len(rows)) else 0


def unite(*tables: Iterable[FdbRow]) -> tuple[FdbRow, ...]:
    """Unite tables, the most telling first: a row stays where no table before it says as much of that MAC and port.

    A row without a VLAN says less than one of the same MAC and port with one. One that names neither VLAN nor a known
    port says nothing of a MAC that another table places.
    """
    kept: list[FdbRow] = []
    with_vlan: set[tuple[Mac, _Port, int | None]] = set()
    on_port: set[tuple[Mac, _Port]] = set()
    placed: set[Mac] = set()
    for table in tables:
        fresh = []
        for row in table:
            key = (row.mac, _port(row))
            if row.vlan is not None:
                known = (*key, row.vlan) in with_vlan
            else:
                known = key in on_port or (row.if_index is None and row.mac in placed)
            if not known:
                fresh.append(row)
        with_vlan.update((row.mac, _port(row), row.vlan) for row in fresh)
        on_port.update((row.mac, _port(row)) for row in fresh)
        placed.update(row.mac for row in fresh if row.if_index is not None)
        kept += fresh
    return tuple(kept)


_Port: TypeAlias = tuple[int | None, int]


def _port(row: FdbRow) -> _Port:
    """Return what tells one port of a device from another: the interface, else the number the table gave."""
    return (None, row.raw_port) if row.if_index is None else (row.if_index, 0)


def fdb_rows(
    rows: Iterable[Learned], ports: PortMap, vlan_of: Callable[[int | None], int | None], device: str, at: datetime
) -> tuple[FdbRow, ...]:
    """Make facts of learned rows. Nothing is dropped: a row on no known port is evidence, too."""
    return tuple(
        FdbRow(
            device=device,
            mac=row.mac,
            if_index=ports.if_index(row.raw_port) if row.if_index is None else row.if_index,
            raw_port=row.raw_port,
            vlan=vlan_of(row.fdb_id) if row.vlan is None else row.vlan,
            fdb_id=row.fdb_id,
            status=row.status,
            at=at,
            table=row.table,
        )
        for row in rows
    )


def station_ports(rows: Iterable[Learned]) -> list[int]:
    """Return the raw port of every row that a station, not the bridge itself, put there."""
    return [row.raw_port for row in rows if row.status is FdbStatus.LEARNED and row.mac.is_station]


def vouched_ports(rows: Iterable[Learned], placed: Iterable[Learned]) -> list[tuple[int, int]]:
    """Return (port number, ifIndex) of the stations whose interface another table tells, where that is only one."""
    places: dict[Mac, set[int]] = {}
    for row in placed:
        if row.if_index is not None and row.status is FdbStatus.LEARNED:
            places.setdefault(row.mac, set()).add(row.if_index)
    return [
        (row.raw_port, if_index)
        for row in rows
        if row.raw_port > 0 and len(places.get(row.mac, ())) == 1
        for if_index in places[row.mac]
    ]
