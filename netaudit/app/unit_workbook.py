"""The workbook a unit fills in, and its receipt: the same rows, with what became of each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from inventory.filing.cells import read
from inventory.filing.unit_sheet import EDITABLE, HIDDEN, RESULT, UNIT_SHEET
from inventory.model.text import text
from netaudit.app import profile_sheet
from netaudit.app.template import word_of
from netaudit.app.workbook import FORMAT_MARK, FORMAT_VERSION
from reports.formats.defuse import printable, starts_formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from inventory.filing.layout import Column
    from inventory.model.text import Gettext, Text
    from netaudit.app.profile_sheet import Taken

META_SHEET: Final = "_netaudit"
_SPARE_ROWS: Final = 200
"""Empty rows ready to be filled in beneath the prefilled ones."""
_FIRST: Final = 3
_FONT: Final = "Microsoft YaHei"
_HEAD: Final = PatternFill("solid", fgColor="1F4E79")
_HEAD_OURS: Final = PatternFill("solid", fgColor="7F7F7F")
_OURS: Final = PatternFill("solid", fgColor="F2F2F2")
_TO_FILL: Final = PatternFill("solid", bgColor="FFF2CC")
"""Of a conditional format: there the background colour is the one that shows."""
_BAD: Final = PatternFill("solid", fgColor="F8CBAD")
_GOOD: Final = PatternFill("solid", fgColor="E2EFDA")
_LINE: Final = Side(style="thin", color="D9D9D9")
_GRID: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WIDTHS: Final = {
    "answer": 14, "ip": 17, "mac": 20, "seen_vendor": 18, "seen_place": 26, "seen_last": 17, "person": 11, "phone": 15,
    "device_type": 12, "brand_model": 16, "serial": 16, "os": 15, "location": 17, "addressing": 12, "internet": 12,
    "purpose": 14, "in_service_since": 13, "remark": 22, "result": 48,
}  # fmt: skip
_LONGEST_LIST: Final = 255


@dataclass(frozen=True, slots=True)
class Line:
    """One row: cells by column key, and in a receipt what became of it."""

    cells: Mapping[str, str]
    result: str | None = None
    good: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around the rows."""

    unit: str
    name: str
    contact: str | None = None
    as_of: str | None = None
    office: str | None = None


def workbook(
    heading: Heading,
    lines: Sequence[Line],
    required: frozenset[str],
    gettext: Gettext,
    network: Taken | None = None,
) -> bytes:
    """Return the workbook as a file's content; with results in the lines it is a receipt.

    Args:
        heading: the unit.
        lines: the rows.
        required: columns that have to be filled.
        gettext: the language.
        network: what the unit says of its network; None leaves that sheet out.
    """
    book = Workbook()
    book.properties.keywords = f"{FORMAT_MARK}{FORMAT_VERSION}"
    book.properties.creator = "netaudit"
    page = book.active
    assert page is not None  # noqa: S101 -- a new workbook has a sheet; openpyxl's types do not know
    page.title = gettext(UNIT_SHEET.title.message)[:31]
    for style in _styles():
        book.add_named_style(style)
    is_receipt = any(line.result is not None for line in lines)
    _head(page, required, gettext, is_receipt=is_receipt)
    for number, line in enumerate(lines, start=_FIRST):
        _row(page, number, line, gettext)
    last = _FIRST + len(lines) + _SPARE_ROWS - 1
    for number in range(_FIRST + len(lines), last + 1):
        _row(page, number, Line({}), gettext)
    _rules(page, last, required, gettext)
    _paper(page, heading, gettext)
    if network is not None:
        sheet = book.create_sheet(gettext(profile_sheet.TITLE.message))
        profile_sheet.write_sheet(sheet, network.answers, gettext, network.refusal)
    _instructions(book.create_sheet(gettext(text("Instructions").message)), heading, required, gettext)
    meta = book.create_sheet(META_SHEET)
    for pair in (("kind", "unit-sheet"), ("version", "1"), ("unit", heading.unit), ("as_of", heading.as_of or "")):
        meta.append(pair)
    meta.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(page: Worksheet, required: frozenset[str], gettext: Gettext, *, is_receipt: bool) -> None:
    for position, column in enumerate(UNIT_SHEET.columns, start=1):
        letter = get_column_letter(position)
        is_needed = column.key in required or column.key in {"ip", "mac"}
        title = gettext(column.title.message)
        cell = page.cell(1, position, f"{title} *" if is_needed else title)
        cell.font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
        cell.fill = _HEAD if column.key in EDITABLE else _HEAD_OURS
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.cell(2, position, column.key)
        page.column_dimensions[letter].width = _WIDTHS.get(column.key, 14)
        page.column_dimensions[letter].number_format = "@"
        if column in HIDDEN or column.key in {"unit", "plane", "point"} or (column is RESULT and not is_receipt):
            page.column_dimensions[letter].hidden = True
    page.row_dimensions[1].height = 32
    page.row_dimensions[2].hidden = True
    page.freeze_panes = "D3"


def _written(column: Column, line: Line, gettext: Gettext) -> str:
    """Return a cell's text; a choice in the word its drop-down list has."""
    cell = line.cells.get(column.key, "")
    value = read(column, cell) if column.choices and cell else None
    chosen = next((choice for choice in column.choices if choice.value == value), None)
    return printable(cell) if chosen is None else word_of(column, chosen, gettext)


def _style_of(column: Column) -> str:
    kind = "entry" if column.key in EDITABLE else "ours"
    return f"{kind}, wrapped" if column.key in {"remark", "seen_place"} else kind


def _styles() -> Iterator[NamedStyle]:
    """Yield the styles of rows; a style of its own for each of thousands of cells takes a second to make."""
    for kind, wrapped in product(("entry", "ours"), (False, True)):
        style = NamedStyle(f"{kind}, wrapped" if wrapped else kind, Font(name=_FONT, size=10), border=_GRID)
        style.number_format = "@"
        style.alignment = Alignment(vertical="center", wrap_text=wrapped)
        style.protection = Protection(locked=kind == "ours")
        if kind == "ours":
            style.fill = _OURS
        yield style


def _row(page: Worksheet, number: int, line: Line, gettext: Gettext) -> None:
    for position, column in enumerate(UNIT_SHEET.columns, start=1):
        written = _written(column, line, gettext)
        cell = page.cell(number, position)
        cell.style = _style_of(column)
        if written:
            cell.value = written
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.quotePrefix = starts_formula(written)
    if line.result is not None:
        cell = page.cell(number, len(UNIT_SHEET.columns), line.result)
        cell.fill = _GOOD if line.good else _BAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)


def _rules(page: Worksheet, last: int, required: frozenset[str], gettext: Gettext) -> None:
    """Add the drop-down lists, and a colour to what is still to be filled in."""
    page.protection.sheet = True  # without a password: against slips, not against people
    page.protection.formatColumns = page.protection.formatRows = False
    page.protection.sort = page.protection.autoFilter = False
    for position, column in enumerate(UNIT_SHEET.columns, start=1):
        letter = get_column_letter(position)
        words = ",".join(word_of(column, choice, gettext) for choice in column.choices)
        if words and len(words) <= _LONGEST_LIST:
            rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
            rule.error = gettext(text("Choose one of the list.").message)
            rule.add(f"{letter}{_FIRST}:{letter}{last}")
            page.add_data_validation(rule)
        if column.key in required:
            where = f"{letter}{_FIRST}:{letter}{last}"
            formula = f'AND($B{_FIRST}<>"",{letter}{_FIRST}="")'
            empty = Rule(type="expression", dxf=DifferentialStyle(fill=_TO_FILL), formula=[formula])
            page.conditional_formatting.add(where, empty)
    page.auto_filter.ref = f"A1:{get_column_letter(len(UNIT_SHEET.columns))}{last}"


def _paper(page: Worksheet, heading: Heading, gettext: Gettext) -> None:
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.8, bottom=0.6, header=0.3, footer=0.3)
    page.print_title_rows = "1:1"
    title = gettext(text("Registration of endpoints").message)
    page.HeaderFooter = HeaderFooter(
        oddHeader=HeaderFooterItem(center=_HeaderFooterPart(f"{heading.name} {title}".replace("&", "&&"))),
        oddFooter=HeaderFooterItem(right=_HeaderFooterPart("&P / &N")),
    )


def _instructions(page: Worksheet, heading: Heading, required: frozenset[str], gettext: Gettext) -> None:
    def say(message: Text) -> str:
        return message.render(gettext)

    needed = [column for column in UNIT_SHEET.columns if column.key in required]
    told: list[str] = [
        say(text("{unit}: registration of endpoints", unit=heading.name)),
        "",
        say(text("1. Each row is one network card. What the network showed is filled in; grey cells are not changed.")),
        say(text("2. Fill in the yellow cells: {columns}.", columns=_joined(needed, gettext))),
        say(text("3. Choose in the first column what to do with the row; empty means file it.")),
        say(text("4. Endpoints that are missing: write them into the empty rows at the end.")),
        say(
            text("5. Write the address of the wired network card; on Windows 'getmac /v' shows it, on Kylin 'ip link'.")
        ),
        say(
            text("6. The sheet 'Unit network' asks how your network is built: once a year, or when something changed.")
        ),
        say(text("7. Save as .xlsx and send it back. The receipt says in its last column what is to be corrected.")),
    ]
    if heading.office:
        told += ["", heading.office]
    if heading.as_of:
        told += ["", say(text("As of {at}", at=heading.as_of))]
    for number, line in enumerate(told, start=1):
        cell = page.cell(number, 1, line)
        cell.font = Font(name=_FONT, size=14 if number == 1 else 11, bold=number == 1)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 100
    page.sheet_view.showGridLines = False
    page.protection.sheet = True


def _joined(columns: Sequence[Column], gettext: Gettext) -> str:
    return gettext(", ").join(gettext(column.title.message) for column in columns)
