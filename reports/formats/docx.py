"""A document on A4 paper to be read, signed and filed: headings, numbers, tables with a repeated heading row."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from inventory.model.text import text
from reports import vocabulary
from reports.cells import Withheld
from reports.document import Table, Tone
from reports.formats import paper, wordstyle, wordtable
from reports.formats.defuse import printable
from reports.formats.wordtable import Type, WordCell, WordRow
from reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph

    from inventory.model.text import Gettext, Text
    from reports.cells import Cell
    from reports.columns import Column
    from reports.document import Document, Line, Row, Section, Steps
    from reports.formats.paper import Plan

_COLOURS: Final = {
    Tone.BAD: RGBColor(0xC0, 0x00, 0x00),
    Tone.WARN: RGBColor(0x8A, 0x53, 0x00),
    Tone.GOOD: RGBColor(0x14, 0x6C, 0x43),
    Tone.MUTED: RGBColor(0x6B, 0x76, 0x80),
}
_SOFT: Final = RGBColor(0x59, 0x59, 0x59)
_SMALL: Final = 9
_TOGETHER: Final = 12
"""A table of up to so many rows, those beneath others included, stays on one page."""
_LONG_AGO: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The first moment a ZIP file can tell."""


def render(document: Document, gettext: Gettext, *, language: str = "en", zone: tzinfo | None = None) -> bytes:
    """Return the file's content."""
    out = io.BytesIO()
    _Letter(document, Wording(gettext, zone), language).written().save(out)
    return _timeless(out)


def _timeless(saved: io.BytesIO) -> bytes:
    """Return the file without the time it was written at: the same facts make the same file."""
    out = io.BytesIO()
    with ZipFile(saved) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, _LONG_AGO.timetuple()[:6])
            target.writestr(entry, source.read(name), ZIP_DEFLATED)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A table in the reader's language."""

    table: Table
    titles: list[str]
    texts: list[list[str]]


class _Letter:
    """One document on its way into Word."""

    def __init__(self, document: Document, wording: Wording, language: str) -> None:
        self._document, self._wording, self._language = document, wording, language
        self._word: Word = docx.Document()
        self._shown = [
            [self._show(block) for block in section.blocks if isinstance(block, Table)] for section in document.sections
        ]
        self._plans: dict[tuple[str, ...], Plan] = {}

    def _show(self, table: Table) -> _Shown:
        titles = [self._wording.say(column.title) for column in table.columns]
        return _Shown(table, titles, [[self._wording.show(cell) for cell in row.cells] for row in table.rows])

    def written(self) -> Word:
        self._plans, wide = _planned([shown for section in self._shown for shown in section if shown.texts])
        wordstyle.prepare(self._word, wide=wide)
        self._properties()
        say = self._wording.say
        title = self._word.add_paragraph(style="Title")
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(title, say(self._document.title))
        if self._document.as_of is not None:
            as_of = self._word.add_paragraph()
            as_of.alignment = WD_ALIGN_PARAGRAPH.CENTER
            as_of.paragraph_format.space_after = Pt(10)
            self._run(as_of, say(text("As of {at}", at=self._wording.moment(self._document.as_of))))
        self._lines(self._document.lines)
        for section, tables in zip(self._document.sections, self._shown, strict=True):
            self._section(section, tables)
        for note in (*self._document.notes, *self._left_out()):
            self._note(say(note))
        return self._word

    def _properties(self) -> None:
        properties = self._word.core_properties
        properties.title = printable(self._wording.say(self._document.title))
        properties.author = properties.last_modified_by = "netaudit"
        properties.comments = ""
        properties.language = self._language
        properties.created = properties.modified = (self._document.as_of or _LONG_AGO).astimezone(UTC)

    def _left_out(self) -> list[Text]:
        gone: dict[str, None] = {}
        for shown in (shown for section in self._shown for shown in section if shown.texts):
            hidden = self._plans[_alike(shown)].hidden
            known = [i for i in hidden if any(row.cells[i] is not None for row in shown.table.rows)]
            gone.update(dict.fromkeys(shown.titles[i] for i in known))
        named = ", ".join(gone)
        return [text("No room on the page for the columns {columns}: csv or xlsx has them.", columns=named)] * bool(
            gone
        )

    # Its parts

    def _section(self, section: Section, tables: Sequence[_Shown]) -> None:
        if section.title is not None:
            self._run(self._word.add_heading(level=1), self._wording.say(section.title))
        self._lines(section.lines, keep=bool(section.blocks))
        left = list(tables)
        for place, block in enumerate(section.blocks, start=1):
            if isinstance(block, Table):
                self._table(left.pop(0), keep_last=bool(section.notes) and place == len(section.blocks))
            else:
                self._steps(block)
        for note in section.notes:
            self._note(self._wording.say(note))

    def _note(self, shown: str) -> None:
        self._run(self._word.add_paragraph(), shown, colour=_SOFT, size=_SMALL)

    def _lines(self, lines: Sequence[Line], *, keep: bool = False) -> None:
        """One paragraph: LibreOffice follows "keep with next" over one paragraph, not over a chain of them."""
        if not lines:
            return
        paragraph = self._word.add_paragraph(style=wordstyle.LINES)
        paragraph.paragraph_format.keep_with_next = keep
        for place, line in enumerate(lines):
            if place:
                paragraph.add_run().add_break()
            self._run(paragraph, self._wording.say(text("{label}: ", label=line.label)))
            self._run(paragraph, self._wording.value_of(line), tone=line.tone or _tone(line.value), bold=True)
            if line.note is not None:
                self._run(paragraph, f"  {self._wording.say(line.note)}", colour=_SOFT)

    def _steps(self, block: Steps) -> None:
        for step in block.steps:
            paragraph = self._word.add_paragraph()
            paragraph.paragraph_format.keep_with_next = bool(step.proof)
            self._run(paragraph, self._wording.say(text("{label}: ", label=step.title)))
            if step.what is not None:
                self._run(paragraph, self._wording.show(step.what), tone=step.tone, bold=True)
            for row in step.proof:
                proof = self._word.add_paragraph()
                proof.paragraph_format.left_indent = Mm(12)
                self._run(proof, self._wording.show(row), colour=_SOFT, size=_SMALL)

    def _table(self, shown: _Shown, *, keep_last: bool) -> None:
        table = shown.table
        if not table.rows:
            self._run(self._word.add_paragraph(), self._wording.say(table.empty), colour=_SOFT)
            return
        plan = self._plans[_alike(shown)]
        rows = _rows(shown, plan, keep_last=keep_last)
        after = self._word.add_paragraph(style=wordstyle.GAP)
        after.paragraph_format.keep_with_next = keep_last
        kind = Type(wordstyle.LATIN, wordstyle.TABLE, plan.size)
        made = wordtable.table(list(plan.widths.values()), rows, kind, paper.PADDING)
        after._p.addprevious(made)  # noqa: SLF001 -- no API puts a table here

    def _run(
        self,
        paragraph: Paragraph,
        shown: str,
        *,
        size: float | None = None,
        bold: bool = False,
        tone: Tone | None = None,
        colour: RGBColor | None = None,
    ) -> None:
        run = paragraph.add_run(printable(shown))
        run.bold = bold or None
        if size is not None:
            run.font.size = Pt(size)
        chosen = _COLOURS[tone] if tone else colour
        if chosen is not None:
            run.font.color.rgb = chosen


# Tables


def _alike(shown: _Shown) -> tuple[str, ...]:
    """Tables with the same columns get the same widths."""
    return tuple(column.key for column in shown.table.columns)


def _planned(tables: Sequence[_Shown]) -> tuple[dict[tuple[str, ...], Plan], bool]:
    """Plan every table, and tell whether the page must lie on its side for one of them."""
    groups: dict[tuple[str, ...], list[_Shown]] = {}
    for shown in tables:
        groups.setdefault(_alike(shown), []).append(shown)
    upright = _plans(groups, wordstyle.text_width(wide=False))
    if all(not plan.hidden and plan.size == paper.SIZES[0] for plan in upright.values()):
        return upright, False
    return _plans(groups, wordstyle.text_width(wide=True)), True


def _plans(groups: dict[tuple[str, ...], list[_Shown]], width: int) -> dict[tuple[str, ...], Plan]:
    return {
        key: paper.plan(group[0].table.columns, group[0].titles, [row for shown in group for row in shown.texts], width)
        for key, group in groups.items()
    }


def _rows(shown: _Shown, plan: Plan, *, keep_last: bool) -> list[WordRow]:
    columns = shown.table.columns
    heads = tuple(WordCell(shown.titles[i], right=columns[i].align == "right", bold=True) for i in plan.widths)
    lines = [WordRow(heads, heads=True)]
    last = len(shown.texts)
    together = last * (2 if plan.beneath else 1) <= _TOGETHER
    for number, (row, texts) in enumerate(zip(shown.table.rows, shown.texts, strict=True), start=1):
        # Neither the first nor the last row stands alone on a page.
        keep = keep_last if number == last else together or number in {1, last - 1}
        lines += _row(columns, row, texts, plan, keep=keep)
    return lines


def _row(columns: Sequence[Column], row: Row, texts: Sequence[str], plan: Plan, *, keep: bool) -> list[WordRow]:
    """Return a row, and one more across the table for each cell that stands beneath it."""
    cells = []
    for place, i in enumerate(plan.widths):
        tone = _tone(row.cells[i]) or (row.tone if not place or row.tone is Tone.MUTED else None)
        whole = paper.keeps_whole(columns[i])
        hold = not whole and _breaks(texts[i], plan.inside(i), plan)
        colour = str(_COLOURS[tone]) if tone else None
        right = columns[i].align == "right"
        cells.append(WordCell(texts[i], right=right, colour=colour, whole=whole, hyphens_hold=hold))
    across = sum(plan.widths.values()) - 2 * paper.PADDING
    under = [
        WordCell(texts[i], colour=str(_SOFT), hyphens_hold=_breaks(texts[i], across, plan))
        for i in plan.beneath
        if row.cells[i] is not None
    ]
    rows = [WordRow(tuple(cells)), *(WordRow((cell,), across=True) for cell in under)]
    return [
        WordRow(line.cells, across=line.across, keep_next=keep or number < len(rows), joined=number < len(rows))
        for number, line in enumerate(rows, start=1)
    ]


def _breaks(shown: str, room: int, plan: Plan) -> bool:
    return any(paper.printed(line, plan.size) > room for line in shown.split("\n"))


def _tone(cell: Cell) -> Tone | None:
    return Tone.MUTED if isinstance(cell, Withheld) else vocabulary.tone(cell)
