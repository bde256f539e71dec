"""The empty import sheets, documented in the reader's language, so that filled in they import as they are."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from inventory.filing.cells import read
from inventory.filing.schema import TABLES
from inventory.model.errors import NetauditError, UsageError
from inventory.model.systemerrors import system_words
from inventory.model.text import text
from netaudit.app.workbook import FORMAT_MARK, FORMAT_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from inventory.filing.layout import Choice, Column, Table
    from inventory.model.text import Gettext

Form = Literal["xlsx", "csv"]

_LAST_ROW: Final = 5_000
"""Rows with drop-down lists."""
_LONGEST_LIST: Final = 255
"""Characters Excel allows a drop-down list written into its rule."""
_REQUIRED: Final = PatternFill("solid", fgColor="FFE699")
_OPTIONAL: Final = PatternFill("solid", fgColor="DDEBF7")
_BOLD: Final = Font(bold=True)
_TEXT_FORMAT: Final = "@"
_INSTRUCTIONS: Final = text("Instructions")
_HEADINGS: Final = (
    text("Column"),
    text("Required"),
    text("What to write"),
    text("Example"),
    text("Permitted values"),
    text("Stable name"),
)


def export(folder: Path, form: Form, gettext: Gettext, *, force: bool = False) -> tuple[Path, ...]:
    """Write one empty sheet per table and return the files.

    Raises:
        UsageError: a file is there already, and ``force`` was not given: nothing is written then.
        NetauditError: the folder cannot be written.
    """
    if form == "xlsx":
        content = {f"{table.kind.value}.xlsx": _workbook(table, gettext) for table in TABLES.values()}
    else:
        content = {f"{table.kind.value}.csv": _csv([list(table.by_key)]) for table in TABLES.values()}
        content["instructions.csv"] = _csv(_all_instructions(gettext))
    there = [name for name in content if (folder / name).exists()]
    if there and not force:
        raise UsageError(
            text("{folder} holds {files} already.", folder=folder, files=", ".join(there)),
            text("Name another folder, or overwrite them with --force."),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in content.items():
            _write(folder / name, data)
    except OSError as error:
        reason = system_words(error)
        raise NetauditError(text("{file} cannot be written: {reason}", file=folder, reason=reason)) from None
    return tuple(folder / name for name in content)


def _write(file: Path, data: bytes) -> None:
    partial = file.with_name(f".{file.name}.part")
    try:
        partial.write_bytes(data)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return csv as Excel and WPS read it in any language: UTF-8 with its mark."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _workbook(table: Table, gettext: Gettext) -> bytes:
    book = Workbook()
    book.properties.keywords = f"{FORMAT_MARK}{FORMAT_VERSION}"
    book.properties.creator = "netaudit"
    sheet = book.active
    assert sheet is not None  # noqa: S101 -- a new workbook has a sheet; openpyxl's types do not know
    sheet.title = table.kind.value
    for position, column in enumerate(table.columns, start=1):
        _column(sheet, position, column, gettext)
    sheet.row_dimensions[2].hidden = True
    sheet.freeze_panes = "A3"
    _explain(book.create_sheet(gettext(_INSTRUCTIONS.message)), table, gettext)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _column(sheet: Worksheet, position: int, column: Column, gettext: Gettext) -> None:
    letter = get_column_letter(position)
    title = gettext(column.title.message)
    header = sheet.cell(1, position, f"{title} *" if column.required else title)
    header.font = _BOLD
    header.fill = _REQUIRED if column.required else _OPTIONAL
    header.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.cell(2, position, column.key)
    # As text, neither a MAC address nor a phone number becomes a number.
    sheet.column_dimensions[letter].number_format = _TEXT_FORMAT
    sheet.column_dimensions[letter].width = max(14, 2 * len(title) + 4)
    for row in (1, 2):
        sheet.cell(row, position).number_format = _TEXT_FORMAT
    words = ",".join(word_of(column, choice, gettext) for choice in column.choices)
    if words and len(words) <= _LONGEST_LIST:
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
        rule.error = gettext(text("Choose one of the list.").message)
        rule.add(f"{letter}3:{letter}{_LAST_ROW}")
        sheet.add_data_validation(rule)


def word_of(column: Column, choice: Choice, gettext: Gettext) -> str:
    """Return the reader's word for a choice, where importing it gives that choice back; else the stable word."""
    word = gettext(choice.title.message)
    return word if "," not in word and read(column, word) == choice.value else choice.word


def _explain(sheet: Worksheet, table: Table, gettext: Gettext) -> None:
    sheet.append([gettext(heading.message) for heading in _HEADINGS])
    for row in _instructions(table, gettext):
        sheet.append(list(row))
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.number_format = _TEXT_FORMAT
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = _BOLD
    for position, width in enumerate((22, 10, 52, 24, 40, 22), start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A2"


def _instructions(table: Table, gettext: Gettext) -> Iterator[tuple[str, ...]]:
    for column in table.columns:
        yield (
            gettext(column.title.message),
            gettext("yes") if column.required else gettext("no"),
            gettext(column.explanation.message),
            column.example,
            " / ".join(word_of(column, choice, gettext) for choice in column.choices),
            column.key,
        )


def _all_instructions(gettext: Gettext) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [(gettext(text("Table").message), *(gettext(heading.message) for heading in _HEADINGS))]
    for table in TABLES.values():
        rows += [(table.kind.value, *row) for row in _instructions(table, gettext)]
    return rows
