"""Csv files as people save them: encodings, separators, and errors with the row they are in."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from netaudit.app.grids import MOST_COLUMNS, MOST_ROWS, Grid, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SEPARATORS: Final = (",", ";", "\t")
_LARGEST: Final = 50_000_000
_MARKED: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SNIFFED: Final = 20
_EXPLICIT: Final = "sep="


def grid(path: Path, fits: Callable[[Sequence[Sequence[str]]], int]) -> Grid:
    """Read a csv file.

    Args:
        path: the file.
        fits: how many known columns the header in some first rows has; it decides which separator was meant.

    Raises:
        Unreadable: it is no text, too large, or its quotes do not match.
    """
    written = _text(path)
    first, _break, rest = written.partition("\n")
    told = first.strip().strip('"')
    if told.lower().startswith(_EXPLICIT) and len(told) == len(_EXPLICIT) + 1:
        # Excel's own way of naming the separator; the row still counts.
        return Grid(((), *_rows(rest, told[-1])))
    best = max(SEPARATORS, key=lambda separator: fits(_head(written, separator)))
    return Grid(_rows(written, best))


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise Unreadable(text("The file is larger than {limit} MB; split it.", limit=_LARGEST // 1_000_000))
    content = path.read_bytes()
    marked = next((encoding for mark, encoding in _MARKED.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" and _looks_like_gb(decoded):
            continue
        if "\x00" not in decoded:
            return decoded
    raise Unreadable(text("This is neither a workbook nor text in UTF-8 or GB18030; save it as .xlsx or .csv."))


def _looks_like_gb(decoded: str) -> bool:
    """Whether text that is valid UTF-8 is short GB18030 all the same.

    Two bytes of a Chinese character in GB18030 may form one letter of two bytes in UTF-8, from Latin to Arabic; real
    Chinese in UTF-8 takes three. Latin letters alone are believed.
    """
    foreign = [character for character in decoded if not character.isascii()]
    return bool(foreign) and max(foreign) < "\u0800" and max(foreign) > "\u024f"


def _head(written: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == _SNIFFED:
                break
    except csv.Error:
        pass  # the full reading says where
    return rows


def _rows(written: str, separator: str) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(tuple(row))
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise Unreadable(
                    text(
                        "The sheet has more than {rows} rows or {columns} columns.",
                        rows=MOST_ROWS,
                        columns=MOST_COLUMNS,
                    )
                )
    except csv.Error as error:
        raise Unreadable(text("The row cannot be read as csv: {reason}.", reason=error), row=len(rows) + 1) from None
    return tuple(rows)
