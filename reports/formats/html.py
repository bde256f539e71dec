"""A page in one file: no outside resources, readable on paper, every value escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from inventory.model.text import text
from reports import vocabulary
from reports.cells import Withheld
from reports.document import Steps, Tone
from reports.wording import Wording

if TYPE_CHECKING:
    from datetime import tzinfo

    from jinja2 import Template

    from inventory.model.text import Gettext
    from reports.cells import Cell
    from reports.document import Block, Document, Row, Table

_TAGS = {"zh": "zh-CN", "en": "en"}


def render(document: Document, gettext: Gettext, *, language: str = "en", zone: tzinfo | None = None) -> str:
    """Return the page."""
    wording = Wording(gettext, zone)
    return _template().render(
        document=document,
        language=_TAGS.get(language, language),
        say=wording.say,
        show=wording.show,
        value_of=wording.value_of,
        as_of=wording.say(text("As of {at}", at=wording.moment(document.as_of))) if document.as_of else None,
        tone=_tone,
        row_tone=_row_tone,
        is_steps=_is_steps,
        used=_used,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("reports.formats"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _tone(cell: Cell) -> str:
    found = Tone.MUTED if isinstance(cell, Withheld) else vocabulary.tone(cell)
    return found.value if found else ""


def _row_tone(row: Row) -> str:
    return row.tone.value if row.tone else ""


def _is_steps(block: Block) -> bool:
    return isinstance(block, Steps)


def _used(table: Table) -> list[int]:
    """Columns side by side: those with a value in some row, and those that are always shown."""
    return [
        i
        for i, column in enumerate(table.columns)
        if not column.beneath and (not column.priority or any(row.cells[i] is not None for row in table.rows))
    ]
