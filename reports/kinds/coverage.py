"""What do our answers rest on: which devices were read how completely, which addresses were asked?"""

from __future__ import annotations

from collections import defaultdict
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
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from inventory.model.coverage import TableCoverage
    from inventory.model.factset import ScannedBlock
    from inventory.model.observation import CoverageCount
    from reports.data import Object

VERSION: Final = 1
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
) -> Document:
    """Build the report from the last read of every table and the blocks of one sweep."""
    devices, gaps, asked = _devices(tables), _gaps(tables), _blocks(blocks)
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
        notes=(text("Only a table read completely lets absence count. A table a device does not have is no gap."),),
        version=VERSION,
    )


def json_document(
    counted: CoverageCount,
    tables: Sequence[TableCoverage],
    blocks: Sequence[ScannedBlock],
    as_of: datetime | None = None,
) -> Object:
    """Return the report as ``docs/schema/coverage.schema.json`` describes it."""
    return {
        "report": "coverage",
        "version": VERSION,
        "as_of": data.at(as_of),
        "coverage": data.coverage(counted),
        "devices": [
            {"device": device, "read": read(own).value, "tables": [_table(one) for one in own]}
            for device, own in _by_device(tables)
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


def _by_device(tables: Iterable[TableCoverage]) -> list[tuple[str, list[TableCoverage]]]:
    found: dict[str, list[TableCoverage]] = defaultdict(list)
    for one in sorted(tables, key=_order):
        found[one.device].append(one)
    return list(found.items())


def _sorted(blocks: Iterable[ScannedBlock]) -> list[ScannedBlock]:
    return sorted(blocks, key=lambda b: (b.plane, b.network.version, int(b.network.network_address), b.asked, b.alive))


def _devices(tables: Sequence[TableCoverage]) -> Table:
    made = []
    for device, own in _by_device(tables):
        states = {one.table.value: one.completeness for one in own}
        verdict = read(own)
        made.append(
            Row((device, verdict, *(states.get(column.key) for column in _PER_TABLE)), vocabulary.tone(verdict))
        )
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


def _blocks(blocks: Sequence[ScannedBlock]) -> Table:
    made = tuple(
        Row((b.network, b.plane, b.asked, b.alive, tuple(vocabulary.limit(key) for key in b.limits) or None))
        for b in _sorted(blocks)
    )
    return Table(_BLOCKS, made, empty=text("No address was probed."))
