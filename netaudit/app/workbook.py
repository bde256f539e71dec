"""Workbooks as people send them, read with the care a file from elsewhere needs."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, Protocol, cast

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from inventory.model.systemerrors import system_words
from inventory.model.text import text
from netaudit.app.grids import MOST_COLUMNS, MOST_ROWS, Grid, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from inventory.model.text import Text

FORMAT_VERSION: Final = 1
"""Of the import workbook's layout."""
FORMAT_MARK: Final = "netaudit-import:"
"""Begins the keywords property of a workbook we wrote; the version follows."""

_ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins old .xls workbooks, and encrypted ones of any age."""
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument."
"""Stands uncompressed at the beginning of the package (OpenDocument 1.3, part 2, §3.3)."""
_MIMETYPE: Final = 128
"""Octets within which it does."""
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
LARGEST: Final = 50_000_000
_LARGEST_UNPACKED: Final = 200_000_000
_MOST_PARTS: Final = 2_000
_CHUNK: Final = 1 << 20
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_MOST_MERGES: Final = 20_000


class _Worksheet(Protocol):
    """What is used of openpyxl's read-only worksheet."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: Literal[True]) -> Iterable[tuple[object, ...]]: ...


def checked_start(path: Path) -> bytes:
    """Return a file's first bytes.

    Raises:
        Unreadable: it cannot be opened, is empty, encrypted, or of another office format.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_CHUNK)
    except OSError as error:
        raise Unreadable(text("The file cannot be opened: {reason}.", reason=system_words(error))) from None
    if not start.strip():
        raise Unreadable(text("The file is empty."))
    if start.startswith(OLE) and _ENCRYPTED in path.read_bytes()[: 8 * _CHUNK]:
        raise Unreadable(text("The workbook is encrypted; save it without password as .xlsx or .csv."))
    if start.startswith(_ZIP) and _OPEN_DOCUMENT in start[:_MIMETYPE]:
        raise Unreadable(
            text("This is an OpenDocument sheet (.ods); in WPS or LibreOffice choose Save As and the type .xlsx.")
        )
    return start


def is_workbook(start: bytes) -> bool:
    """Whether a file beginning like this is an .xlsx workbook, whatever it is called."""
    return start.startswith(_ZIP)


def grids(path: Path) -> list[Grid]:
    """Read every worksheet that is not hidden.

    Raises:
        Unreadable: it is no workbook, damaged, made by a newer netaudit, or larger than any import is.
    """
    _check_package(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which carry no data
        try:
            with path.open("rb") as stream:  # not the path: openpyxl would judge a file by its name
                return _read(stream)
        except _DAMAGE:
            raise Unreadable(damaged()) from None


# What zipfile, the XML parser and openpyxl raise for files that only look like workbooks. None of it means anything to
# the file's owner, and all of it means the same.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def damaged() -> Text:
    """Say what is wrong with a workbook no program could read."""
    return text("This is no readable workbook; open it and save it again as .xlsx or .csv.")


def too_large() -> Text:
    """Say that a file is larger than any import."""
    return text("The file is larger than {limit} MB; split it.", limit=LARGEST // 1_000_000)


def too_many() -> Text:
    """Say that a sheet has more rows or columns than any import."""
    return text("The sheet has more than {rows} rows or {columns} columns.", rows=MOST_ROWS, columns=MOST_COLUMNS)


def _read(stream: BinaryIO) -> list[Grid]:
    book = load_workbook(stream, read_only=True, data_only=True)
    try:
        _check_version(book.properties.keywords)
        return [
            Grid(filled_down(_rows(cast("_Worksheet", sheet)), _merges(stream, sheet)), sheet.title)
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    finally:
        book.close()


def _merges(stream: BinaryIO, sheet: object) -> Iterator[tuple[int, int, int, int]]:
    """Yield the merged ranges of a sheet as (first row, last row, first column, last column), counted from 0.

    Read from the part itself: a read-only workbook does not tell them, and a whole one takes ten times the memory.
    """
    part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    with zipfile.ZipFile(stream) as package:
        content = package.read(part)
    for number, found in enumerate(_MERGE.finditer(content)):
        if number == _MOST_MERGES:
            return
        left, top, right, bottom = range_boundaries(found[1].decode("ascii"))
        if left is not None and top is not None and right is not None and bottom is not None:
            yield top - 1, bottom - 1, left - 1, right - 1


def filled_down(
    rows: tuple[tuple[str, ...], ...], merges: Iterable[tuple[int, int, int, int]]
) -> tuple[tuple[str, ...], ...]:
    """Write the value of cells merged downwards into each of their rows, as people read them."""
    grown = [list(row) for row in rows]
    for first, last, column, _right in merges:
        if first >= last or first >= len(rows) or column >= len(rows[first]):
            continue
        for number in range(first + 1, min(last + 1, len(rows))):
            row = grown[number]
            row += [""] * (column + 1 - len(row))
            row[column] = row[column] or rows[first][column]
    return tuple(tuple(row) for row in grown)


def _check_package(path: Path) -> None:
    """Refuse packages that unpack to more than any import holds, and XML that declares entities (it never needs to)."""
    if path.stat().st_size > LARGEST:
        raise Unreadable(too_large())
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            # zipfile never unpacks more of a part than its directory entry says.
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
                raise Unreadable(
                    text(
                        "The workbook unpacks to more than {limit} MB; split it.", limit=_LARGEST_UNPACKED // 1_000_000
                    )
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _check_part(package, part)
    except _DAMAGE:
        raise Unreadable(damaged()) from None


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    tail = b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            # Without NUL bytes the mark also shows in UTF-16.
            seen = tail + chunk.replace(b"\0", b"")
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                raise Unreadable(text("The workbook declares XML entities, which no spreadsheet program writes."))
            tail = seen[-16:]


def _check_version(keywords: str | None) -> None:
    mark, separator, version = (keywords or "").partition(":")
    if separator and f"{mark}:" == FORMAT_MARK and version.isdigit() and int(version) > FORMAT_VERSION:
        raise Unreadable(text("The workbook was made by a newer netaudit; update this one."))


def _rows(sheet: _Worksheet) -> tuple[tuple[str, ...], ...]:
    sheet.reset_dimensions()  # what a file says about its own size may be wrong
    rows: list[tuple[str, ...]] = []
    filled = last = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        row = _trimmed(values)
        rows.append(row)
        if row:
            filled, last = filled + 1, number
        if filled > MOST_ROWS or len(row) > MOST_COLUMNS:
            raise Unreadable(too_many())
    return tuple(rows[:last])


def _trimmed(values: Sequence[object]) -> tuple[str, ...]:
    width = len(values)
    while width and (values[width - 1] is None or values[width - 1] == ""):
        width -= 1
    return tuple(text_of(value) for value in values[:width])


def text_of(value: object) -> str:
    """Return a cell as people read it: whole numbers without decimals, days without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
