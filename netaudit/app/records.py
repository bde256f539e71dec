"""Single records: listed, shown, added, edited and removed under the rules of the import."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final

from inventory.filing.cells import Fault, read, write
from inventory.filing.differences import shown_key
from inventory.filing.judgement import SheetFile, judge, row_problems
from inventory.filing.layout import Column, Table
from inventory.filing.rows import Header, RawRow, RawSheet, batch_of, key_of, records_in, values_of
from inventory.filing.schema import TABLES
from inventory.model.batch import Batch, RecordKind
from inventory.model.errors import UsageError
from inventory.model.text import Text, text
from inventory.model.values import Mac
from netaudit.app.answer import Report
from netaudit.app.condition import last_measurements
from netaudit.app.stated import ReadPorts
from reports.document import Document, Line, Section
from reports.kinds import listing
from reports.kinds.devices import measurements_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inventory.filing.judgement import Judgement
    from inventory.filing.rows import Key, Problem, View
    from inventory.model.batch import RecordChange
    from inventory.model.records import UnitView
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings

__all__ = [
    "EDITABLE",
    "TABLES",
    "Column",
    "RecordKind",
    "Refused",
    "Table",
    "card_or_address",
    "doubts",
    "judged",
    "judged_rows",
    "list_",
    "records_around",
    "remove",
    "save",
    "show",
    "show_with_readings",
    "unit_of",
]

EDITABLE: Final = {
    "unit": RecordKind.UNIT,
    "point": RecordKind.POINT,
    "prefix": RecordKind.PREFIX,
    "device": RecordKind.DEVICE,
    "contact": RecordKind.CONTACT,
    "exclusion": RecordKind.EXCLUSION,
    "statement": RecordKind.STATEMENT,
}
"""The kinds with verbs of their own, by the command's name."""
_NAMES: Final = {kind: name for name, kind in EDITABLE.items()}
_REGISTRY_KEYS: Final = {RecordKind.PREFIX: ("plane", "cidr")}
"""Where the registry orders a key's parts otherwise than people do."""
_ONE: Final[Mapping[RecordKind, Text]] = {
    RecordKind.UNIT: text("unit"),
    RecordKind.POINT: text("point"),
    RecordKind.PREFIX: text("prefix"),
    RecordKind.DEVICE: text("device"),
    RecordKind.CONTACT: text("contact"),
    RecordKind.REGISTRATION: text("registration"),
    RecordKind.EXCLUSION: text("exclusion"),
    RecordKind.STATEMENT: text("statement"),
}


_NAMING: Final = frozenset({RecordKind.POINT, RecordKind.STATEMENT})
"""The kinds that may name ports."""


class Refused(UsageError):  # noqa: N818 -- it carries problems, as a refused file does
    """A record that breaks a rule; ``problems`` names every column and reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(text("The record was refused; nothing was stored."))
        self.problems = tuple(problems)


def list_(registry: Registry, kind: RecordKind, unit: str | None = None) -> Report:
    """List the records of a kind, of one unit or all.

    Raises:
        UsageError: there is no such unit.
    """
    views: Sequence[View] = records_in(registry.records())[kind]
    if unit is not None:
        unit_of(registry, unit)
        views = [view for view in views if getattr(view, "unit", None) == unit]
    read = ReadPorts(registry) if kind in _NAMING else None
    ports = None if read is None else [read.as_read(view) for view in views]
    return Report(listing.document(kind.value, views, ports=ports), listing.json_array(kind.value, views, ports=ports))


def show(registry: Registry, kind: RecordKind, written: Mapping[str, str]) -> Report:
    """Show one record, named by its key columns as written.

    Raises:
        UsageError: there is none.
    """
    return _shown(kind, _find(registry, kind, written))


def card_or_address(query: str) -> str:
    """Return an address or network card in its canonical spelling; anything else as it is."""
    if query.isascii() and query.isdigit() and len(query) < 12:  # noqa: PLR2004 -- digits of a bare MAC address
        return query
    for key in ("ip", "mac"):
        value = read(TABLES[RecordKind.REGISTRATION].by_key[key], query)
        if not isinstance(value, Fault):
            return str(value)
    return query


def save(registry: Registry, kind: RecordKind, written: Mapping[str, str], *, new: bool) -> RecordChange | None:
    """Add a record, or change the given columns of a stored one; return what changed.

    Raises:
        Refused: the record breaks a rule of the import.
        UsageError: it is there already (``new``), or it is not.
    """
    if not new:
        view = _find(registry, kind, written)
        written = {**written, **{name: write(values_of(kind, view)[name]) for name in TABLES[kind].keys}}
    stored = registry.records()
    judgement = judged(kind, written, stored)
    row, change = judgement.rows[0]
    if new and (change is None or not change.added):
        raise UsageError(
            text("The {kind} {key} is registered already.", kind=_ONE[kind], key=shown_key(kind, row.values)),
            text("Change it with the verb edit."),
        )
    if change is not None:
        registry.apply(judgement.batch, judged=stored)
    return change


def doubts(registry: Registry, kind: RecordKind, written: Mapping[str, str]) -> tuple[Text, ...]:
    """Return what is to be said of a stored record whose port nobody read; it is without effect until somebody does."""
    return tuple(ReadPorts(registry).doubts(_find(registry, kind, written))) if kind in _NAMING else ()


def judged(kind: RecordKind, written: Mapping[str, str], stored: Batch) -> Judgement:
    """Check one record's written cells as a row of an import is checked.

    Raises:
        Refused: the record breaks a rule of the import.
    """
    judgement = judge([SheetFile("", (_sheet(kind, [written]),), kinds=frozenset({kind}))], stored)
    if judgement.problems:
        raise Refused(judgement.problems)
    return judgement


def judged_rows(
    kind: RecordKind, written: Sequence[Mapping[str, str]], stored: Batch
) -> list[tuple[Batch, Problem | None]]:
    """Check several records as the rows of one import; return for each its record, or its first problem."""
    found = row_problems(SheetFile("", (_sheet(kind, written),), kinds=frozenset({kind})), stored)
    return [(Batch(), problems[0]) if problems else (batch_of([row]), None) for row, problems in found]


def records_around(registry: Registry, written: Sequence[Mapping[str, str]]) -> Batch:
    """Return what these written registrations are judged against: much less than all registrations."""
    columns = TABLES[RecordKind.REGISTRATION].by_key
    read_of = {key: [read(columns[key], row[key]) for row in written if row.get(key)] for key in ("mac", "ip")}
    cards = {value for value in read_of["mac"] if isinstance(value, Mac)}
    addresses = {value for value in read_of["ip"] if isinstance(value, IPv4Address | IPv6Address)}
    return registry.desk.around(cards, addresses)


def _sheet(kind: RecordKind, written: Sequence[Mapping[str, str]]) -> RawSheet:
    given = [column.key for column in TABLES[kind].columns if any(column.key in row for row in written)]
    headers = tuple(Header(key, f"--{key.replace('_', '-')}") for key in given)
    rows = (RawRow(n, {key: row.get(key, "") for key in given}) for n, row in enumerate(written, start=1))
    return RawSheet("", kind, headers, tuple(rows))


def remove(registry: Registry, kind: RecordKind, written: Mapping[str, str]) -> str:
    """Remove a record and return how it was called.

    Raises:
        UsageError: there is none.
        RegistryError: other records still name it; the message says which.
    """
    view = _find(registry, kind, written)
    registry.remove(_NAMES[kind], tuple(getattr(view, part) for part in _REGISTRY_KEYS.get(kind, TABLES[kind].keys)))
    return shown_key(kind, values_of(kind, view))


def _key(kind: RecordKind, written: Mapping[str, str]) -> Key:
    table = TABLES[kind]
    parts = []
    for name in table.keys:
        column = table.by_key[name]
        value = read(column, written.get(name, ""))
        if isinstance(value, Fault):
            raise UsageError(text("{column}: {reason}", column=column.title, reason=value.reason))
        parts.append(value)
    return tuple(parts)


def _find(registry: Registry, kind: RecordKind, written: Mapping[str, str]) -> View:
    """Return the record of a key; a part that may be empty and is not given need not be, where only one record fits."""
    table = TABLES[kind]
    key = _key(kind, written)
    views = records_in(registry.records())[kind]
    for view in views:
        if key_of(kind, values_of(kind, view)) == key:
            return view
    open_parts = {name for name in table.keys if not written.get(name) and table.by_key[name].default is None}
    wanted = {name: value for name, value in zip(table.keys, key, strict=True) if name not in open_parts}
    fitting = [view for view in views if all(getattr(view, name) == value for name, value in wanted.items())]
    if len(fitting) == 1:
        return fitting[0]
    raise _missing(kind, shown_key(kind, dict(zip(table.keys, key, strict=True))))


def unit_of(registry: Registry, code: str) -> UnitView:
    """Return a unit.

    Raises:
        UsageError: there is none of this code.
    """
    found = next((view for view in registry.units() if view.code == code), None)
    if found is None:
        raise _missing(RecordKind.UNIT, code)
    return found


def _missing(kind: RecordKind, key: str) -> UsageError:
    return UsageError(
        text("There is no {kind} {key}.", kind=_ONE[kind], key=key),
        text("List what is registered and check the spelling."),
    )


def show_with_readings(registry: Registry, settings: Settings, kind: RecordKind, written: Mapping[str, str]) -> Report:
    """Show one record; a device with what it measured when it was last read.

    Raises:
        UsageError: there is none.
    """
    shown = show(registry, kind, written)
    if kind is not RecordKind.DEVICE:
        return shown
    table = measurements_table(last_measurements(registry, settings, written["name"]))
    if not table.rows:
        return shown
    section = Section(text("Measured"), blocks=(table,))
    return replace(shown, document=replace(shown.document, sections=(*shown.document.sections, section)))


def _shown(kind: RecordKind, view: View) -> Report:
    """Turn the listing's one row by ninety degrees."""
    listed = listing.document(kind.value, [view])
    table = listed.sheets[0].table
    lines = tuple(Line(column.title, cell) for column, cell in zip(table.columns, table.rows[0].cells, strict=True))
    title = text("The {kind} {key}", kind=_ONE[kind], key=shown_key(kind, values_of(kind, view)))
    document: Document = replace(listed, title=title, lines=lines, sections=())
    return Report(document, listing.json_array(kind.value, [view])[0])
