"""A table in WordprocessingML (ISO/IEC 29500-1, 17.4), written as text.

python-docx builds tables cell by cell and looks at all cells for each: a district's 6000 rows take over a minute.
"""

from __future__ import annotations

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
_HEAD_FILL: Final = "DCE6F1"


@dataclass(frozen=True, slots=True)
class Fonts:
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


@dataclass(frozen=True, slots=True)
class WordRow:
    """One row: a cell per column, or one cell across all of them."""

    cells: tuple[WordCell, ...]
    across: bool = False
    heads: bool = False
    """Printed again on every page."""
    keep_next: bool = False
    """On the same page as the next row."""


def table(widths: Sequence[int], rows: Iterable[WordRow], fonts: Fonts) -> BaseOxmlElement:
    """Return the table's element; widths in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    written = "".join(_row(row, widths, fonts) for row in rows)
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblStyle w:val='TableGrid'/><w:tblW w:w='{sum(widths)}' w:type='dxa'/>"
        f"<w:jc w:val='center'/><w:tblLayout w:type='fixed'/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>"
    )


def _row(row: WordRow, widths: Sequence[int], fonts: Fonts) -> str:
    sizes = [sum(widths)] if row.across else widths
    span = f"<w:gridSpan w:val='{len(widths)}'/>" if row.across and len(widths) > 1 else ""
    fill = f"<w:shd w:val='clear' w:fill='{_HEAD_FILL}'/>" if row.heads else ""
    cells = "".join(
        f"<w:tc><w:tcPr><w:tcW w:w='{size}' w:type='dxa'/>{span}{fill}</w:tcPr>{_paragraph(cell, row, fonts)}</w:tc>"
        for cell, size in zip(row.cells, sizes, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if row.heads else ''}</w:trPr>{cells}</w:tr>"


def _paragraph(cell: WordCell, row: WordRow, fonts: Fonts) -> str:
    keep = "<w:keepNext/>" if row.keep_next or row.heads else ""
    right = "<w:jc w:val='right'/>" if cell.right else ""
    bold = "<w:b/>" if cell.bold else ""
    colour = f"<w:color w:val='{cell.colour}'/>" if cell.colour else ""
    lines = "<w:br/>".join(
        f"<w:t xml:space='preserve'>{escape(printable(line))}</w:t>" for line in cell.shown.split("\n")
    )
    return (
        f"<w:p><w:pPr>{keep}<w:spacing w:after='0'/>{right}</w:pPr><w:r><w:rPr>"
        f"<w:rFonts w:ascii='{fonts.latin}' w:hAnsi='{fonts.latin}' w:eastAsia='{fonts.chinese}'/>{bold}{colour}"
        f"<w:sz w:val='{int(fonts.size * _HALF_POINTS)}'/></w:rPr>{lines}</w:r></w:p>"
    )
