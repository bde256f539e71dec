"""Sheet files into raw tables: finding the tables of a workbook or csv file, and the header within them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inventory.filing.judgement import SheetFile
from inventory.filing.layout import Table, normalised
from inventory.filing.rows import Header, Problem, RawRow, RawSheet
from inventory.filing.schema import TABLES
from inventory.filing.tidying import tidied
from inventory.model.text import Text, text
from netaudit.app import csvfile, oldbook, workbook
from netaudit.app.grids import Grid, Unreadable, letter_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from inventory.model.batch import RecordKind

SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".csv", ".txt", ".tsv"})
_HEADER_WITHIN: Final = 20
"""Title rows a sheet may have above its header."""
_COUNTERS: Final = frozenset(normalised(name) for name in ("序号", "No.", "#", "行号", "no"))
"""Columns people number their rows in: never read."""
INSTRUCTIONS: Final = frozenset(normalised(name) for name in ("Instructions", "说明", "填表说明", "填写说明", "readme"))
"""Sheets and files that explain others."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as far as it could be read."""

    content: SheetFile
    remarks: tuple[Text, ...] = ()
    """What was left out on purpose."""
    others: tuple[Grid, ...] = ()
    """The sheets that were not read, where one was looked for."""


def table_of(name: str) -> Table | None:
    """Return the table a sheet's or file's name means: ``units``, ``单位``, ``备案-教育局``, ``registrations 2024``."""
    whole = normalised(name)
    exact = next((table for table in TABLES.values() if whole in table.names), None)
    if exact is not None:
        return exact
    for mark in " -_.(（":
        start, separator, _rest = name.partition(mark)
        if separator and (found := next((t for t in TABLES.values() if normalised(start) in t.names), None)):
            return found
    return None


def seems_instructions(name: str) -> bool:
    """Whether a sheet or file of that name explains the others."""
    return normalised(name) in INSTRUCTIONS


def read_file(path: Path, shown: str) -> Reading:
    """Read every table of a file.

    Args:
        path: the file.
        shown: its name in problems.
    """
    named = table_of(path.stem)
    try:
        grids = _grids(path, named)
    except Unreadable as error:
        kinds = frozenset({named.kind} if named else ())
        problem = Problem(shown, error.reason, row=error.row)
        return Reading(SheetFile(shown, problems=(problem,), kinds=kinds))
    chosen, remarks = _choose(grids, named)
    if not chosen:
        return Reading(SheetFile(shown, problems=(Problem(shown, _no_table(path, grids)),)))
    sheets: list[RawSheet] = []
    problems: list[Problem] = []
    left_out = list(remarks)
    for grid, table in chosen:
        found = _sheet(grid, table, shown)
        problems += found.problems
        left_out += found.remarks
        if found.sheet is not None:
            sheets.append(found.sheet)
    kinds = frozenset(table.kind for _grid, table in chosen)
    return Reading(SheetFile(shown, tuple(sheets), tuple(problems), kinds), tuple(left_out))


def read_table(path: Path, shown: str, table: Table) -> Reading:
    """Read the one sheet of a file that fits a table best; columns the table does not have are only mentioned."""
    try:
        grids = _grids(path, table)
    except Unreadable as error:
        return Reading(SheetFile(shown, problems=(Problem(shown, error.reason, row=error.row),)))

    def fit(grid: Grid) -> int:
        place = _header_place(grid.rows, table)
        return place.matches if place else 0

    best = max((grid for grid in grids if not seems_instructions(grid.name or "")), key=fit, default=None)
    if best is None:
        return Reading(SheetFile(shown, problems=(Problem(shown, text("There is nothing in it.")),)))
    found = _sheet(best, table, shown)
    unknown = [problem for problem in found.problems if problem.unknown]
    problems = tuple(problem for problem in found.problems if not problem.unknown)
    left_out = tuple(text("The column {header} is not read.", header=problem.header) for problem in unknown)
    sheets = () if found.sheet is None else (found.sheet,)
    others = tuple(grid for grid in grids if grid is not best)
    return Reading(SheetFile(shown, sheets, problems, frozenset({table.kind})), (*left_out, *found.remarks), others)


def _grids(path: Path, named: Table | None) -> Sequence[Grid]:
    start = workbook.checked_start(path)
    if workbook.is_workbook(start):
        return workbook.grids(path)
    if oldbook.is_old(start):
        return oldbook.grids(path)

    def fits(rows: Sequence[Sequence[str]]) -> int:
        tables = [named] if named else list(TABLES.values())
        return max((place.matches for table in tables if (place := _header_place(rows, table))), default=0)

    return [csvfile.grid(path, fits)]


def _choose(grids: Sequence[Grid], named: Table | None) -> tuple[list[tuple[Grid, Table]], tuple[Text, ...]]:
    """Pick the grids that are tables: by their own name, else the only one by the file's name."""
    content = [grid for grid in grids if not seems_instructions(grid.name or "")]
    chosen = [(grid, table) for grid in content if grid.name is not None and (table := table_of(grid.name))]
    if not chosen and named is not None and len(content) == 1:
        chosen = [(content[0], named)]
    left = [grid.name for grid in content if all(grid is not picked for picked, _table in chosen) and any(grid.rows)]
    return chosen, tuple(text("The sheet {sheet} is no import table and was not read.", sheet=name) for name in left)


def _no_table(path: Path, grids: Sequence[Grid]) -> Text:
    known = ", ".join(table.kind.value for table in TABLES.values())
    if grids and grids[0].name is None:
        return text(
            "{name} is not the name of an import table; name the file after one: {known}.", name=path.stem, known=known
        )
    found = ", ".join(str(grid.name) for grid in grids)
    return text(
        "No sheet is named like an import table ({found}); name it after one: {known}.", found=found, known=known
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a header is: the row with the names that count, and the row people see."""

    names: int
    visible: int
    matches: int


@dataclass(frozen=True, slots=True)
class _Found:
    sheet: RawSheet | None
    problems: tuple[Problem, ...]
    remarks: tuple[Text, ...] = ()


def _header_place(rows: Sequence[Sequence[str]], table: Table) -> _Place | None:
    """Find the header: the first row with two known columns; a row of stable keys beneath it takes over."""
    for number, row in enumerate(rows[:_HEADER_WITHIN]):
        matches = sum(table.column(cell) is not None for cell in row if cell.strip())
        if matches < 2:  # noqa: PLR2004 -- every table has two required columns; one hit may be a title
            continue
        beneath = number + 1
        if beneath < len(rows) and _all_keys(rows[beneath], table) and not _all_keys(row, table):
            return _Place(beneath, number, matches)
        above = rows[number - 1] if number else ()
        visible = number - 1 if _all_keys(row, table) and sum(bool(c.strip()) for c in above) > 1 else number
        return _Place(number, visible, matches)
    return None


def _all_keys(row: Sequence[str], table: Table) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    return len(filled) > 1 and all(cell in table.by_key for cell in filled)


def _sheet(grid: Grid, table: Table, file: str) -> _Found:
    def problem(reason: Text, row: int | None = None, column: str | None = None, letter: str | None = None) -> Problem:
        return Problem(file, reason, grid.name, row, column, column, letter)

    if not any(any(cell.strip() for cell in row) for row in grid.rows):
        return _Found(None, (problem(text("There is nothing in it.")),))
    place = _header_place(grid.rows, table)
    if place is None:
        expected = ", ".join(column.key for column in table.columns if column.required)
        return _Found(None, (problem(text("No header was found; it needs at least: {columns}.", columns=expected)),))
    headers = dict(_headers(grid, table, place))
    number = place.visible + 1
    problems = [
        replace(
            problem(
                text("The column {header} is not known in this table.", header=h.written), number, h.written, h.letter
            ),
            unknown=True,
        )
        for h in headers.values()
        if h.key == _UNKNOWN
    ]
    counted = Counter(header.key for header in headers.values() if header.key != _UNKNOWN)
    problems += [
        problem(text("The column {header} is there twice.", header=h.written), number, h.written, h.letter)
        for position, h in headers.items()
        if counted[h.key] > 1 and any(other.key == h.key and at < position for at, other in headers.items())
    ]
    problems += [
        problem(
            text("The required column {column} ({key}) is missing.", column=column.title, key=column.key),
            number,
            column.key,
        )
        for column in table.columns
        if column.required and column.key not in counted
    ]
    known = {position: header for position, header in headers.items() if header.key != _UNKNOWN}
    problems += _overlong(grid, place, file)
    rows, remarks = tidied(table, _rows(grid, place, known))
    return _Found(RawSheet(file, table.kind, tuple(known.values()), rows, grid.name), tuple(problems), remarks)


_UNKNOWN: Final = ""


def _headers(grid: Grid, table: Table, place: _Place) -> Iterator[tuple[int, Header]]:
    visible = grid.rows[place.visible]
    for position, cell in enumerate(grid.rows[place.names]):
        shown = visible[position].strip() if position < len(visible) else ""
        if not cell.strip() or normalised(cell) in _COUNTERS:
            if place.names == place.visible or not shown or normalised(shown) in _COUNTERS:
                continue
            cell = shown  # noqa: PLW2901 -- a column added beside the hidden keys is known by its visible header
        column = table.column(cell)
        letter = letter_of(position) if grid.lettered else None
        written = " ".join((shown or cell).split())
        yield position, Header(column.key if column else _UNKNOWN, written, letter)


def _rows(grid: Grid, place: _Place, headers: dict[int, Header]) -> Iterator[RawRow]:
    for number, row in enumerate(grid.rows[place.names + 1 :], start=place.names + 2):
        cells = {h.key: row[at] if at < len(row) else "" for at, h in headers.items()}
        if any(cell.strip() for cell in cells.values()):
            yield RawRow(number, cells)


def _overlong(grid: Grid, place: _Place, file: str) -> Iterator[Problem]:
    """Yield csv rows with more cells than the header: a separator within a cell would shift all that follows."""
    if not grid.strict:
        return
    width = len(grid.rows[place.names])
    for number, row in enumerate(grid.rows[place.names + 1 :], start=place.names + 2):
        if any(cell.strip() for cell in row[width:]):
            reason = text(
                "The row has {found} cells, the header {width}; quote cells that hold a separator.",
                found=len(row),
                width=width,
            )
            yield Problem(file, reason, grid.name, number)


def order_of(kinds: frozenset[RecordKind]) -> int:
    """Return where a file belongs in the order of dependency."""
    ranks = {kind: rank for rank, kind in enumerate(TABLES)}
    return min((ranks[kind] for kind in kinds), default=len(ranks))
