"""What do our answers rest on: which devices were read how completely, which addresses were asked?"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness
from inventory.model.coverage import Table as DeviceTable
from inventory.model.text import text
from reports import columns as c
from reports import data, rows, vocabulary
from reports.columns import Column, Kind
from reports.document import Document, Row, Section, Sheet, Table
from reports.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inventory.model.coverage import TableCoverage
    from inventory.model.factset import ScannedBlock
    from inventory.model.observation import CoverageCount
    from inventory.model.text import Text
    from reports.data import Object
    from reports.reading import Read

VERSION: Final = 1
NO_STATES: Final[Mapping[str, Read]] = MappingProxyType({})
NO_LIMITS: Final[Mapping[str, Text]] = MappingProxyType({})
_PER_TABLE: Final = (
    Column("system", text("System"), Kind.WORD, 13, priority=4),
    Column("interfaces", text("Interfaces"), Kind.WORD, 13, priority=2),
    Column("addresses", text("Own addresses"), Kind.WORD, 13, priority=5),
    Column("arp", text("ARP/ND"), Kind.WORD, 13),
    Column("fdb", text("MAC table"), Kind.WORD, 13),
    Column("lldp", text("LLDP"), Kind.WORD, 13, priority=1),
)
_DEVICES: Final = (c.DEVICE, c.READ, *_PER_TABLE)
_GAPS: Final = (c.DEVICE, c.TABLE, c.COMPLETENESS, c.REASON, c.ROWS, c.REJECTED, c.SOURCE, c.READ_AT)
_BLOCKS: Final = (c.CIDR, c.PLANE, c.ASKED, c.ALIVE, c.LIMITS)
_ADDRESSES: Final = text("Addresses asked")
_DEVICES_TITLE: Final = text("Devices")
_GAPS_TITLE: Final = text("What could not be read, and why")


def document(
    counted: CoverageCount,
    tables: Sequence[TableCoverage],
    blocks: Sequence[ScannedBlock],
    as_of: datetime | None = None,
    *,
    states: Mapping[str, Read] = NO_STATES,
    limits: Mapping[str, Text] = NO_LIMITS,
) -> Document:
    """Build the report.

    Args:
        counted: the totals the same answers rest on.
        tables: the last read of every table.
        blocks: the addresses one sweep asked.
        as_of: the moment the answer is about.
        states: how completely a device was read, where the caller has judged it by its role; a device without any
            table is listed, too. For other devices, a table they do not have is no gap.
        limits: what the keys of :attr:`ScannedBlock.limits` mean.
    """
    devices, gaps, asked = _devices(tables, states), _gaps(tables), _blocks(blocks, limits)
    return Document(
        key="coverage",
        title=text("Coverage"),
        as_of=as_of,
        lines=rows.coverage_lines(counted),
        sections=(
            Section(_DEVICES_TITLE, blocks=(devices,)),
            Section(_GAPS_TITLE, blocks=(gaps,)),
            Section(_ADDRESSES, blocks=(asked,)),
        ),
        sheets=(
            Sheet("devices", _DEVICES_TITLE, devices),
            Sheet("gaps", text("Gaps"), gaps),
            Sheet("prefixes", _ADDRESSES, asked),
            rows.coverage_sheet(counted),
        ),
        notes=(text("Only a table read completely lets absence count."),),
        version=VERSION,
    )


def json_document(
    counted: CoverageCount,
    tables: Sequence[TableCoverage],
    blocks: Sequence[ScannedBlock],
    as_of: datetime | None = None,
    *,
    states: Mapping[str, Read] = NO_STATES,
) -> Object:
    """Return the report as ``docs/schema/coverage.schema.json`` describes it."""
    return {
        "report": "coverage",
        "version": VERSION,
        "as_of": data.at(as_of),
        "coverage": data.coverage(counted),
        "devices": [
            {"device": device, "read": verdict.value, "tables": [_table(one) for one in own]}
            for device, verdict, own in _judged(tables, states)
        ],
        "prefixes": [
            {
                "cidr": str(block.network),
                "plane": block.plane,
                "asked": block.asked,
                "alive": block.alive,
                "limits": list(block.limits),
            }
            for block in _sorted(blocks)
        ],
    }


def _table(one: TableCoverage) -> Object:
    return {
        "table": one.table.value,
        "completeness": one.completeness.value,
        "reason": one.reason,
        "rows": one.rows,
        "rejected": one.rejected,
        "source": one.source,
        "at": data.at(one.at),
    }


def _order(one: TableCoverage) -> tuple[str, int, str, str]:
    return one.device, list(DeviceTable).index(one.table), one.source, one.at.isoformat()


def _judged(tables: Iterable[TableCoverage], states: Mapping[str, Read]) -> list[tuple[str, Read, list[TableCoverage]]]:
    """Return every device with its verdict and its tables, in the order of their names."""
    found: dict[str, list[TableCoverage]] = {device: [] for device in states}
    for one in sorted(tables, key=_order):
        found.setdefault(one.device, []).append(one)
    return [(device, states.get(device) or read(own), own) for device, own in sorted(found.items())]


def _sorted(blocks: Iterable[ScannedBlock]) -> list[ScannedBlock]:
    return sorted(blocks, key=lambda b: (b.plane, b.network.version, int(b.network.network_address), b.asked, b.alive))


def _devices(tables: Sequence[TableCoverage], states: Mapping[str, Read]) -> Table:
    made = []
    for device, verdict, own in _judged(tables, states):
        ends = {one.table.value: one.completeness for one in own}
        made.append(Row((device, verdict, *(ends.get(column.key) for column in _PER_TABLE)), vocabulary.tone(verdict)))
    return Table(_DEVICES, tuple(made), empty=text("No device was asked."))


def _gaps(tables: Sequence[TableCoverage]) -> Table:
    whole = {Completeness.COMPLETE, Completeness.UNSUPPORTED}
    made = tuple(
        Row(
            (one.device, one.table, one.completeness, one.reason, one.rows, one.rejected, one.source, one.at),
            vocabulary.tone(one.completeness),
        )
        for one in sorted(tables, key=_order)
        if one.completeness not in whole or one.rejected
    )
    return Table(_GAPS, made, empty=text("Everything that was asked was read completely."))


def _blocks(blocks: Sequence[ScannedBlock], limits: Mapping[str, Text]) -> Table:
    made = tuple(
        Row((b.network, b.plane, b.asked, b.alive, tuple(limits.get(key, key) for key in b.limits) or None))
        for b in _sorted(blocks)
    )
    return Table(_BLOCKS, made, empty=text("No address was probed."))
