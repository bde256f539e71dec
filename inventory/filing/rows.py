"""Rows of a sheet, from written cells to values, and where in which file each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from inventory.filing.cells import Fault, read, write
from inventory.filing.schema import TABLES
from inventory.model.batch import Batch, RecordKind
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TypeAlias

    from inventory.filing.layout import Table, Value
    from inventory.model.text import Text

    Simple: TypeAlias = UnitView | PointView | PrefixView | DeviceView | ContactView | ExclusionView | StatementView
    View: TypeAlias = Simple | RegistrationView
    Key: TypeAlias = tuple[Value, ...]
    """The values of a table's key columns, in their order."""


@dataclass(frozen=True, slots=True)
class Header:
    """One column as a sheet has it."""

    key: str
    """The stable key of the column it means."""
    written: str
    letter: str | None = None
    """The spreadsheet's name of the column, ``D``; None where there is none."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse a file, and where it is."""

    file: str
    reason: Text
    sheet: str | None = None
    row: int | None = None
    """Counted as the spreadsheet program shows it, the header included."""
    column: str | None = None
    """The column's stable key, or the unknown header."""
    header: str | None = None
    """The column's header as the sheet has it."""
    letter: str | None = None
    unknown: bool = False
    """Whether the only fault is a column the table does not have."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as written: cells by stable column key; columns the sheet does not have are absent."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One table as written in one file."""

    file: str
    kind: RecordKind
    headers: tuple[Header, ...]
    rows: tuple[RawRow, ...]
    sheet: str | None = None
    """The worksheet's name; None in a csv file."""

    @property
    def table(self) -> Table:
        """The table it holds."""
        return TABLES[self.kind]

    def problem(self, reason: Text, row: int | None = None, column: str | None = None) -> Problem:
        """Return a problem located in this sheet."""
        header = next((header for header in self.headers if header.key == column), None)
        return Problem(
            self.file,
            reason,
            self.sheet,
            row,
            column,
            header.written if header else column,
            header.letter if header else None,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row understood as far as possible."""

    sheet: RawSheet
    number: int
    values: dict[str, Value]
    """By column key; a column with a fault is absent."""
    given: frozenset[str]
    """Columns the sheet has."""
    faults: tuple[Problem, ...] = ()

    @property
    def kind(self) -> RecordKind:
        """The table it belongs to."""
        return self.sheet.kind

    @property
    def file(self) -> str:
        """The file it comes from."""
        return self.sheet.file

    @property
    def key(self) -> Key | None:
        """The record's natural key, or None where a part of it has a fault."""
        return key_of(self.kind, self.values)

    def problem(self, column: str, reason: Text) -> Problem:
        """Return a problem of one of its cells."""
        return self.sheet.problem(reason, self.number, column)

    def completed(self, stored: Mapping[str, Value] | None) -> Row:
        """Return the row with what the sheet has no column for taken from the stored record.

        A column that is not there was not asked for, so it empties nothing.
        """
        if stored is None:
            return self
        missing = {key: value for key, value in stored.items() if key not in self.given}
        return replace(self, values={**self.values, **missing})


def understood(sheet: RawSheet) -> tuple[Row, ...]:
    """Read every cell of a sheet; rows without any text are left out."""
    given = frozenset(header.key for header in sheet.headers)
    return tuple(_row(sheet, raw, given) for raw in sheet.rows if any(cell.strip() for cell in raw.cells.values()))


def _row(sheet: RawSheet, raw: RawRow, given: frozenset[str]) -> Row:
    values: dict[str, Value] = {}
    faults: list[Problem] = []
    for column in sheet.table.columns:
        value = read(column, raw.cells.get(column.key, ""))
        if not isinstance(value, Fault):
            values[column.key] = value
        elif column.key in given:
            faults.append(sheet.problem(value.reason, raw.number, column.key))
    return Row(sheet, raw.number, values, given, tuple(faults))


def key_of(kind: RecordKind, values: Mapping[str, Value]) -> Key | None:
    """Return a record's natural key, or None where a part of it is not known."""
    keys = TABLES[kind].keys
    return tuple(values[key] for key in keys) if all(key in values for key in keys) else None


def values_of(kind: RecordKind, view: View) -> dict[str, Value]:
    """Return what a sheet holds of a record."""
    return {column.key: getattr(view, column.key) for column in TABLES[kind].columns}


def cells_of(kind: RecordKind, view: View) -> dict[str, str]:
    """Return a record as the cells of a row, in the order of the columns."""
    return {key: write(value) for key, value in values_of(kind, view).items()}


def view_of(kind: RecordKind, values: Mapping[str, Any]) -> View:
    """Return the record a complete row describes."""
    if kind is RecordKind.REGISTRATION:
        return RegistrationView(id=0, **values)
    views: dict[RecordKind, type[Simple]] = {
        RecordKind.UNIT: UnitView,
        RecordKind.POINT: PointView,
        RecordKind.PREFIX: PrefixView,
        RecordKind.DEVICE: DeviceView,
        RecordKind.CONTACT: ContactView,
        RecordKind.EXCLUSION: ExclusionView,
        RecordKind.STATEMENT: StatementView,
    }
    return views[kind](**values)


@dataclass
class _Shelves:
    units: list[UnitView] = field(default_factory=list)
    points: list[PointView] = field(default_factory=list)
    prefixes: list[PrefixView] = field(default_factory=list)
    devices: list[DeviceView] = field(default_factory=list)
    contacts: list[ContactView] = field(default_factory=list)
    registrations: list[RegistrationView] = field(default_factory=list)
    exclusions: list[ExclusionView] = field(default_factory=list)
    statements: list[StatementView] = field(default_factory=list)


def batch_of(rows: Iterable[Row]) -> Batch:
    """Return the records of complete rows, ready for the registry."""
    shelves = _Shelves()
    for row in rows:
        getattr(shelves, row.kind.value).append(view_of(row.kind, row.values))
    return Batch(**{name: tuple(views) for name, views in vars(shelves).items()})


def records_in(batch: Batch) -> dict[RecordKind, tuple[View, ...]]:
    """Return a batch's records by kind."""
    return {kind: getattr(batch, kind.value) for kind in RecordKind}
