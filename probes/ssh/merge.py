"""One device read in two ways: which way speaks for which table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness, Table
from inventory.model.facts import AddressFact, ArpRow, DeviceFact, FdbRow, InterfaceFact, LldpNeighbour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.model.coverage import TableCoverage
    from inventory.model.facts import Fact
    from probes.contract import DeviceReading

_RANK: Final = (
    Completeness.TIMED_OUT,
    Completeness.REFUSED,
    Completeness.FAILED,
    Completeness.UNSUPPORTED,
    Completeness.TRUNCATED,
    Completeness.CHANGED,
    Completeness.COMPLETE,
)
"""The later one speaks."""
_TABLES: Final = {
    DeviceFact: Table.SYSTEM,
    InterfaceFact: Table.INTERFACES,
    AddressFact: Table.ADDRESSES,
    ArpRow: Table.ARP,
    FdbRow: Table.FDB,
    LldpNeighbour: Table.LLDP,
}


def table_of(fact: Fact) -> Table | None:
    """Return the table a fact is a row of; None for what no command line tells."""
    return _TABLES.get(type(fact))


def merged(first: DeviceReading, second: DeviceReading) -> DeviceReading:
    """Return one reading: each table as that way says it that read it better, ``first`` where both did as well.

    The rows of a table come from one way only, so that no station is in it twice. Ports are named by both: a row of
    one way may stand on a port that only this way lists.
    """
    ways = {entry.table: (entry, first) for entry in first.coverage}
    for entry in second.coverage:
        known = ways.get(entry.table)
        if known is None or _RANK.index(entry.completeness) > _RANK.index(known[0].completeness):
            ways[entry.table] = entry, second
    facts = [
        fact
        for reading in (first, second)
        for fact in reading.facts
        if _is_row(fact) and _speaker(ways, fact, first) is reading
    ]
    return replace(
        first,
        started_at=min(first.started_at, second.started_at),
        finished_at=max(first.finished_at, second.finished_at),
        facts=(*facts, *_ports(first, second), *_identity(first, second)),
        coverage=tuple(entry for entry, _reading in ways.values()),
        hint=first.hint or second.hint,
    )


def without(reading: DeviceReading, source: str) -> DeviceReading:
    """Return a reading without the tables that one way told."""
    gone = {entry.table for entry in reading.coverage if entry.source == source}
    facts = tuple(fact for fact in reading.facts if table_of(fact) not in gone)
    return replace(reading, facts=facts, coverage=tuple(entry for entry in reading.coverage if entry.source != source))


def _is_row(fact: Fact) -> bool:
    return not isinstance(fact, DeviceFact | InterfaceFact)


def _speaker(ways: dict[Table, tuple[TableCoverage, DeviceReading]], fact: Fact, first: DeviceReading) -> DeviceReading:
    table = table_of(fact)
    return ways[table][1] if table in ways else first


def _ports(first: DeviceReading, second: DeviceReading) -> Iterable[InterfaceFact]:
    known: dict[int, InterfaceFact] = {}
    for fact in (*first.facts, *second.facts):
        if isinstance(fact, InterfaceFact):
            known.setdefault(fact.if_index, fact)
    return known.values()


def _identity(first: DeviceReading, second: DeviceReading) -> list[DeviceFact]:
    """Return who the device is, what the first way does not know added from the second."""
    told = [fact for reading in (first, second) for fact in reading.facts if isinstance(fact, DeviceFact)]
    if not told:
        return []
    best, *others = told
    for other in others:
        gaps = {
            name: getattr(other, name)
            for name in ("sys_name", "sys_descr", "bridge_mac", "chassis", "model", "serial", "software", "platform")
            if getattr(best, name) is None
        }
        best = replace(best, **gaps)
    return [best]
