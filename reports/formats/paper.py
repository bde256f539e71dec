"""Which columns fit across a printed page, and how wide each becomes. Pure arithmetic in twentieths of a point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from reports.columns import Kind
from reports.formats.layout import leaving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.columns import Column

PADDING: Final = 85
"""Air left and right of a cell's text."""
SIZES: Final = (9.0, 8.0, 7.0)
"""Type sizes in points, the first with room for the columns that must stay."""
_SPARE: Final = 30
"""Borders, and fonts that run a little wider than Times."""
_EM: Final = 1000
_TWIPS: Final = 20
_BOLD: Final = 1.15
_ADVANCES: Final = {
    character: advance
    for advance, characters in {
        250: " ,.|",
        278: "/:;\\ijlt",
        333: "!'()-I[]`fr",
        444: 'Js"?acez',
        611: "EFLPSTZ+<=>~",
        722: "ABCDGHKNOQRUVXYw",
        889: "Mm%&",
        950: "W@",
    }.items()
    for character in characters
}
"""Thousandths of the type size, rounded up in groups: the Adobe Core 14 metrics of Times; all else is below."""
_OTHER: Final = 500
_HALF_WIDTH: Final = 500
"""A character in which columns state the width they prefer."""
_CHINESE_WORD: Final = 5
"""A heading or value up to this many Chinese characters stays on one line."""
_LONGEST_WORD: Final = 32
"""Half-width characters up to which a word between spaces sets the width of its column."""
_LONGEST_LINE: Final = 44
"""Half-width characters up to which a line of text is spared a break by leaving details out."""
_QUARTER: Final = 250
"""What word processors put between Chinese and Latin text, in thousandths of the type size."""
_DETAIL: Final = 7
"""Columns with this priority number or a higher one give way before the lines of others break."""
_CHINESE: Final = re.compile(r"[\u1100-\u11ff\u2e80-\uffef]")
_SEAM: Final = re.compile(r"(?<=[\u2e80-\uffef])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u2e80-\uffef])")
_WORD: Final = re.compile(r"[\u1100-\u11ff\u2e80-\uffef]|[^\s\u1100-\u11ff\u2e80-\uffef]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """How tables with the same columns are printed; numbers are places in their columns."""

    widths: dict[int, int]
    """Columns side by side, in order; their widths, padding included, add up to the width of the text."""
    beneath: tuple[int, ...]
    """Columns shown under their row."""
    hidden: tuple[int, ...]
    """Columns there is no room for."""
    size: float
    """Of the type, in points."""

    def inside(self, place: int) -> int:
        """Return the room for text in a column."""
        return self.widths[place] - 2 * PADDING - _SPARE


@dataclass(frozen=True, slots=True)
class _Want:
    least: int
    """With which nothing breaks that must not."""
    ideal: int
    """With which hardly anything breaks."""
    most: int
    """With which nothing breaks."""


def plan(columns: Sequence[Column], titles: Sequence[str], texts: Sequence[Sequence[str]], width: int) -> Plan:
    """Choose columns by priority so that what must not break stands on one line, and fill the width.

    Args:
        columns: the columns of one table, or of several that are to look alike.
        titles: their headings.
        texts: the cells of every row as shown; their lines are separated by a line feed.
        width: room for a row.
    """
    beneath = tuple(i for i, column in enumerate(columns) if column.beneath)
    beside = [i for i, column in enumerate(columns) if not column.beneath]
    cells = {i: {row[i] for row in texts} for i in beside}
    size, *smaller = SIZES
    while True:
        wants = {i: _want(columns[i], titles[i], cells[i], size) for i in beside}
        details = leaving(columns, {i: want.ideal for i, want in wants.items()}, width, least_priority=_DETAIL)
        wants = {i: want for i, want in wants.items() if i not in details}
        hidden = details + leaving(columns, {i: want.least for i, want in wants.items()}, width)
        staying = {i: want for i, want in wants.items() if i not in hidden}
        if not smaller or sum(want.least for want in staying.values()) <= width:
            return Plan(_filled(staying, width), beneath, tuple(sorted(hidden)), size)
        size = smaller.pop(0)


def keeps_whole(column: Column) -> bool:
    """Whether the column's cells are addresses, codes, times or numbers, which never break."""
    return not column.breaks


@lru_cache(maxsize=50_000)
def printed(line: str, size: float) -> int:
    """Return the width of a line of text."""
    seams = _QUARTER * len(_SEAM.findall(line))
    return int((sum(map(_advance, line)) + seams) * size * _TWIPS / _EM)


@lru_cache(maxsize=5_000)
def _advance(character: str) -> int:
    known = _ADVANCES.get(character)
    if known is not None:
        return known
    # "A" (ambiguous) is what Word prints with the Chinese font beside Chinese: dashes, quotation marks.
    return _EM if east_asian_width(character) in "WFA" else _OTHER


def _want(column: Column, title: str, cells: set[str], size: float) -> _Want:
    lines = {line for cell in cells for line in cell.split("\n")}
    longest = max((printed(line, size) for line in lines), default=0)
    heading = int(_BOLD * max((printed(word, size) for word in _pieces(title)), default=0))
    around = 2 * PADDING + _SPARE
    if keeps_whole(column):
        width = max(longest, heading) + around
        return _Want(width, width, width)
    half_width = _HALF_WIDTH * size * _TWIPS / _EM
    least = max((printed(piece, size) for line in lines for piece in _unbroken(column, line)), default=0)
    if column.kind is Kind.TEXT:
        least = max(least, int(column.width * half_width))
    least = max(min(least, longest, int(_LONGEST_WORD * half_width)), heading)
    ideal = max(least, min(longest, int(_LONGEST_LINE * half_width)))
    return _Want(least + around, ideal + around, max(longest, heading) + around)


def _unbroken(column: Column, line: str) -> list[str]:
    return _pieces(line) if column.kind is Kind.WORD else _WORD.findall(line)


def _pieces(line: str) -> list[str]:
    """What stays together in a heading or a value: words, and Chinese of a few characters or half of more."""
    pieces = []
    for word in line.split():
        half = -(-len(word) // 2)
        chinese = len(_CHINESE.findall(word))
        pieces += [word] if chinese <= _CHINESE_WORD else [word[:half], word[half:]]
    return pieces


def _filled(wants: dict[int, _Want], width: int) -> dict[int, int]:
    """Share the width out: what is needed, then what running text would like, the rest in proportion."""
    widths = {i: want.least for i, want in wants.items()}
    spare = width - sum(widths.values())
    wishes = {i: want.most - want.least for i, want in wants.items()}
    wished = sum(wishes.values())
    if spare > 0 and wished:
        given = min(spare, wished)
        widths = {i: size + given * wishes[i] // wished for i, size in widths.items()}
    total = sum(widths.values())
    if not total:
        return {}
    widths = {i: size * width // total for i, size in widths.items()}
    widest = max(widths, key=lambda i: (widths[i], -i))
    widths[widest] += width - sum(widths.values())
    return widths
