"""An Excel workbook: a summary sheet to read, and data sheets to filter, each with its stable keys.

On data sheets row 1 is the heading, row 2 holds the columns' keys (hidden), data begins in row 3; the hidden sheet
``_netaudit`` says which report and version it is. So an exported sheet can be edited and read back.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from rich.cells import cell_len

from inventory.model.text import text
from inventory.model.values import rfc3339
from reports import vocabulary
from reports.cells import Ratio
from reports.columns import Kind
from reports.document import Tone
from reports.formats.defuse import printable, starts_formula
from reports.wording import Wording

if TYPE_CHECKING:
    from datetime import tzinfo

    from openpyxl.cell.cell import Cell as ExcelCell
    from openpyxl.worksheet.worksheet import Worksheet

    from inventory.model.text import Gettext
    from reports.cells import Cell
    from reports.columns import Column
    from reports.document import Document, Line, Row, Sheet, Table

META_SHEET: Final = "_netaudit"
KEY_ROW: Final = 2
FIRST_ROW: Final = 3
FONT: Final = "Microsoft YaHei"
_WIDEST: Final = 48
_LINE_HEIGHT: Final = 17
"""Points; set explicitly, because not every program makes room for broken lines by itself."""
_LONGEST_NAME: Final = 31
"""Characters of a worksheet's name, Excel's limit."""
_AS_TEXT: Final = "@"
_FORMATS: Final = {Kind.INT: "0", Kind.RATE: "0.00%", Kind.TIME: "yyyy-mm-dd hh:mm", Kind.DATE: "yyyy-mm-dd"}
_COLOURS: Final = {Tone.BAD: "C00000", Tone.WARN: "9C5700", Tone.GOOD: "00703C", Tone.MUTED: "7F7F7F"}
_HEAD_FILL: Final = PatternFill("solid", fgColor="1F4E79")
_HEAD_FONT: Final = Font(name=FONT, size=10, bold=True, color="FFFFFF")
_BODY_FONT: Final = Font(name=FONT, size=10)
_LINE: Final = Side(style="thin", color="D9D9D9")
_GRID: Final = Border(bottom=_LINE, right=_LINE)


def render(document: Document, gettext: Gettext, *, language: str = "en", zone: tzinfo | None = None) -> bytes:
    """Return the workbook as a file's content."""
    wording = Wording(gettext, zone)
    book = Workbook()
    for unused in book.worksheets:
        book.remove(unused)
    _summary(book.create_sheet(_name(wording.say(text("Summary")), [])), document, wording)
    for sheet in document.sheets:
        _data(book.create_sheet(_name(wording.say(sheet.title), book.sheetnames)), sheet, document, wording)
    _meta(book.create_sheet(META_SHEET), document, language)
    book.properties.title = printable(wording.say(document.title))
    book.properties.creator = "netaudit"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ---------------------------------------------------------------- sheets


def _summary(page: Worksheet, document: Document, wording: Wording) -> None:
    page.sheet_view.showGridLines = False
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 26, 34
    page.column_dimensions["C"].width = 60
    _put(page, 1, 1, wording.say(document.title)).font = Font(name=FONT, size=16, bold=True)
    row = 2
    if document.as_of is not None:
        told = text("As of {at}", at=wording.moment(document.as_of))
        _put(page, row, 1, wording.say(told)).font = Font(name=FONT, size=10, color=_COLOURS[Tone.MUTED])
    for line in document.lines:
        row += 1
        _summary_line(page, row + 1, line, wording)
    row += 2
    for note in (*(n for section in document.sections for n in section.notes), *document.notes):
        row += 1
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
        cell = _put(page, row, 1, wording.say(note))
        cell.font = Font(name=FONT, size=10, color="595959")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[row].height = _LINE_HEIGHT * (1 + cell_len(str(cell.value)) // 110) + 2
    _paper(page, document, wording, landscape=False)


def _summary_line(page: Worksheet, row: int, line: Line, wording: Wording) -> None:
    _put(page, row, 1, wording.say(line.label)).font = Font(name=FONT, size=10, color="595959")
    tone = line.tone or vocabulary.tone(line.value)
    colour = _COLOURS[tone] if tone else None
    _put(page, row, 2, wording.value_of(line)).font = Font(name=FONT, size=11, bold=True, color=colour)
    _put(page, row, 3, wording.say(line.note) if line.note else "").font = _BODY_FONT
    for column in (1, 2, 3):
        page.cell(row, column).border = Border(bottom=_LINE)
        page.cell(row, column).alignment = Alignment(vertical="center", wrap_text=True)
    page.row_dimensions[row].height = 20


def _data(page: Worksheet, sheet: Sheet, document: Document, wording: Wording) -> None:
    table = sheet.table
    widths = [_width(table, place, wording) for place in range(len(table.columns))]
    for number, column in enumerate(table.columns, 1):
        head = _put(page, 1, number, wording.say(column.title))
        head.font, head.fill = _HEAD_FONT, _HEAD_FILL
        head.alignment = Alignment(horizontal=column.align, vertical="center", indent=1, wrap_text=True)
        _put(page, KEY_ROW, number, column.key).number_format = _AS_TEXT
        page.column_dimensions[get_column_letter(number)].width = widths[number - 1]
    for place, row in enumerate(table.rows):
        _row(page, FIRST_ROW + place, row, table, wording)
        page.row_dimensions[FIRST_ROW + place].height = _LINE_HEIGHT * _lines(row, widths, wording)
    if not table.rows:
        _put(page, FIRST_ROW, 1, wording.say(table.empty)).font = _BODY_FONT
    page.row_dimensions[1].height = 24
    page.row_dimensions[KEY_ROW].hidden = True
    page.freeze_panes = f"{get_column_letter(_frozen(table.columns) + 1)}{FIRST_ROW}"
    page.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{max(FIRST_ROW - 1 + len(table.rows), KEY_ROW)}"
    page.print_title_rows = "1:1"
    _paper(page, document, wording, landscape=True)


def _row(page: Worksheet, number: int, row: Row, table: Table, wording: Wording) -> None:
    for place, (column, value) in enumerate(zip(table.columns, row.cells, strict=True)):
        cell = _fill(page, number, place + 1, column, value, wording)
        tone = vocabulary.tone(value) or (row.tone if not place or row.tone is Tone.MUTED else None)
        cell.font = Font(name=FONT, size=10, color=_COLOURS[tone]) if tone else _BODY_FONT
        cell.border = _GRID
        many = isinstance(value, tuple) and len(value) > 1
        cell.alignment = Alignment(
            horizontal=column.align, vertical="center", indent=1, wrap_text=column.breaks or many
        )


def _meta(page: Worksheet, document: Document, language: str) -> None:
    pairs: dict[str, str | int] = {
        "report": document.key,
        "version": document.version,
        "as_of": rfc3339(document.as_of) if document.as_of else "",
        "language": language,
    }
    for number, (key, value) in enumerate(pairs.items(), 1):
        page.cell(number, 1, key)
        page.cell(number, 2, value)
    page.sheet_state = "hidden"


def _paper(page: Worksheet, document: Document, wording: Wording, *, landscape: bool) -> None:
    page.page_setup.paperSize = 9  # A4
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.7, bottom=0.6, header=0.3, footer=0.3)  # inches
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    as_of = wording.moment(document.as_of) if document.as_of else ""
    head, foot = page.HeaderFooter.oddHeader, page.HeaderFooter.oddFooter
    if head is not None:
        # A single & starts a code in a header.
        head.left.text = printable(wording.say(document.title)).replace("&", "&&")
        head.right.text = as_of
    if foot is not None:
        foot.center.text = "&P / &N"


# ---------------------------------------------------------------- cells


def _fill(page: Worksheet, row: int, place: int, column: Column, value: Cell, wording: Wording) -> ExcelCell:
    """Write a typed value: numbers, rates and times as such, all else as text that stays text."""
    typed = _typed(value, wording)
    if typed is not None:
        cell = page.cell(row, place, typed)
        cell.number_format = _FORMATS.get(column.kind, "General")
        return cell
    cell = _put(page, row, place, "" if value is None else wording.show(value))
    if value is None:
        cell.value = None
    if column.kind not in {Kind.INT, Kind.RATE}:
        cell.number_format = _AS_TEXT
    return cell


def _typed(value: Cell, wording: Wording) -> int | float | datetime | date | None:
    """Return what Excel computes with; None for what is text to it."""
    if isinstance(value, Ratio):
        return None if value.value is None else value.part / value.whole
    if isinstance(value, datetime):
        return wording.local(value).replace(tzinfo=None)  # Excel knows no time zones
    if isinstance(value, bool) or not isinstance(value, int | float | date):
        return None
    return value


def _put(page: Worksheet, row: int, place: int, written: str) -> ExcelCell:
    """Write text as text, whatever it looks like."""
    cell = page.cell(row, place, printable(written))
    cell.data_type = "s"
    cell.quotePrefix = starts_formula(written)
    return cell


def _width(table: Table, place: int, wording: Wording) -> int:
    """Room for the longest line; a Chinese character takes two. The heading leaves room for the filter's arrow."""
    column = table.columns[place]
    head = cell_len(wording.say(column.title)) + 4
    longest = max((_longest(wording.show(row.cells[place])) for row in table.rows), default=0)
    return min(max(head, longest + 4), max(head, column.width + 4) if column.breaks else _WIDEST, _WIDEST)


def _lines(row: Row, widths: list[int], wording: Wording) -> int:
    """How many lines the row's tallest cell breaks into."""
    return max(
        sum(max(1, -(-cell_len(line) // (width - 4))) for line in wording.show(cell).split("\n"))
        for cell, width in zip(row.cells, widths, strict=True)
    )


def _longest(shown: str) -> int:
    return max(map(cell_len, shown.split("\n")))


def _frozen(columns: tuple[Column, ...]) -> int:
    """How many columns stay in view: up to the one that names the row."""
    naming = [
        i for i, column in enumerate(columns[:3], 1) if column.key in {"code", "unit_name", "ip", "device", "cidr"}
    ]
    return max(naming, default=0)


def _name(title: str, taken: list[str]) -> str:
    """Return a worksheet's name: short, without the characters Excel forbids, not used yet."""
    clean = "".join("-" if character in "[]:*?/\\" else character for character in printable(title)).strip("'")
    name, number = clean[:_LONGEST_NAME], 2
    while name in taken:
        name, number = f"{clean[: _LONGEST_NAME - 3]} {number}", number + 1
    return name
