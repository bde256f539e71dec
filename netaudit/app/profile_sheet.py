"""单位网络情况表 in a unit's workbook: one line per question, written out with what is known and read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from inventory.filing.cells import read
from inventory.filing.profile import BY_KEY, PROFILE, column_of
from inventory.model.text import text
from netaudit.app.template import word_of
from reports.formats.defuse import printable, starts_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from inventory.filing.layout import Column
    from inventory.filing.lifecycle import Refusal
    from inventory.model.text import Gettext, Text
    from netaudit.app.grids import Grid

TITLE: Final = text("Unit network")
_VERSION: Final = "version"
_ENOUGH: Final = 3
"""Questions a sheet has to have to be taken for this one."""
_FIRST: Final = 3
_ANSWER: Final = 3
_RESULT: Final = 5
_BEFORE: Final = 6
"""The hidden column with what was written out."""
_FONT: Final = "Microsoft YaHei"
_HEAD: Final = PatternFill("solid", fgColor="1F4E79")
_OURS: Final = PatternFill("solid", fgColor="F2F2F2")
_BAD: Final = PatternFill("solid", fgColor="F8CBAD")
_LINE: Final = Side(style="thin", color="D9D9D9")
_GRID: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a sheet says about a unit's network."""

    cells: Mapping[str, str]
    """By column key, as written."""
    version: int | None = None
    """Of the profile the sheet was written out with."""
    written_out: Mapping[str, str] | None = None
    """What stood there when the sheet was written out; None in a sheet of somebody else's making."""

    @property
    def given(self) -> dict[str, str]:
        """What the unit changed; of a sheet of its own making, what it filled in."""
        before = self.written_out
        if before is None:
            return {key: cell for key, cell in self.cells.items() if cell}
        return {key: cell for key, cell in self.cells.items() if cell != before.get(key, "")}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the answers."""

    answers: Answers
    changed: tuple[str, ...] = ()
    """Keys of the columns that changed."""
    refusal: Refusal | None = None
    titles: tuple[Text, ...] = field(default=())
    """The changed columns as people call them."""


def write_sheet(page: Worksheet, answers: Answers, gettext: Gettext, refusal: Refusal | None = None) -> None:
    """Write the questions, what is known, and what each means; a refusal stands beside its line."""
    for position, head in enumerate((text("Question"), text("Answer"), text("What to write")), start=2):
        cell = page.cell(1, position, gettext(head.message))
        cell.font = Font(name=_FONT, size=10, bold=True, color="FFFFFF")
        cell.fill, cell.border = _HEAD, _GRID
        cell.alignment = Alignment(horizontal="center", vertical="center")
    page.cell(2, 1, _VERSION)
    page.cell(2, _ANSWER, "" if answers.version is None else str(answers.version))
    page.row_dimensions[2].hidden = True
    page.column_dimensions["A"].hidden = page.column_dimensions["F"].hidden = True
    for letter, width in (("B", 26), ("C", 32), ("D", 60)):
        page.column_dimensions[letter].width = width
    for number, column in enumerate(PROFILE, start=_FIRST):
        shown = _question(page, number, column, answers.cells.get(column.key, ""), gettext)
        kept = page.cell(number, _BEFORE, shown if answers.written_out is None else answers.written_out[column.key])
        kept.number_format, kept.data_type = "@", "s"
        if refusal is not None and refusal.column == column.key:
            told = page.cell(number, _RESULT, refusal.reason.render(gettext))
            told.fill, told.alignment = _BAD, Alignment(wrap_text=True, vertical="center")
            page.column_dimensions["E"].width = 48
    if refusal is not None and refusal.column not in BY_KEY:
        page.cell(1, _RESULT, refusal.reason.render(gettext)).fill = _BAD
    page.protection.sheet = True  # without a password: against slips, not against people
    page.freeze_panes = "A3"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.sheet_view.showGridLines = False


def _question(page: Worksheet, number: int, column: Column, written: str, gettext: Gettext) -> str:
    page.cell(number, 1, column.key)
    for position, told in ((2, column.title), (4, column.explanation)):
        given = page.cell(number, position, gettext(told.message))
        given.font, given.fill, given.border = Font(name=_FONT, size=10), _OURS, _GRID
        given.alignment = Alignment(vertical="center", wrap_text=True)
    cell = page.cell(number, _ANSWER)
    cell.number_format, cell.border = "@", _GRID
    cell.font, cell.protection = Font(name=_FONT, size=10), Protection(locked=False)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    page.row_dimensions[number].height = 24
    value = read(column, written) if written else None
    chosen = next((choice for choice in column.choices if choice.value == value), None)
    shown = printable(written) if chosen is None else word_of(column, chosen, gettext)
    if shown:
        cell.value, cell.data_type = shown, "s"  # never a formula, whatever it begins with
        cell.quotePrefix = starts_formula(shown)
    if column.choices:
        words = ",".join(word_of(column, choice, gettext) for choice in column.choices)
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
        rule.error = gettext(text("Choose one of the list.").message)
        rule.add(cell.coordinate)
        page.add_data_validation(rule)
    return shown


def answers_in(grids: Iterable[Grid]) -> Answers | None:
    """Find the sheet among others and read it: by its hidden keys, or by what the questions are called."""
    for grid in grids:
        cells: dict[str, str] = {}
        before: dict[str, str] = {}
        version: int | None = None
        for row in grid.rows:
            if _cell(row, 1) == _VERSION:
                version = int(number) if (number := _cell(row, _ANSWER)).isdigit() else None
            elif (key := _cell(row, 1)) in BY_KEY:
                cells[key], before[key] = _cell(row, _ANSWER), _cell(row, _BEFORE)
            elif found := _answer(row):
                cells.setdefault(*found)
        if len(cells) >= _ENOUGH:
            return Answers(cells, version, before or None)
    return None


def _cell(row: Sequence[str], position: int) -> str:
    """Return the cell of a column counted from 1."""
    return row[position - 1].strip() if position <= len(row) else ""


def _answer(row: Sequence[str]) -> tuple[str, str] | None:
    """Return (column key, answer) of a line of somebody's own sheet: the answer is right of the question."""
    for position, cell in enumerate(row, start=1):
        column = column_of(cell) if cell.strip() else None
        if column is not None:
            return column.key, _cell(row, position + 1)
    return None
