"""The rows of a forwarding table before and after their port and VLAN are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.facts import FdbRow, FdbStatus
from probes.mibs.cells import Decoded, Rows, integer, mac_of_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from inventory.model.values import Mac
    from probes.mibs.ports import PortMap

_INVALID = 2
_STATUSES = {1: FdbStatus.OTHER, 3: FdbStatus.LEARNED, 4: FdbStatus.SELF, 5: FdbStatus.MGMT}


@dataclass(frozen=True, slots=True)
class Learned:
    """One row of a forwarding table as the agent gave it."""

    table: str
    mac: Mac
    raw_port: int
    status: FdbStatus
    fdb_id: int | None


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


def unite(per_vlan: Iterable[Learned], plain: Iterable[Learned]) -> tuple[Learned, ...]:
    """Unite both tables: a plain row stays only where no per-VLAN row says the same of that MAC and port."""
    first = tuple(per_vlan)
    said = {(row.mac, row.raw_port) for row in first}
    return first + tuple(row for row in plain if (row.mac, row.raw_port) not in said)


def fdb_rows(
    rows: Iterable[Learned], ports: PortMap, vlan_of: Callable[[int | None], int | None], device: str, at: datetime
) -> tuple[FdbRow, ...]:
    """Make facts of learned rows. Nothing is dropped: a row on no known port is evidence, too."""
    return tuple(
        FdbRow(
            device=device,
            mac=row.mac,
            if_index=ports.if_index(row.raw_port),
            raw_port=row.raw_port,
            vlan=vlan_of(row.fdb_id),
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
