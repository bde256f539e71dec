"""A table in WordprocessingML (ISO/IEC 29500-1, 17.4), written as text.

python-docx builds tables cell by cell and looks at all cells for each: a district's 6000 rows take over a minute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from reports.formats.defuse import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.oxml.xmlchemy import BaseOxmlElement

_HALF_POINTS: Final = 2
_HEAD_FILL: Final = "E7ECF2"
_FRAME: Final = "w:val='single' w:sz='8' w:space='0' w:color='404040'"
_RULE: Final = "w:val='single' w:sz='4' w:space='0' w:color='8C8C8C'"
_BORDERS: Final = "".join(
    f"<w:{side} {_RULE if side.startswith('inside') else _FRAME}/>"
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_ABOVE_AND_BELOW: Final = 40
"""Air between a row's text and its rules, in twentieths of a point."""
_HYPHEN: Final = re.compile(r"(?<=[0-9A-Za-z])-(?=[0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a table's text."""

    latin: str
    chinese: str
    size: float
    """Points."""


@dataclass(frozen=True, slots=True)
class WordCell:
    """One cell: its text, lines separated by a line feed, and how it looks."""

    shown: str
    right: bool = False
    bold: bool = False
    colour: str | None = None
    """RGB as six hex digits."""
    whole: bool = False
    """Its lines never break."""
    hyphens_hold: bool = False
    """Its lines break between words, but not after a code's hyphen. Word's search takes such a hyphen for another
    character, so this is for text that does break."""


@dataclass(frozen=True, slots=True)
class WordRow:
    """One row: a cell per column, or one cell across all of them."""

    cells: tuple[WordCell, ...]
    across: bool = False
    """Belongs to the row above: no rule between them."""
    heads: bool = False
    """Printed again on every page."""
    keep_next: bool = False
    """On the same page as the next row."""
    joined: bool = False
    """The next row belongs to this one."""


def table(widths: Sequence[int], rows: Iterable[WordRow], kind: Type, padding: int) -> BaseOxmlElement:
    """Return the table's element; widths and padding in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    written = "".join(_row(row, widths, kind) for row in rows)
    margins = f"w:w='{_ABOVE_AND_BELOW}' w:type='dxa'"
    sides = f"w:w='{padding}' w:type='dxa'"
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblStyle w:val='TableGrid'/><w:tblW w:w='{sum(widths)}' w:type='dxa'/>"
        f"<w:jc w:val='center'/><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type='fixed'/><w:tblCellMar>"
        f"<w:top {margins}/><w:left {sides}/><w:bottom {margins}/><w:right {sides}/></w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>"
    )


def _row(row: WordRow, widths: Sequence[int], kind: Type) -> str:
    sizes = [sum(widths)] if row.across else widths
    look = (f"<w:gridSpan w:val='{len(widths)}'/>" if row.across and len(widths) > 1 else "") + _rules(row)
    if row.heads:
        look += f"<w:shd w:val='clear' w:color='auto' w:fill='{_HEAD_FILL}'/>"
    cells = "".join(
        f"<w:tc><w:tcPr><w:tcW w:w='{size}' w:type='dxa'/>{look}{'<w:noWrap/>' if cell.whole else ''}"
        f"<w:vAlign w:val='center'/></w:tcPr>{_paragraph(cell, row, kind)}</w:tc>"
        for cell, size in zip(row.cells, sizes, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if row.heads else ''}</w:trPr>{cells}</w:tr>"


def _rules(row: WordRow) -> str:
    without = ("<w:top w:val='nil'/>" if row.across else "") + ("<w:bottom w:val='nil'/>" if row.joined else "")
    return f"<w:tcBorders>{without}</w:tcBorders>" if without else ""


def _paragraph(cell: WordCell, row: WordRow, kind: Type) -> str:
    keep = "<w:keepNext/>" if row.keep_next or row.heads else ""
    right = "<w:jc w:val='right'/>" if cell.right else ""
    bold = "<w:b/>" if cell.bold else ""
    colour = f"<w:color w:val='{cell.colour}'/>" if cell.colour else ""
    lines = "<w:br/>".join(_line(line, hold=cell.hyphens_hold) for line in cell.shown.split("\n"))
    return (
        f"<w:p><w:pPr>{keep}<w:autoSpaceDE w:val='0'/><w:autoSpaceDN w:val='0'/>"
        f"<w:spacing w:before='0' w:after='0' w:line='240' w:lineRule='auto'/>{right}</w:pPr><w:r><w:rPr>"
        f"<w:rFonts w:ascii='{kind.latin}' w:hAnsi='{kind.latin}' w:eastAsia='{kind.chinese}'/>{bold}{colour}"
        f"<w:sz w:val='{round(kind.size * _HALF_POINTS)}'/></w:rPr>{lines}</w:r></w:p>"
    )


def _line(line: str, *, hold: bool) -> str:
    parts = _HYPHEN.split(printable(line)) if hold else [printable(line)]
    return "<w:noBreakHyphen/>".join(f"<w:t xml:space='preserve'>{escape(part)}</w:t>" for part in parts)
