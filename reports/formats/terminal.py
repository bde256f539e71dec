"""A report on a terminal: colour where there is colour, columns as the width allows, Chinese characters two wide."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Rich

from inventory.model.text import text
from reports import vocabulary
from reports.cells import Withheld
from reports.document import Steps, Table, Tone
from reports.formats.layout import fit
from reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from inventory.model.text import Gettext
    from reports.cells import Cell
    from reports.columns import Column
    from reports.document import Block, Document, Line, Row, Section
    from reports.formats.layout import Fit

_STYLES: Final = {Tone.BAD: "red", Tone.WARN: "yellow", Tone.GOOD: "green", Tone.MUTED: "dim"}
_GAP: Final = 2
_INDENT: Final = 2
_FILE_WIDTH: Final = 120
"""Width of a report that does not go to a terminal."""


def render(
    document: Document,
    gettext: Gettext,
    *,
    language: str = "en",
    zone: tzinfo | None = None,
    width: int = _FILE_WIDTH,
) -> str:
    """Return the report as plain text, at most ``width`` half-width characters a line."""
    out = io.StringIO()
    show(
        document,
        gettext,
        console=Console(file=out, width=width, color_system=None, legacy_windows=False),
        language=language,
        zone=zone,
    )
    return out.getvalue()


def show(
    document: Document,
    gettext: Gettext,
    *,
    console: Console,
    language: str = "en",
    zone: tzinfo | None = None,
) -> None:
    """Print the report on a console, in its width and with its colours."""
    del language  # nothing on a terminal declares it
    page = _Page(console, Wording(gettext, zone))
    for line in page.document(document):
        line.rstrip()
        console.print(line, no_wrap=True, crop=False, overflow="ignore", soft_wrap=True)


class _Page:
    """The lines of a report for one console and one reader."""

    def __init__(self, console: Console, wording: Wording) -> None:
        self._console, self._wording = console, wording
        self._width = max(console.width, 20)
        self._left_out: dict[str, None] = {}

    def document(self, document: Document) -> Iterator[Rich]:
        yield from self._wrapped(Rich(self._wording.say(document.title), "bold"))
        if document.as_of is not None:
            as_of = text("As of {at}", at=self._wording.moment(document.as_of))
            yield from self._wrapped(Rich(self._wording.say(as_of), "dim"))
        if document.lines:
            yield Rich()
        yield from self._lines(document.lines)
        for section in document.sections:
            yield from self._section(section)
        if document.notes or self._left_out:
            yield Rich()
        for note in document.notes:
            yield from self._wrapped(Rich(self._wording.say(note), "dim"))
        yield from self._no_room()

    def _section(self, section: Section) -> Iterator[Rich]:
        yield Rich()
        if section.title is not None:
            yield from self._wrapped(Rich(self._wording.say(section.title), "bold cyan"))
        yield from self._lines(section.lines)
        for block in section.blocks:
            if section.lines:
                yield Rich()
            yield from self._block(block)
        for note in section.notes:
            yield from self._wrapped(Rich(self._wording.say(note), "dim"))

    def _block(self, block: Block) -> Iterator[Rich]:
        return self._steps(block) if isinstance(block, Steps) else self._table(block)

    def _lines(self, lines: Sequence[Line]) -> Iterator[Rich]:
        labels = [self._wording.say(line.label) for line in lines]
        widest = min(max(map(cell_len, labels), default=0), self._width // 2)
        for label, line in zip(labels, lines, strict=True):
            value = Rich.assemble((self._wording.value_of(line), _style(line.tone or _tone(line.value))))
            if line.note is not None:
                value.append(f"  {self._wording.say(line.note)}", "dim")
            rest = self._broken(value, self._width - widest - _GAP)
            for i, part in enumerate(rest):
                yield Rich.assemble((_padded(label if not i else "", widest), ""), " " * _GAP, part)

    def _steps(self, block: Steps) -> Iterator[Rich]:
        titles = [self._wording.say(step.title) for step in block.steps]
        widest = min(max(map(cell_len, titles), default=0), self._width // 3)
        for number, (title, step) in enumerate(zip(titles, block.steps, strict=True)):
            last = number == len(titles) - 1
            what = Rich(
                self._wording.show(step.what) if step.what is not None else "", f"bold {_style(step.tone)}".strip()
            )
            head = f"{'└─' if last else '├─'} {_padded(title, widest)}  "
            beneath = f"{'  ' if last else '│ '} {' ' * widest}  "
            room = self._width - cell_len(head)
            parts = self._broken(what, room) if what.plain else []
            for row in step.proof:
                parts += self._broken(Rich(self._wording.show(row), "dim"), room)
            for i, part in enumerate(parts or [Rich("—")]):
                yield Rich.assemble((beneath if i else head, "" if not i else "dim"), part)

    # ------------------------------------------------------------ tables

    def _table(self, table: Table) -> Iterator[Rich]:
        if table.caption is not None:
            yield from self._wrapped(Rich(self._wording.say(table.caption), "italic"))
        if not table.rows:
            yield from self._wrapped(Rich(self._wording.say(table.empty), "dim"))
            return
        titles = [self._wording.say(column.title) for column in table.columns]
        texts = [[self._wording.show(cell) for cell in row.cells] for row in table.rows]
        empty = {i for i in range(len(titles)) if all(row.cells[i] is None for row in table.rows)}
        room = fit(table.columns, texts, self._width - _INDENT, _GAP, empty=empty, titles=titles)
        yield from self._header(table.columns, titles, room)
        for row, shown in zip(table.rows, texts, strict=True):
            yield from self._row(table.columns, row, shown, room)
        self._left_out.update(dict.fromkeys(titles[i] for i in room.hidden if i not in empty))

    def _header(self, columns: Sequence[Column], titles: Sequence[str], room: Fit) -> Iterator[Rich]:
        cells = [self._cell(columns[i], Rich(titles[i], "bold"), width) for i, width in room.widths.items()]
        yield from self._beside(cells, list(room.widths.values()), top=False)
        yield Rich(" " * _INDENT + (" " * _GAP).join("─" * width for width in room.widths.values()), "dim")

    def _row(self, columns: Sequence[Column], row: Row, shown: Sequence[str], room: Fit) -> Iterator[Rich]:
        cells = []
        for place, (i, width) in enumerate(room.widths.items()):
            tone = _tone(row.cells[i]) or (row.tone if not place or row.tone is Tone.MUTED else None)
            cells.append(self._cell(columns[i], Rich(shown[i], _style(tone)), width))
        yield from self._beside(cells, list(room.widths.values()))
        for i in room.beneath:
            if row.cells[i] is not None:
                lead = " " * (_INDENT * 2)
                for line in self._broken(Rich(shown[i], "dim"), self._width - len(lead)):
                    yield Rich.assemble(lead, line)

    def _cell(self, column: Column, content: Rich, width: int) -> list[Rich]:
        lines = self._broken(content, width)
        for line in lines:
            missing = width - line.cell_len
            if missing > 0 and column.align == "right":
                line.pad_left(missing)
            elif missing > 0:
                line.pad_right(missing)
        return lines

    def _beside(self, cells: list[list[Rich]], widths: list[int], *, top: bool = True) -> Iterator[Rich]:
        height = max(map(len, cells), default=0)
        for line in range(height):
            parts: list[Rich | str] = [" " * _INDENT]
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
                at = line if top else line - (height - len(cell))
                parts += [" " * _GAP] * bool(place)
                parts.append(cell[at] if 0 <= at < len(cell) else " " * width)
            yield Rich.assemble(*parts)

    def _no_room(self) -> Iterator[Rich]:
        if self._left_out:
            names = ", ".join(self._left_out)
            told = text("No room for the columns {columns}: a wider terminal, csv or xlsx has them.", columns=names)
            yield from self._wrapped(Rich(self._wording.say(told), "dim"))

    # Breaking into lines

    def _wrapped(self, content: Rich) -> Iterator[Rich]:
        yield from self._broken(content, self._width)

    def _broken(self, content: Rich, width: int) -> list[Rich]:
        """Break into lines of at most ``width``, between words where there are spaces."""
        lines = content.wrap(self._console, max(width, 2), overflow="fold")
        for line in lines:
            line.rstrip()
        return list(lines) or [Rich()]


def _padded(label: str, width: int) -> str:
    return set_cell_size(label, width)


def _tone(cell: Cell) -> Tone | None:
    return Tone.MUTED if isinstance(cell, Withheld) else vocabulary.tone(cell)


def _style(tone: Tone | None) -> str:
    return _STYLES[tone] if tone else ""
