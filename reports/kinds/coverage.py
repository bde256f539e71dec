"""What do our answers rest on: which devices were read how completely, which addresses were asked?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness
from inventory.model.coverage import Table as DeviceTable
from inventory.model.location import Verdict
from inventory.model.observation import Status
from inventory.model.text import text
from reports import columns as c
from reports import data, rows, twice, vocabulary
from reports.columns import Column, Kind
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inventory.model.coverage import ReadState, TableCoverage
    from inventory.model.crosscheck import CrossCheck
    from inventory.model.factset import ScannedBlock
    from inventory.model.observation import Reconciliation
    from inventory.model.records import BroughtIn
    from inventory.model.text import Text
    from reports.data import Object

VERSION: Final = 1
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
_BROUGHT: Final = (c.DEVICE, c.RECORDED_AT, c.IMPORTED_BY, c.IMPORTED_AT, c.COLLECTION)
_TWICE: Final = (c.DEVICE, c.TABLE, c.COMPARED, c.AGREED, c.ONLY_SNMP, c.ONLY_SSH, c.DISAGREE, c.APART)
_DIFFER: Final = (c.DEVICE, c.TABLE, c.DIFFERENCE, c.SUBJECT, c.BY_SNMP, c.BY_SSH)
_TWICE_TITLE: Final = text("Read by SNMP and by SSH")
_DIFFER_TITLE: Final = text("Where the two readings disagree")
_BROUGHT_TITLE: Final = text("Brought in as recordings")
_ADDRESSES: Final = text("Addresses asked")
_DEVICES_TITLE: Final = text("Devices")
_ALL: Final = text("all tables")
_GAPS_TITLE: Final = text("What could not be read, and why")


@dataclass(frozen=True, slots=True)
class More:
    """What else is known of how devices were read."""

    brought: Sequence[BroughtIn] = ()
    """Recordings that came in."""
    crosschecks: Sequence[CrossCheck] = ()
    """Devices read both ways. A disagreement is about our reading, not about a unit."""


NO_MORE: Final = More()


def document(
    result: Reconciliation,
    tables: Sequence[TableCoverage],
    blocks: Sequence[ScannedBlock],
    limits: Mapping[str, Text] = NO_LIMITS,
    more: More = NO_MORE,
) -> Document:
    """Build the report.

    Args:
        result: what rests on it; its devices that nobody asked are listed, too.
        tables: the last read of every table.
        blocks: the addresses that were asked.
        limits: what the keys of :attr:`ScannedBlock.limits` mean.
        more: what else is known of how devices were read.
    """
    devices, gaps, asked = _devices(result, tables), _gaps(tables), _blocks(blocks, limits)
    both_ways = _twice(more.crosschecks)
    recordings = Table(
        _BROUGHT,
        tuple(Row((b.device, b.recorded_at, b.imported_by, b.imported_at, b.collection)) for b in more.brought),
    )
    return Document(
        key="coverage",
        title=text("Coverage"),
        as_of=result.as_of,
        lines=(*rows.coverage_lines(result.coverage), *_places_line(result)),
        sections=(
            Section(_DEVICES_TITLE, blocks=(devices,)),
            Section(_GAPS_TITLE, blocks=(gaps,)),
            *((Section(_BROUGHT_TITLE, blocks=(recordings,)),) if more.brought else ()),
            *((Section(_TWICE_TITLE, blocks=both_ways),) if more.crosschecks else ()),
            Section(_ADDRESSES, blocks=(asked,)),
        ),
        sheets=(
            Sheet("devices", _DEVICES_TITLE, devices),
            Sheet("gaps", text("Gaps"), gaps),
            *((Sheet("recordings", _BROUGHT_TITLE, recordings),) if more.brought else ()),
            *((Sheet("disagreements", _DIFFER_TITLE, both_ways[1]),) if more.crosschecks else ()),
            Sheet("prefixes", _ADDRESSES, asked),
            rows.coverage_sheet(result.coverage),
        ),
        notes=(text("Only a table read completely lets absence count."), *twice.notes(result.units)),
        version=VERSION,
    )


def json_document(
    result: Reconciliation,
    tables: Sequence[TableCoverage],
    blocks: Sequence[ScannedBlock],
    more: More = NO_MORE,
) -> Object:
    """Return the report as ``docs/schema/coverage.schema.json`` describes it."""
    return {
        "report": "coverage",
        "version": VERSION,
        "as_of": data.at(result.as_of),
        "coverage": data.coverage(result.coverage),
        "endpoints": _endpoints(result),
        "devices": [
            {"device": device, "read": verdict.value, "tables": [_table(one) for one in own]}
            for device, verdict, own in _judged(result, tables)
        ],
        "recordings": [
            {
                "device": one.device,
                "recorded_at": data.at(one.recorded_at),
                "imported_by": one.imported_by,
                "imported_at": data.at(one.imported_at),
                "collection": one.collection,
            }
            for one in more.brought
        ],
        "crosschecks": [_crosscheck(one) for one in more.crosschecks],
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


def _places(result: Reconciliation) -> Counter[Verdict]:
    seen = (f.observation for unit in result.units for f in unit.findings if f.status is not Status.VIRTUAL)
    return Counter(one.location.verdict for one in seen)


def _places_line(result: Reconciliation) -> tuple[Line, ...]:
    """Return how many endpoints' places are known how exactly; nothing where none was seen."""
    places = _places(result)
    exact, every = places[Verdict.EXACT], places.total()
    if not every:
        return ()
    said = text("{done} of {all}", done=exact, all=every)
    note = text(
        "{bounded} behind a port, {several} at one of several, {unplaced} only in gateways' tables or by answers",
        bounded=places[Verdict.BOUNDED],
        several=places[Verdict.AMBIGUOUS],
        unplaced=places[Verdict.L3_ONLY] + places[Verdict.PROBE_ONLY],
    )
    return (Line(text("Places known exactly"), said, None if exact == every else note),)


def _endpoints(result: Reconciliation) -> Object:
    places = _places(result)
    return {
        "observed": places.total(),
        "places": {verdict.value: places[verdict] for verdict in Verdict},
        "may_be_counted_twice": data.counted_twice(result.units),
    }


def _table(one: TableCoverage) -> Object:
    return {
        "table": one.table.value,
        "completeness": one.completeness.value,
        "reason": data.words(one.reason),
        "rows": one.rows,
        "rejected": one.rejected,
        "source": one.source,
        "at": data.at(one.at),
    }


def _crosscheck(one: CrossCheck) -> Object:
    return {
        "device": one.device,
        "table": one.table.value,
        "apart_s": round(one.apart_s, 1),
        "compared": one.compared,
        "agreed": one.agreed,
        "only_snmp": one.only_snmp,
        "only_ssh": one.only_ssh,
        "disagreements": [
            {"difference": d.difference.value, "subject": d.subject, "snmp": d.snmp, "ssh": d.ssh}
            for d in one.disagreements
        ],
    }


def _twice(found: Sequence[CrossCheck]) -> tuple[Table, Table]:
    """Return how each table compares, and each thing that differs."""
    compared = []
    for one in found:
        counts = (one.compared, one.agreed, one.only_snmp, one.only_ssh, len(one.disagreements), round(one.apart_s))
        compared.append(Row((one.device, one.table, *counts), Tone.WARN if one.disagreements else Tone.GOOD))
    differing = tuple(
        Row((one.device, one.table, d.difference, d.subject, d.snmp, d.ssh), Tone.WARN)
        for one in found
        for d in one.disagreements
    )
    nothing = text("Both readings agree; what only one has may have aged in between.")
    return Table(_TWICE, tuple(compared)), Table(_DIFFER, differing, caption=_DIFFER_TITLE, empty=nothing)


def _order(one: TableCoverage) -> tuple[str, int, str, str]:
    return one.device, list(DeviceTable).index(one.table), one.source, one.at.isoformat()


def _judged(
    result: Reconciliation, tables: Iterable[TableCoverage]
) -> list[tuple[str, ReadState, list[TableCoverage]]]:
    """Return every device with its verdict and its tables, in the order of their names."""
    found: dict[str, list[TableCoverage]] = {}
    for one in sorted(tables, key=_order):
        found.setdefault(one.device, []).append(one)
    return [(device, verdict, found.get(device, [])) for device, verdict in result.devices]


def _sorted(blocks: Iterable[ScannedBlock]) -> list[ScannedBlock]:
    return sorted(blocks, key=lambda b: (b.plane, b.network.version, int(b.network.network_address), b.asked, b.alive))


def _devices(result: Reconciliation, tables: Sequence[TableCoverage]) -> Table:
    made = []
    for device, verdict, own in _judged(result, tables):
        ends = {one.table.value: one.completeness for one in own}
        made.append(Row((device, verdict, *(ends.get(column.key) for column in _PER_TABLE)), vocabulary.tone(verdict)))
    return Table(_DEVICES, tuple(made), empty=text("No device was asked."))


def _gaps(tables: Sequence[TableCoverage]) -> Table:
    whole = {Completeness.COMPLETE, Completeness.UNSUPPORTED}
    asked = Counter(one.device for one in tables)
    alike: dict[tuple[object, ...], list[TableCoverage]] = {}
    for one in sorted(tables, key=_order):
        if one.completeness not in whole or one.rejected:
            alike.setdefault((one.device, one.completeness, one.reason, one.source), []).append(one)
    return Table(
        _GAPS,
        tuple(row for same in alike.values() for row in _gap(same, asked[same[0].device])),
        empty=text("Everything that was asked was read completely."),
    )


def _gap(same: Sequence[TableCoverage], asked: int) -> Iterator[Row]:
    """Yield a row per table, or one for a device all of whose tables ended alike: it did not answer at all."""
    first = same[0]
    if len(same) == asked > 1:
        rows_, rejected = sum(one.rows for one in same), sum(one.rejected for one in same)
        latest = max(one.at for one in same)
        yield Row(
            (first.device, _ALL, first.completeness, first.reason, rows_, rejected, first.source, latest),
            vocabulary.tone(first.completeness),
        )
        return
    for one in same:
        cells = (one.device, one.table, one.completeness, one.reason, one.rows, one.rejected, one.source, one.at)
        yield Row(cells, vocabulary.tone(one.completeness))


def _blocks(blocks: Sequence[ScannedBlock], limits: Mapping[str, Text]) -> Table:
    made = tuple(
        Row((b.network, b.plane, b.asked, b.alive, tuple(limits.get(key, key) for key in b.limits) or None))
        for b in _sorted(blocks)
    )
    return Table(_BLOCKS, made, empty=text("No address was probed."))
