"""A report before it takes a shape: what every format shows, in the order it is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from inventory.model.text import Text, text

if TYPE_CHECKING:
    from datetime import datetime

    from reports.cells import Cell
    from reports.columns import Column


class Tone(StrEnum):
    """How urgent a row or value is; formats turn it into colour."""

    BAD = "bad"
    WARN = "warn"
    GOOD = "good"
    MUTED = "muted"
    """Nothing can be claimed here."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, cells in the order of its columns."""

    cells: tuple[Cell, ...]
    tone: Tone | None = None


NOTHING = text("Nothing to show.")


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; without rows, the reason why there are none."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: Text | None = None
    empty: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a chain of evidence."""

    title: Text
    what: Cell
    proof: tuple[Cell, ...] = ()
    """The rows that show it, one per line."""
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """A chain of evidence, read from top to bottom."""

    steps: tuple[Step, ...]


Block: TypeAlias = Table | Steps


@dataclass(frozen=True, slots=True)
class Line:
    """One number or statement of a summary, with what it is based on."""

    label: Text
    value: Cell
    note: Text | None = None
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under its own heading."""

    title: Text | None
    """None where the report's own title says it all."""
    lines: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be filtered and computed with: a worksheet; the first of a document is its csv file."""

    key: str
    title: Text
    table: Table


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    key: str
    """Stable name: ``unregistered``, ``registration-rate`` …"""
    title: Text
    as_of: datetime | None
    lines: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()
    """For reading: terminal, page, letter."""
    sheets: tuple[Sheet, ...] = ()
    """For computing: worksheets, csv. Same facts as the sections, flat."""
    notes: tuple[Text, ...] = field(default=())
    version: int = 1
    """Of the stable column keys and of the JSON twin."""

    def marked(self, by: str, at: datetime) -> Document:
        """Return the document with a closing line that says who exported it and when."""
        stamp = text("Exported by {by} at {at}.", by=by, at=at.isoformat(sep=" ", timespec="minutes"))
        return replace(self, notes=(*self.notes, stamp))
