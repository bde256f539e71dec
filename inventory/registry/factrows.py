"""Facts as rows of their tables and back, by name: one insert statement per table, one select per table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from ipaddress import ip_network
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from inventory.model.check import DeviceCheck
from inventory.model.coverage import TableCoverage
from inventory.model.crosscheck import CrossCheck
from inventory.model.facts import (
    AddressFact,
    ArpRow,
    DeviceFact,
    FdbRow,
    Identifier,
    InterfaceFact,
    LldpNeighbour,
    Sighting,
)
from inventory.model.factset import FactSet, ScannedBlock
from inventory.model.measurement import Measurement
from inventory.registry import bulk, factblocks, remembered
from inventory.registry.tables import facts as tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, RowMapping, Table

    from inventory.model.facts import Fact
    from inventory.model.values import IPAddress, Mac


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where one kind of fact lies. Fields of type Identifier take two columns, ``…_kind`` and ``…_value``."""

    fact: type[Any]
    table: Table
    member: str
    """The FactSet's member that holds them."""
    identifiers: tuple[str, ...] = ()

    def columns(self, sweep_id: int, facts: Sequence[object]) -> dict[str, Sequence[Any]]:
        """Return facts as columns of values."""
        found: dict[str, Sequence[Any]] = {"sweep_id": [sweep_id] * len(facts)}
        for field in fields(self.fact):
            values = list(map(attrgetter(field.name), facts))
            if field.name in self.identifiers:
                found[f"{field.name}_kind"] = [None if one is None else one.kind for one in values]
                found[f"{field.name}_value"] = [None if one is None else one.value for one in values]
            else:
                found[field.name] = values
        return found

    def read(self, connection: Connection, sweeps: Sequence[int]) -> tuple[Any, ...]:
        """Return the facts of these sweeps in the order of their arrival."""
        names = [field.name for field in fields(self.fact)]
        stored = [name for field in names for name in self._columns(field)]
        query = select(*(self.table.c[name] for name in stored)).where(self.table.c.sweep_id.in_(sweeps))
        result = connection.execute(query.order_by(self.table.c.id))
        # Rows of this kind were stored one by one before there were blocks; they stay where they are.
        blocks = factblocks.KINDS.get(self.fact)
        later = [] if blocks is None else factblocks.read(connection, blocks, sweeps)
        if not self.identifiers:
            return (*(self.fact(*row) for row in result), *later)
        found = (self.fact(**{name: self._value(name, row) for name in names}) for row in result.mappings())
        return (*found, *later)

    def _columns(self, field: str) -> tuple[str, ...]:
        return (f"{field}_kind", f"{field}_value") if field in self.identifiers else (field,)

    def _value(self, field: str, row: RowMapping) -> object:
        if field not in self.identifiers:
            return row[field]
        kind = row[f"{field}_kind"]
        return None if kind is None else Identifier(kind, row[f"{field}_value"])


_SHELVES = {
    shelf.fact: shelf
    for shelf in (
        _Shelf(Sighting, tables.SIGHTINGS, "sightings"),
        _Shelf(ArpRow, tables.ARP_ROWS, "arp"),
        _Shelf(FdbRow, tables.FDB_ROWS, "fdb"),
        _Shelf(LldpNeighbour, tables.LLDP_ROWS, "lldp", ("chassis", "port")),
        _Shelf(InterfaceFact, tables.INTERFACE_ROWS, "interfaces"),
        _Shelf(AddressFact, tables.ADDRESS_ROWS, "addresses"),
        _Shelf(DeviceFact, tables.DEVICE_ROWS, "devices", ("chassis",)),
        _Shelf(Measurement, tables.MEASUREMENT_ROWS, "measurements"),
        _Shelf(CrossCheck, tables.CROSSCHECK_ROWS, "crosschecks"),
        _Shelf(TableCoverage, tables.COVERAGE_ROWS, "coverage"),
    )
}


def append_facts(connection: Connection, sweep_id: int, facts: Iterable[Fact | TableCoverage]) -> None:
    """Insert facts of any kinds, each kind by one statement; the long tables as blocks."""
    by_kind: dict[type[Any], list[object]] = defaultdict(list)
    for kind, following in groupby(facts, type):
        by_kind[kind] += following
    factblocks.append(connection, sweep_id, {kind: by_kind.pop(kind) for kind in factblocks.KINDS if kind in by_kind})
    for kind, same in by_kind.items():
        shelf = _SHELVES[kind]
        bulk.insert(connection, shelf.table, shelf.columns(sweep_id, same))


def delete_facts(connection: Connection, sweep_id: int, device: str) -> None:
    """Delete what one device said in a sweep: only ever to put in its place what the same output says, read better."""
    factblocks.delete_blocks(connection, factblocks.of_device(sweep_id, device))
    for shelf in _SHELVES.values():
        # What sensors measured no command prints.
        if "device" in shelf.table.c and shelf.fact is not Measurement:
            mine = (shelf.table.c.sweep_id == sweep_id) & (shelf.table.c.device == device)
            connection.execute(delete(shelf.table).where(mine))


def append_block(connection: Connection, sweep_id: int, step: str, block: ScannedBlock) -> None:
    """Insert what was asked of one block."""
    connection.execute(
        insert(tables.BLOCK_ROWS).values(
            sweep_id=sweep_id,
            step=step,
            plane=block.plane,
            network=block.network,
            asked=block.asked,
            alive=block.alive,
            limits=list(block.limits),
            position=block.position,
            left_out=[str(network) for network in block.left_out],
        )
    )


def delete_block(connection: Connection, sweep_id: int, step: str) -> None:
    """Delete what was asked of a block by one step: only ever to say it anew."""
    row = tables.BLOCK_ROWS.c
    connection.execute(delete(tables.BLOCK_ROWS).where(row.sweep_id == sweep_id, row.step == step))


def read_facts(connection: Connection, sweeps: Sequence[int]) -> FactSet:
    """Return everything these sweeps were told, one statement per table."""
    members = {shelf.member: shelf.read(connection, sweeps) for shelf in _SHELVES.values()}
    known = remembered.cards(connection, min(sweeps), members["interfaces"]) if sweeps else ()
    return FactSet(**members, blocks=_blocks(connection, sweeps), remembered=known)


def read_measurements(connection: Connection, sweeps: Sequence[int]) -> tuple[Measurement, ...]:
    """Return what these sweeps measured, in the order it was stored."""
    found: tuple[Measurement, ...] = _SHELVES[Measurement].read(connection, sweeps)
    return found


def read_crosschecks(connection: Connection, sweeps: Sequence[int]) -> tuple[CrossCheck, ...]:
    """Return how the two readings of devices compared in these sweeps, in the order it was stored."""
    found: tuple[CrossCheck, ...] = _SHELVES[CrossCheck].read(connection, sweeps)
    return found


def read_devices(connection: Connection, sweeps: Sequence[int]) -> tuple[DeviceFact, ...]:
    """Return who the devices said they are, in the order it was stored."""
    found: tuple[DeviceFact, ...] = _SHELVES[DeviceFact].read(connection, sweeps)
    return found


def own_addresses(connection: Connection, sweeps: Sequence[int], ip: IPAddress) -> list[AddressFact]:
    """Return what devices said of an address of their own."""
    table = tables.ADDRESS_ROWS
    names = [one.name for one in fields(AddressFact)]
    query = select(*(table.c[name] for name in names)).where(table.c.sweep_id.in_(sweeps), table.c.ip == ip)
    return [AddressFact(*row) for row in connection.execute(query.order_by(table.c.id))]


def read_ends(connection: Connection, sweeps: Sequence[int]) -> FactSet:
    """Return blocks, and once each how tables ended and which addresses are devices' own: what silence rests on."""
    read, own = tables.COVERAGE_ROWS.c, tables.ADDRESS_ROWS.c
    ends = select(read.device, read.table, read.completeness, func.max(read.rows), func.max(read.at))
    ends = ends.where(read.sweep_id.in_(sweeps)).group_by(read.device, read.table, read.completeness)
    owned = select(own.device, own.plane, own.ip, func.max(own.if_index), func.max(own.at))
    owned = owned.where(own.sweep_id.in_(sweeps)).group_by(own.device, own.plane, own.ip)
    return FactSet(
        addresses=tuple(AddressFact(*row) for row in connection.execute(owned)),
        coverage=tuple(TableCoverage(*row) for row in connection.execute(ends)),
        blocks=_blocks(connection, sweeps),
    )


def read_of(connection: Connection, sweeps: Sequence[int], device: str) -> list[TableCoverage]:
    """Return how the tables of one device ended, in the order it was stored."""
    table = tables.COVERAGE_ROWS
    query = select(*(table.c[one.name] for one in fields(TableCoverage)))
    query = query.where(table.c.sweep_id.in_(sweeps), table.c.device == device)
    return [TableCoverage(*row) for row in connection.execute(query.order_by(table.c.id))]


def naming_card(connection: Connection, fact: type[Any], sweep_id: int, mac: Mac) -> list[Any]:
    """Return the interfaces, ARP or forwarding rows of a sweep that name a card."""
    return _naming(connection, fact, sweep_id, "mac", mac)


def of_device(connection: Connection, fact: type[Any], sweep_id: int, device: str) -> list[Any]:
    """Return the interfaces, ARP or forwarding rows of one device in a sweep."""
    return _naming(connection, fact, sweep_id, "device", device)


def _naming(connection: Connection, fact: type[Any], sweep_id: int, field: str, value: object) -> list[Any]:
    table = _SHELVES[fact].table
    names = [one.name for one in fields(fact)]
    query = select(*(table.c[name] for name in names)).where(table.c.sweep_id == sweep_id, table.c[field] == value)
    older = [fact(*row) for row in connection.execute(query.order_by(table.c.id))]
    return older + factblocks.naming(connection, factblocks.KINDS[fact], sweep_id, field, str(value))


_CHECK_FIELDS = tuple(field.name for field in fields(DeviceCheck))


def append_checks(connection: Connection, checks: Sequence[DeviceCheck]) -> None:
    """Insert what looks at devices found."""
    rows = [{name: getattr(check, name) for name in _CHECK_FIELDS} for check in checks]
    if rows:
        connection.execute(insert(tables.CHECK_ROWS), rows)


def last_checks(connection: Connection) -> tuple[DeviceCheck, ...]:
    """Return the last of each look at each device, by device and check."""
    table = tables.CHECK_ROWS
    newest = select(func.max(table.c.id)).group_by(table.c.device, table.c.check)
    query = select(*(table.c[name] for name in _CHECK_FIELDS)).where(table.c.id.in_(newest))
    return tuple(DeviceCheck(*row) for row in connection.execute(query.order_by(table.c.device, table.c.check)))


def read_sightings(connection: Connection, sweeps: Sequence[int]) -> tuple[Sighting, ...]:
    """Return what answered probes."""
    return tuple(_SHELVES[Sighting].read(connection, sweeps))


def read_coverage(connection: Connection, sweeps: Sequence[int]) -> FactSet:
    """Return the small tables only: blocks, coverage, the devices' own addresses."""
    return FactSet(
        addresses=_SHELVES[AddressFact].read(connection, sweeps),
        coverage=_SHELVES[TableCoverage].read(connection, sweeps),
        blocks=_blocks(connection, sweeps),
    )


def _blocks(connection: Connection, sweeps: Sequence[int]) -> tuple[ScannedBlock, ...]:
    """Return the blocks; of one that was scanned again within its sweep only the last, so that counts stay true."""
    row = tables.BLOCK_ROWS.c
    query = (
        select(row.sweep_id, row.plane, row.network, row.asked, row.alive, row.limits, row.position, row.left_out)
        .where(row.sweep_id.in_(sweeps))
        .order_by(row.id)
    )
    last = {
        (sweep_id, plane, network): ScannedBlock(
            plane, network, asked, alive, tuple(limits), position, tuple(map(ip_network, left_out or ()))
        )
        for sweep_id, plane, network, asked, alive, limits, position, left_out in connection.execute(query)
    }
    return tuple(last.values())
