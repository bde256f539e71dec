"""Who is on this device, or on this port of it, and what does that rest on?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inventory.model.text import Text, text
from reports import columns as c
from reports import data, rows, vocabulary
from reports.document import Document, Row, Section, Sheet, Step, Steps, Table, Tone
from reports.kinds import location

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.model.coverage import TableCoverage
    from inventory.model.facts import InterfaceFact
    from inventory.model.observation import Finding
    from inventory.model.records import DeviceView, StatementView
    from reports.cells import Cell
    from reports.data import Object, Vendor
    from reports.kinds.whose import Whose

_FIRST: Final = replace(c.PORT, priority=0)
_NAMED: Final = (c.IP, c.MAC, c.UNIT, c.STATUS)
_COLUMNS: Final = (
    *(_FIRST, *_NAMED),
    *(column for column in rows.ENDPOINT if column not in {c.PORT, c.DEVICE, *_NAMED}),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One device, or one port of it."""

    device: DeviceView
    port: str | None
    interface: InterfaceFact | None
    """What the device said of the port; None where it was not read lately."""
    table: TableCoverage | None
    """The newest read of its forwarding table."""
    found: tuple[Finding, ...]
    perhaps: tuple[Finding, ...]
    """Endpoints behind a port of another device that leads here, among others."""
    as_of: datetime
    stated: tuple[StatementView, ...] = ()
    """What people state about it, and what applies today."""


def document(shown: Shown, whose: Whose, vendor: Vendor) -> Document:
    """Build the answer."""
    place: Cell = shown.device.name
    if shown.port is not None:
        place = text("{device}, port {port}", device=shown.device.name, port=shown.port)
    table = _table(shown, vendor)
    sections = [
        Section(None, blocks=(Steps(tuple(_steps(shown, whose))),)),
        Section(text("Endpoints"), blocks=(table,)),
    ]
    if shown.perhaps:
        behind = (c.UNIT, *rows.ENDPOINT)
        made = (
            Row((one.attribution.unit, *rows.endpoint(one, vendor).cells))
            for one in sorted(shown.perhaps, key=rows.order)
        )
        sections.append(Section(text("Behind a port that leads here"), blocks=(Table(behind, tuple(made)),)))
    return Document(
        key="locate",
        title=text("Who is on {place}?", place=place),
        as_of=shown.as_of,
        sections=tuple(sections),
        sheets=(Sheet("matches", text("Matches"), table),),
        version=location.VERSION,
    )


def json_document(shown: Shown, whose: Whose, vendor: Vendor) -> Object:
    """Return the answer as ``docs/schema/locate.schema.json`` describes it."""
    said, read = shown.interface, shown.table
    query = shown.device.name if shown.port is None else f"{shown.device.name} {shown.port}"
    found = location.json_document(query, (*shown.found, *shown.perhaps), whose=whose, vendor=vendor)
    return {
        **found,
        "devices": [shown.device.name],
        "port": None
        if said is None
        else {
            "name": said.name,
            "alias": said.alias,
            "admin_up": said.admin_up,
            "oper_up": said.oper_up,
            "speed_mbps": said.speed_mbps,
            "at": data.at(said.at),
        },
        "forwarding_table": None
        if read is None
        else {"completeness": read.completeness.value, "rows": read.rows, "at": data.at(read.at)},
    }


def _steps(shown: Shown, whose: Whose) -> list[Step]:
    steps = [Step(text("Network device"), shown.device.name, (shown.device.role, str(shown.device.address)))]
    if shown.interface is not None:
        steps.append(_port(shown.interface))
    steps += [_stated(one) for one in shown.stated]
    read = shown.table
    if read is None:
        steps.append(Step(text("MAC table"), text("not read lately"), (), Tone.WARN))
    else:
        told = text("{at}  rows: {count} ({source})", at=read.at, count=read.rows, source=read.source)
        reason = (read.reason,) if read.reason else ()
        steps.append(Step(text("MAC table"), read.completeness, (told, *reason), vocabulary.tone(read.completeness)))
    code = shown.device.point
    steps += whose.point(code)
    if code is not None and code in whose.points:
        steps += whose.unit(whose.points[code].unit)
    return steps


def _stated(one: StatementView) -> Step:
    leads: Cell = one.leads
    if one.other is not None:
        other = f"{one.other} {one.other_port}" if one.other_port else one.other
        leads = text("{leads}: {other}", leads=vocabulary.word(one.leads) or one.leads.value, other=other)
    told = (one.port, *((one.reason,) if one.reason else ()))
    return Step(text("Stated by people"), leads, told)


def _port(said: InterfaceFact) -> Step:
    state: Cell = None
    if said.admin_up is False:
        state = text("switched off")
    elif said.oper_up is not None:
        state = text("up") if said.oper_up else text("down")
    told: list[Cell] = [state] if state else []
    told += [text("{speed} Mbit/s", speed=said.speed_mbps)] if said.speed_mbps else []
    told += [text("described as {alias}", alias=said.alias)] if said.alias else []
    told.append(text("said at {at}", at=said.at))
    return Step(text("Port"), said.name, tuple(told))


def _table(shown: Shown, vendor: Vendor) -> Table:
    found = sorted(shown.found, key=_order)
    empty: Text = text("Nothing is known to be here.")
    return Table(_COLUMNS, tuple(_row(one, vendor) for one in found), empty=empty)


def _row(finding: Finding, vendor: Vendor) -> Row:
    cells = dict(zip(rows.ENDPOINT, rows.endpoint(finding, vendor).cells, strict=True))
    wanted = {**cells, _FIRST: cells[c.PORT], c.UNIT: finding.attribution.unit, c.STATUS: finding.status}
    return Row(tuple(wanted[column] for column in _COLUMNS), vocabulary.tone(finding.status))


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.observation.location.place
    return (place is None, place.if_index if place else 0, *rows.order(finding))
