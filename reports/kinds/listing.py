"""What is in the registry: units, points, prefixes, devices, contacts, filings, as they were entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from inventory.model.privacy import mask_mail, mask_phone, mask_text
from inventory.model.records import PortMatch
from inventory.model.text import text
from inventory.model.values import rfc3339
from reports import columns as c
from reports import data, rows
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from inventory.model.observation import Finding
    from inventory.model.records import (
        ContactView,
        DeviceView,
        ExclusionView,
        PointView,
        PrefixView,
        RegistrationView,
        StatementView,
        UnitView,
    )
    from inventory.model.text import Text
    from reports.cells import Cell
    from reports.columns import Column
    from reports.data import Json, Object, Vendor

    Filed = UnitView | PointView | PrefixView | DeviceView | ContactView | RegistrationView
    Record = Filed | ExclusionView | StatementView

VERSION: Final = 1
EMPTY: Final = text("Nothing is registered yet.")
_ENDPOINTS: Final = text("Endpoints")
_UNREGISTERED: Final = text("Unregistered endpoints")
_ENDPOINT_COLUMNS: Final = (c.UNIT, *rows.ENDPOINT[:-1], c.STATUS, c.PROOF)

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "units": (c.CODE, c.NAME, c.PARENT, c.TIER, c.TYPE, c.DECLARED_ENDPOINTS),
    "points": (
        *(c.CODE, c.UNIT, c.NAME, c.TIER, c.ADDRESS_TEXT, c.ROOM, c.CARRIER, c.CIRCUIT, c.BANDWIDTH, c.POINT_STATUS),
        *(c.PROJECT, c.NAT, c.DEVICE, c.PORT),
    ),
    "prefixes": (
        c.CIDR,
        c.UNIT,
        c.POINT,
        c.PLANE,
        c.VLAN,
        c.GATEWAY,
        c.PREFIX_PURPOSE,
        c.DHCP,
        c.RATE_LIMIT,
        c.QUIET_HOURS,
    ),
    "devices": (
        *(c.NAME, c.DEVICE_ADDRESS, c.PLATFORM, c.POINT, c.ROLE, c.SNMP_PROFILE, c.SSH_PROFILE, c.SERIAL, c.MODEL),
    ),
    "contacts": (c.UNIT, c.NAME, c.ROLE, c.PHONE, c.EMAIL, c.VALID_FROM, c.VALID_TO),
    "exclusions": (c.EXCLUDED, c.REASON, c.UNTIL, c.APPLIES),
    "statements": (c.DEVICE, c.PORT, c.LEADS, c.FAR_DEVICE, c.FAR_PORT, c.REASON, c.UNTIL, c.APPLIES),
    "registrations": (
        *(c.NUMBER, c.UNIT, c.POINT, c.PERSON, c.PHONE, c.DEVICE_TYPE, c.BRAND_MODEL, c.SERIAL, c.OS, c.IP, c.MAC),
        *(c.PLANE, c.PLACE_TEXT, c.ADDRESSING, c.INTERNET, c.USE, c.SINCE, c.REMARK, c.STATE, c.FILED_AT),
    ),
}
"""The columns of each listing: keys are those of the import sheets and of the views."""
_AS_READ: Final = (c.PORT_MATCH, c.NEAREST)
PortAsRead: TypeAlias = "tuple[PortMatch | None, str | None]"
"""Whether a port is there, None where none is named; and the names nearest to one that is not."""

_TITLES: Final[Mapping[str, Text]] = {
    "units": text("Units"),
    "points": text("Points"),
    "prefixes": text("Prefixes"),
    "devices": text("Devices"),
    "contacts": text("Contacts"),
    "exclusions": text("Exclusions"),
    "statements": text("Statements about ports"),
    "registrations": text("Filings"),
}
_PERSONAL: Final[Mapping[str, Callable[[str | None], str | None]]] = {
    "phone": mask_phone,
    "email": mask_mail,
    "person": mask_text,
    "remark": mask_text,
}
"""Fields that may hold a phone number or mail address, and what hides it."""


def document(
    name: str,
    records: Sequence[Record],
    *,
    as_of: datetime | None = None,
    reveal: bool = False,
    ports: Sequence[PortAsRead] | None = None,
) -> Document:
    """Build the listing ``name`` (a key of :data:`COLUMNS`), records in the order given.

    Args:
        name: which.
        records: its rows.
        as_of: the moment it speaks of.
        reveal: show personal data in full.
        ports: of records that name a port, whether it is there, and the names nearest to one that is not.
    """
    made = [Row(cells(name, record, reveal=reveal)) for record in records]
    columns = COLUMNS[name]
    if ports is not None:
        columns = (*columns, *_AS_READ)
        made = [
            replace(row, cells=(*row.cells, *found), tone=Tone.WARN if found[0] is PortMatch.NO_PORT else row.tone)
            for row, found in zip(made, ports, strict=True)
        ]
    return _document(name, _TITLES[name], Table(columns, tuple(made), empty=EMPTY), as_of)


def cells(name: str, record: Record, *, reveal: bool = False) -> tuple[Cell, ...]:
    """Return one record as the cells of the listing ``name``, personal data masked unless revealed."""
    return tuple(_cell(record, column, name, reveal=reveal) for column in COLUMNS[name])


def json_array(
    name: str, records: Sequence[Record], *, reveal: bool = False, ports: Sequence[PortAsRead] | None = None
) -> list[Json]:
    """Return the listing as an array of objects, keys as in the import sheets."""
    made = [json_object(COLUMNS[name], cells(name, record, reveal=reveal)) for record in records]
    if ports is not None:
        made = [{**row, **json_object(_AS_READ, found)} for row, found in zip(made, ports, strict=True)]
    return [*made]


def json_object(columns: Sequence[Column], made: Sequence[Cell]) -> Object:
    """Return one row as an object, keys as in the columns."""
    return {column.key: _json(cell) for column, cell in zip(columns, made, strict=True)}


def endpoints_document(
    findings: Sequence[Finding],
    vendor: Vendor = data.nobody,
    *,
    as_of: datetime | None = None,
    only_unregistered: bool = False,
) -> Document:
    """Build the listing of observed endpoints, or of those nobody has filed."""
    made = []
    for finding in sorted(findings, key=rows.order):
        row = rows.endpoint(finding, vendor)
        made.append(Row((finding.attribution.unit, *row.cells[:-1], finding.status, row.cells[-1])))
    if only_unregistered:
        # The title says what the result column would repeat: it gives way before a place does.
        columns = tuple(replace(column, priority=7) if column is c.STATUS else column for column in _ENDPOINT_COLUMNS)
        table = Table(columns, tuple(made), empty=text("No endpoint that was seen is without a filing."))
        return _document("endpoints", _UNREGISTERED, table, as_of)
    table = Table(_ENDPOINT_COLUMNS, tuple(made), empty=text("No endpoint was seen yet: run a sweep."))
    return _document("endpoints", _ENDPOINTS, table, as_of)


def endpoints_json(findings: Sequence[Finding], vendor: Vendor = data.nobody) -> list[Json]:
    """Return observed endpoints as an array, each as in the report of unregistered ones, with its unit."""
    made: list[Json] = []
    for finding in sorted(findings, key=rows.order):
        found: Object = {**data.endpoint(finding, vendor), "unit": finding.attribution.unit}
        made.append(found)
    return made


def _document(name: str, title: Text, table: Table, as_of: datetime | None) -> Document:
    return Document(
        key=name,
        title=title,
        as_of=as_of,
        lines=(Line(text("Number"), len(table.rows)),),
        sections=(Section(None, blocks=(table,)),),
        sheets=(Sheet(name, title, table),),
        version=VERSION,
    )


def _cell(record: Record, column: Column, name: str, *, reveal: bool) -> Cell:
    value: Cell = getattr(record, column.key)
    if column is c.APPLIES:
        value = cast("ExclusionView | StatementView", record).applies(datetime.now(UTC).astimezone().date())
    return value if reveal else masked(name, column, value)


def masked(name: str, column: Column, value: Cell) -> Cell:
    """Return a value of the listing ``name`` with phone numbers and mail addresses hidden."""
    hide = _PERSONAL.get(column.key)
    if name == "contacts" and column is c.NAME:
        hide = mask_text
    if name == "registrations" and column in {c.PLACE_TEXT, c.USE}:
        hide = mask_text
    return value if hide is None or not isinstance(value, str) else hide(value)


def _json(cell: Cell) -> Json:
    if isinstance(cell, StrEnum):
        return cell.value
    if cell is None or isinstance(cell, str | int | float | bool):
        return cell
    if isinstance(cell, datetime):
        return rfc3339(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
