"""Registrations and where they stand: whose turn it is, what is late, and one registration's history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from reports import columns as c
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone
from reports.kinds import listing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from inventory.model.cases import Action, CaseView, Overdue
    from inventory.model.text import Text
    from reports.cells import Cell
    from reports.data import Json, Object

_NAME: Final = "registrations"
_STANDING: Final = (c.FILING_NUMBER, c.TURN, c.DUE, c.OVERDUE, c.WORD_OF)
COLUMNS: Final = (*listing.COLUMNS[_NAME], *_STANDING)
_SHOWN: Final = (c.NUMBER, c.FILING_NUMBER, c.UNIT, c.IP, c.MAC, c.PERSON, c.DEVICE_TYPE, c.PLACE_TEXT, c.STATE, c.TURN)
_FIRST: Final = (*_SHOWN, c.DUE, c.OVERDUE, c.WORD_OF)
_ORDER: Final = (*_FIRST, *(column for column in COLUMNS if column not in _FIRST))
"""As people read them: where it stands before what it is; the rest where there is room."""
_HISTORY: Final = (c.AT, c.ACTION, c.ACTOR, c.CHANGED, replace(c.WORD_OF, priority=0))


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A registration with its deadline."""

    case: CaseView
    due_at: datetime | None = None
    overdue: Overdue | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step of a registration's life."""

    at: datetime
    action: Action
    actor: str | None
    reason: str | None
    changed: tuple[Text, ...] = ()


def document(lines: Sequence[CaseLine], *, as_of: datetime | None = None) -> Document:
    """Build the listing, lines in the order given."""
    rows = tuple(Row(_row(line), tone=Tone.WARN if line.overdue else None) for line in lines)
    table = Table(_ORDER, rows, empty=text("No registration is like that."))
    late = sum(line.overdue is not None for line in lines)
    return Document(
        key=_NAME,
        title=text("Registrations"),
        as_of=as_of,
        lines=(Line(text("Number"), len(rows)), Line(text("Overdue"), late, tone=Tone.WARN if late else None)),
        sections=(Section(None, blocks=(table,)),),
        sheets=(Sheet(_NAME, text("Registrations"), table),),
        version=listing.VERSION,
    )


def json_array(lines: Sequence[CaseLine], *, reveal: bool = False) -> list[Json]:
    """Return the listing as an array of objects; keys as in the import sheet, and where each stands."""
    return [_json(line, reveal=reveal) for line in lines]


def one(line: CaseLine, history: Sequence[HistoryLine]) -> Document:
    """Build one registration, what is proposed, and its history."""
    view = line.case.registration
    cells = dict(zip((column.key for column in COLUMNS), _cells(line), strict=True))
    shown = [column for column in _ORDER if cells[column.key] is not None]
    lines = tuple(Line(column.title, cells[column.key]) for column in shown)
    steps = tuple(Row((step.at, step.action, step.actor, step.changed, step.reason)) for step in history)
    table = Table(_HISTORY, steps, caption=text("History"))
    return Document(
        key=_NAME,
        title=text("Registration {number}", number=line.case.number or view.id),
        as_of=None,
        lines=(*lines, *_proposed(line.case)),
        sections=(Section(None, blocks=(table,)),),
        sheets=(Sheet("history", text("History"), table),),
        version=listing.VERSION,
    )


def one_json(line: CaseLine, history: Sequence[HistoryLine], *, reveal: bool = False) -> Object:
    """Return one registration with its proposal and history as an object."""
    proposal = line.case.proposal
    steps: list[Json] = [
        listing.json_object(_HISTORY[:3], (step.at, step.action, step.actor)) | {"reason": step.reason}
        for step in history
    ]
    proposed: Json = None if proposal is None else {"changes": list(proposal.changes), "cancels": proposal.cancels}
    return {**_json(line, reveal=reveal), "version": line.case.version, "proposal": proposed, "history": steps}


def _proposed(case: CaseView) -> tuple[Line, ...]:
    if case.proposal is None:
        return ()
    if case.proposal.cancels:
        return (Line(text("Proposed"), text("cancellation"), tone=Tone.WARN),)
    return tuple(
        Line(
            text("Proposed: {column}", column=column.title),
            listing.masked(_NAME, column, case.proposal.changes[column.key]),
            tone=Tone.WARN,
        )
        for column in COLUMNS
        if column.key in case.proposal.changes
    )


def _cells(line: CaseLine, *, reveal: bool = False) -> tuple[Cell, ...]:
    case = line.case
    due = None if line.due_at is None else line.due_at.date()
    shown = listing.cells(_NAME, case.registration, reveal=reveal)
    return (*shown, case.number, case.turn, due, line.overdue, case.reason)


def _row(line: CaseLine) -> tuple[Cell, ...]:
    cells = dict(zip((column.key for column in COLUMNS), _cells(line), strict=True))
    return tuple(cells[column.key] for column in _ORDER)


def _json(line: CaseLine, *, reveal: bool) -> Object:
    return listing.json_object(COLUMNS, _cells(line, reveal=reveal))
