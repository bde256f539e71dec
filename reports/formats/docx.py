"""A letter-size document (A4) to be read, signed and filed: headings, numbers, tables with a repeated heading row."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from inventory.model.text import text
from reports import vocabulary
from reports.cells import Withheld
from reports.document import Steps, Tone
from reports.formats import wordtable
from reports.formats.defuse import printable
from reports.formats.layout import fit
from reports.formats.wordtable import Fonts, WordCell, WordRow
from reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement as OxmlNode
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    from inventory.model.text import Gettext
    from reports.cells import Cell
    from reports.columns import Column
    from reports.document import Document, Line, Row, Section, Table
    from reports.formats.layout import Fit

_LATIN: Final = "Times New Roman"
_BODY: Final = "宋体"
_HEADING: Final = "黑体"
_COLOURS: Final = {
    Tone.BAD: RGBColor(0xC0, 0x00, 0x00),
    Tone.WARN: RGBColor(0x8A, 0x53, 0x00),
    Tone.GOOD: RGBColor(0x14, 0x6C, 0x43),
    Tone.MUTED: RGBColor(0x6B, 0x76, 0x80),
}
_TABLE_FONTS: Final = Fonts(_LATIN, _BODY, 9)
_SOFT: Final = RGBColor(0x59, 0x59, 0x59)
_SHORT_SIDE: Final = 210
_LONG_SIDE: Final = 297
_MARGIN: Final = 18
_MM_PER_CHARACTER: Final = 1.72
"""A half-width character of the tables' 9 pt type, with a little air."""
_GAP: Final = 2
_PORTRAIT: Final = 90
"""Characters of the widest table that still reads well upright."""


def render(document: Document, gettext: Gettext, *, language: str = "en", zone: tzinfo | None = None) -> bytes:
    """Return the file's content."""
    letter = _Letter(document, Wording(gettext, zone), language)
    out = io.BytesIO()
    letter.written().save(out)
    return out.getvalue()


class _Letter:
    """One document on its way into Word."""

    def __init__(self, document: Document, wording: Wording, language: str) -> None:
        self._document, self._wording, self._language = document, wording, language
        self._word: Word = docx.Document()
        self._room = 0

    def written(self) -> Word:
        self._page()
        self._styles()
        say = self._wording.say
        self._word.core_properties.title = printable(say(self._document.title))
        self._word.core_properties.author = "netaudit"
        self._word.core_properties.language = self._language
        title = self._word.add_paragraph(style="Title")
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(title, say(self._document.title))
        if self._document.as_of is not None:
            as_of = self._word.add_paragraph()
            as_of.alignment = WD_ALIGN_PARAGRAPH.CENTER
            told = text("As of {at}", at=self._wording.moment(self._document.as_of))
            self._run(as_of, say(told), colour=_SOFT)
        self._lines(self._document.lines)
        for section in self._document.sections:
            self._section(section)
        for note in self._document.notes:
            self._run(self._word.add_paragraph(), say(note), colour=_SOFT, size=9)
        return self._word

    # The page

    def _page(self) -> None:
        page = self._word.sections[0]
        wide = any(
            sum(min(c.width, 20) + _GAP for c in block.columns if not c.beneath) > _PORTRAIT
            for section in self._document.sections
            for block in section.blocks
            if not isinstance(block, Steps) and block.rows
        )
        page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        width, height = (_LONG_SIDE, _SHORT_SIDE) if wide else (_SHORT_SIDE, _LONG_SIDE)
        page.page_width, page.page_height = Mm(width), Mm(height)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN)
        self._room = int((width - 2 * _MARGIN) / _MM_PER_CHARACTER)
        footer = page.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _field(self._run(footer, "", size=9), "PAGE")
        self._run(footer, " / ", size=9)
        _field(self._run(footer, "", size=9), "NUMPAGES")

    def _styles(self) -> None:
        for name, chinese, size in (("Normal", _BODY, 10.5), ("Title", _HEADING, 20), ("Heading 1", _HEADING, 13)):
            style = self._word.styles[name]
            if isinstance(style, ParagraphStyle):
                style.font.name, style.font.size = _LATIN, Pt(size)
                style.font.color.rgb = RGBColor(0, 0, 0)
                style.paragraph_format.space_after = Pt(3)
            _set_fonts(style.element.get_or_add_rPr(), chinese)
            for border in style.element.findall(f".//{qn('w:pBdr')}"):
                border.getparent().remove(border)

    # Its parts

    def _section(self, section: Section) -> None:
        if section.title is not None:
            heading = self._word.add_heading(level=1)
            self._run(heading, self._wording.say(section.title), chinese=_HEADING)
        self._lines(section.lines)
        for block in section.blocks:
            if isinstance(block, Steps):
                self._steps(block)
            else:
                self._table(block)
        for note in section.notes:
            self._run(self._word.add_paragraph(), self._wording.say(note), colour=_SOFT, size=9)

    def _lines(self, lines: Sequence[Line]) -> None:
        for line in lines:
            paragraph = self._word.add_paragraph()
            self._run(paragraph, self._wording.say(text("{label}: ", label=line.label)), colour=_SOFT)
            self._run(paragraph, self._wording.value_of(line), tone=line.tone or _tone(line.value), bold=True)
            if line.note is not None:
                self._run(paragraph, f"  {self._wording.say(line.note)}", colour=_SOFT)

    def _steps(self, block: Steps) -> None:
        for step in block.steps:
            paragraph = self._word.add_paragraph()
            paragraph.paragraph_format.keep_with_next = bool(step.proof)
            self._run(paragraph, self._wording.say(text("{label}: ", label=step.title)), colour=_SOFT)
            if step.what is not None:
                self._run(paragraph, self._wording.show(step.what), tone=step.tone, bold=True)
            for row in step.proof:
                proof = self._word.add_paragraph()
                proof.paragraph_format.left_indent = Mm(12)
                self._run(proof, self._wording.show(row), colour=_SOFT, size=9)

    def _table(self, table: Table) -> None:
        if not table.rows:
            self._run(self._word.add_paragraph(), self._wording.say(table.empty), colour=_SOFT)
            return
        titles = [self._wording.say(column.title) for column in table.columns]
        texts = [[self._wording.show(cell) for cell in row.cells] for row in table.rows]
        room = fit(table.columns, [[t.replace(" ", "\n") for t in titles], *texts], self._room - _GAP, _GAP)
        places = list(room.widths)
        heads = tuple(WordCell(titles[i], right=table.columns[i].align == "right", bold=True) for i in places)
        lines = [WordRow(heads, heads=True)]
        for row, shown in zip(table.rows, texts, strict=True):
            lines += _rows(table.columns, row, shown, room)
        widths = [int(Mm((room.widths[p] + _GAP) * _MM_PER_CHARACTER).pt * 20) for p in places]
        after = self._word.add_paragraph()
        after.paragraph_format.space_after = Pt(0)
        after._p.addprevious(wordtable.table(widths, lines, _TABLE_FONTS))  # noqa: SLF001 -- no API puts a table here

    def _run(
        self,
        paragraph: Paragraph,
        shown: str,
        *,
        size: float | None = None,
        bold: bool = False,
        tone: Tone | None = None,
        colour: RGBColor | None = None,
        chinese: str = _BODY,
    ) -> Run:
        run = paragraph.add_run(printable(shown))
        run.font.name = _LATIN
        _set_fonts(run._element.get_or_add_rPr(), chinese)  # noqa: SLF001 -- python-docx has no API for East-Asian fonts
        run.bold = bold or None
        if size is not None:
            run.font.size = Pt(size)
        chosen = _COLOURS[tone] if tone else colour
        if chosen is not None:
            run.font.color.rgb = chosen
        return run


def _rows(columns: Sequence[Column], row: Row, shown: Sequence[str], room: Fit) -> list[WordRow]:
    """Return a row, and one more across the table for each cell that stands beneath it."""
    cells = []
    for place, i in enumerate(room.widths):
        tone = _tone(row.cells[i]) or (row.tone if not place or row.tone is Tone.MUTED else None)
        cells.append(WordCell(shown[i], right=columns[i].align == "right", colour=_hex(tone)))
    under = [WordCell(shown[i], colour=str(_SOFT)) for i in room.beneath if row.cells[i] is not None]
    return [WordRow(tuple(cells), keep_next=bool(under)), *(WordRow((cell,), across=True) for cell in under)]


def _hex(tone: Tone | None) -> str | None:
    return str(_COLOURS[tone]) if tone else None


def _tone(cell: Cell) -> Tone | None:
    return Tone.MUTED if isinstance(cell, Withheld) else vocabulary.tone(cell)


# What python-docx has no API for: attributes and elements of WordprocessingML (ISO/IEC 29500-1, 17.3, 17.4).


def _set_fonts(properties: OxmlNode, chinese: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:ascii"), _LATIN)
    fonts.set(qn("w:hAnsi"), _LATIN)
    fonts.set(qn("w:eastAsia"), chinese)


def _field(run: Run, code: str) -> None:
    for kind in ("begin", None, "end"):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = code
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._element.append(part)  # noqa: SLF001 -- see above
