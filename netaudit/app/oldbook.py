"""Old .xls workbooks (and WPS .et files saved in that form), which offices still send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlrd

from netaudit.app.grids import MOST_COLUMNS, MOST_ROWS, Grid, Unreadable
from netaudit.app.workbook import LARGEST, OLE, damaged, filled_down, text_of, too_large, too_many

if TYPE_CHECKING:
    from pathlib import Path

    from xlrd.sheet import Cell, Sheet


def is_old(start: bytes) -> bool:
    """Whether a file beginning like this is an .xls workbook, whatever it is called."""
    return start.startswith(OLE)


def grids(path: Path) -> list[Grid]:
    """Read every worksheet that is not hidden.

    Raises:
        Unreadable: it is no workbook, damaged, or larger than any import is.
    """
    if path.stat().st_size > LARGEST:
        raise Unreadable(too_large())
    try:
        with xlrd.open_workbook(file_contents=path.read_bytes(), formatting_info=True, on_demand=True) as book:
            return [
                Grid(_rows(sheet, book.datemode), sheet.name)
                for sheet in (book.sheet_by_index(number) for number in range(book.nsheets))
                if sheet.visibility == 0
            ]
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 -- what the reader raises for damaged files has no common type
        raise Unreadable(damaged()) from None


def _rows(sheet: Sheet, datemode: int) -> tuple[tuple[str, ...], ...]:
    if sheet.nrows > MOST_ROWS or sheet.ncols > MOST_COLUMNS:
        raise Unreadable(too_many())
    rows = tuple(tuple(_text(cell, datemode) for cell in sheet.row(number)) for number in range(sheet.nrows))
    merges = ((top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return filled_down(rows, merges)


def _text(cell: Cell, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return text_of(xlrd.xldate_as_datetime(cell.value, datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return text_of(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    return text_of(cell.value)
