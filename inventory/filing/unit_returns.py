"""What each row of a returned unit sheet asks for: filed, changed, cancelled, disputed, or refused with the reason.

Returning the same sheet twice changes nothing the second time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

from inventory.filing.cells import Fault, read, write
from inventory.filing.judgement import SheetFile, row_problems
from inventory.filing.lifecycle import FIXED, Step, changed
from inventory.filing.rows import RawRow, RawSheet, view_of
from inventory.filing.schema import REGISTRATIONS
from inventory.filing.unit_sheet import ANSWER, ANSWERS, HIDDEN, RESULT, SEEN, Answer
from inventory.model.batch import RecordKind
from inventory.model.cases import Action
from inventory.model.disputes import DisputeKind, DisputeView
from inventory.model.records import RegistrationState as State
from inventory.model.records import RegistrationView
from inventory.model.text import Text, text
from inventory.model.values import PUBLIC_PLANE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from inventory.filing.rows import Row
    from inventory.model.batch import Batch
    from inventory.model.cases import CaseView
    from inventory.model.values import IPAddress, Mac

_DISPUTES: Final = {
    Answer.REMOVED: DisputeKind.REMOVED,
    Answer.NOT_OURS: DisputeKind.NOT_OURS,
    Answer.MISTAKEN: DisputeKind.MISTAKEN,
}


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    EMPTY = "empty"
    """Written out by us and not filled in."""
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class File:
    """A new registration."""

    view: RegistrationView


@dataclass(frozen=True, slots=True)
class Act:
    """A step with a stored registration."""

    number: int
    step: Step


@dataclass(frozen=True, slots=True)
class Dispute:
    """A statement about an endpoint."""

    view: DisputeView


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row, what becomes of it and why."""

    number: int
    cells: Mapping[str, str]
    """As written."""
    outcome: Outcome
    reasons: tuple[Text, ...] = ()
    plans: tuple[Plan, ...] = ()


if TYPE_CHECKING:
    Plan: TypeAlias = File | Act | Dispute


def judge_sheet(
    sheet: RawSheet, unit: str, stored: Batch, cases: Sequence[CaseView], required: frozenset[str]
) -> tuple[RowResult, ...]:
    """Return what each row of a returned sheet asks for.

    Args:
        sheet: the rows, read with the columns of :data:`UNIT_SHEET`.
        unit: the code of the unit that returned it.
        stored: all records.
        cases: the unit's registrations, and those of other units that are not cancelled.
        required: the columns the office asks for.
    """
    name = next((view.name for view in stored.units if view.code == unit), None)
    desk = _Desk(unit, name, cases, required)
    judged = row_problems(SheetFile(sheet.file, (_plain(sheet, unit),)), _without_replaced(sheet, stored))
    return tuple(
        desk.judge(raw, row, tuple(problem.reason for problem in problems))
        for raw, (row, problems) in zip(sheet.rows, judged, strict=True)
    )


def _without_replaced(sheet: RawSheet, stored: Batch) -> Batch:
    """Return the records without the registrations whose row names another card: their address becomes free."""
    cards = {raw.cells.get("id", "").strip(): raw.cells.get("mac", "") for raw in sheet.rows}
    column = REGISTRATIONS.by_key["mac"]
    replaced = {
        view.id
        for view in stored.registrations
        if str(view.id) in cards and read(column, cards[str(view.id)]) != view.mac
    }
    kept = tuple(view for view in stored.registrations if view.id not in replaced)
    return replace(stored, registrations=kept)


def _plain(sheet: RawSheet, unit: str) -> RawSheet:
    """Return the sheet as an import of registrations has it: the unit in every row, our own columns gone."""
    headers = tuple(header for header in sheet.headers if header.key in REGISTRATIONS.by_key and header.key != "unit")
    rows = tuple(
        RawRow(raw.number, {**{k: v for k, v in raw.cells.items() if k in REGISTRATIONS.by_key}, "unit": unit})
        for raw in sheet.rows
    )
    unit_header = next((header for header in sheet.headers if header.key == "unit"), None)
    named = unit_header or replace(sheet.headers[0], key="unit", written="unit", letter=None)
    return replace(sheet, headers=(named, *headers), rows=rows)


@dataclass(frozen=True, slots=True)
class _Desk:
    unit: str
    name: str | None
    cases: Sequence[CaseView]
    required: frozenset[str]

    def judge(self, raw: RawRow, row: Row, faults: tuple[Text, ...]) -> RowResult:
        answer = _answer(raw)
        unfit = answer if isinstance(answer, Text) else self._other_unit(raw)
        if unfit is not None or isinstance(answer, Text):
            return RowResult(raw.number, raw.cells, Outcome.REFUSED, () if unfit is None else (unfit,))
        case = self._case(raw, row)
        if answer is not Answer.FILE:
            is_dispute = answer in _DISPUTES and case is None
            return self._disputed(raw, row, answer) if is_dispute else self._cancelled(raw, case, answer)
        if case is None and not _filled_in(raw):
            return RowResult(raw.number, raw.cells, Outcome.EMPTY)
        if faults:
            return RowResult(raw.number, raw.cells, Outcome.REFUSED, faults)
        return self._new(raw, row) if case is None else self._changed(raw, row, case)

    def _other_unit(self, raw: RawRow) -> Text | None:
        written = raw.cells.get("unit", "").strip()
        number = raw.cells.get("id", "").strip()
        mine = any(str(case.registration.id) == number and case.registration.unit == self.unit for case in self.cases)
        if number and not mine:
            return text("The number {number} belongs to no registration of this unit.", number=number)
        if written and written not in {self.unit, self.name} and not number:
            return text("The row names another unit: {unit}.", unit=written)
        return None

    def _case(self, raw: RawRow, row: Row) -> CaseView | None:
        number = raw.cells.get("id", "").strip()
        if number:
            return next(case for case in self.cases if str(case.registration.id) == number)
        card = (row.values.get("plane"), row.values.get("mac"))
        return next(
            (
                case
                for case in self.cases
                if case.registration.state is not State.CANCELLED
                and (case.registration.plane, case.registration.mac) == card
            ),
            None,
        )

    def _disputed(self, raw: RawRow, row: Row, answer: Answer) -> RowResult:
        ip, mac = row.values.get("ip"), row.values.get("mac")
        if ip is None and mac is None:
            return RowResult(raw.number, raw.cells, Outcome.REFUSED, (text("The row names no endpoint."),))
        view = DisputeView(
            0,
            self.unit,
            str(row.values.get("plane") or PUBLIC_PLANE),
            _DISPUTES[answer],
            cast("IPAddress | None", ip),
            cast("Mac | None", mac),
            note=raw.cells.get("remark", "").strip() or None,
        )
        return RowResult(raw.number, raw.cells, Outcome.DISPUTED, plans=(Dispute(view),))

    def _cancelled(self, raw: RawRow, case: CaseView | None, answer: Answer) -> RowResult:
        if case is None:
            reason = text("This endpoint is not filed, so there is nothing to cancel.")
            return RowResult(raw.number, raw.cells, Outcome.REFUSED, (reason,))
        if case.registration.state is State.CANCELLED or (case.proposal is not None and case.proposal.cancels):
            return RowResult(raw.number, raw.cells, Outcome.UNCHANGED)
        word = next(choice.synonyms[0] for choice in ANSWERS if choice.value is answer)
        why = raw.cells.get("remark", "").strip() or raw.cells.get("answer", "").strip() or word
        step = Step(Action.CANCEL, why, version=case.version)
        return RowResult(raw.number, raw.cells, Outcome.CANCELLED, plans=(Act(case.registration.id, step),))

    def _new(self, raw: RawRow, row: Row) -> RowResult:
        if missing := self._missing(row):
            return RowResult(raw.number, raw.cells, Outcome.REFUSED, (missing,))
        view = cast("RegistrationView", view_of(RecordKind.REGISTRATION, row.values))
        return RowResult(raw.number, raw.cells, Outcome.NEW, plans=(File(replace(view, state=State.SUBMITTED)),))

    def _changed(self, raw: RawRow, row: Row, case: CaseView) -> RowResult:
        there = case.registration if case.proposal is None else changed(case.registration, case.proposal.changes)
        if case.registration.state is State.CANCELLED:
            reason = text("This registration was cancelled; clear the number to file the card again.")
            return RowResult(raw.number, raw.cells, Outcome.CONFLICT, (reason,))
        differing = {
            key: write(value)
            for key, value in row.values.items()
            if key in row.given and key != "unit" and value != getattr(there, key)
        }
        if not differing:
            return RowResult(raw.number, raw.cells, Outcome.UNCHANGED)
        version = raw.cells.get("version", "").strip()
        if version and version != str(case.version):
            return RowResult(raw.number, raw.cells, Outcome.CONFLICT, tuple(_conflicts(there, differing)))
        if missing := self._missing(row):
            return RowResult(raw.number, raw.cells, Outcome.REFUSED, (missing,))
        return RowResult(raw.number, raw.cells, Outcome.CHANGED, plans=tuple(_steps(case, row, differing)))

    def _missing(self, row: Row) -> Text | None:
        empty = [c for c in REGISTRATIONS.columns if c.key in self.required and row.values.get(c.key) in {None, ""}]
        if not empty:
            return None
        titles = empty[0].title
        for column in empty[1:]:
            titles = text("{first}, {second}", first=titles, second=column.title)
        return text("Still to be filled in: {columns}.", columns=titles)


def _answer(raw: RawRow) -> Answer | Text:
    value = read(ANSWER, raw.cells.get("answer", ""))
    if isinstance(value, Fault):
        return value.reason
    return Answer.FILE if value is None else cast("Answer", value)


def _filled_in(raw: RawRow) -> bool:
    """Whether a person wrote anything into the row: in one without a number our own cells do not count."""
    own = {"ip", "mac", "plane", "point", "unit", RESULT.key, *(column.key for column in (*SEEN, *HIDDEN))}
    exported = any(raw.cells.get(column.key, "").strip() for column in SEEN)
    return not exported or any(cell.strip() for key, cell in raw.cells.items() if key not in own)


def _conflicts(there: RegistrationView, differing: Mapping[str, str]) -> Iterator[Text]:
    for key, value in differing.items():
        yield text(
            "{column} was changed in the registry meanwhile: it is {there} there and {here} here.",
            column=REGISTRATIONS.by_key[key].title,
            there=write(getattr(there, key)) or "—",
            here=value or "—",
        )


def _steps(case: CaseView, row: Row, differing: Mapping[str, str]) -> Iterator[Plan]:
    """Yield the steps that bring a registration to what a row says, the last one a submission where one is needed."""
    number, state = case.registration.id, case.registration.state
    if differing.keys() & FIXED:
        mac = row.values["mac"]
        yield Act(number, Step(Action.CANCEL, f"→ {mac}", version=case.version))
        view = cast("RegistrationView", view_of(RecordKind.REGISTRATION, row.values))
        yield File(replace(view, state=State.SUBMITTED))
    elif state in {State.APPROVED, State.AMENDING}:
        yield Act(number, Step(Action.AMEND, changes=differing, version=case.version))
    else:
        if state is State.SUBMITTED:
            yield Act(number, Step(Action.WITHDRAW, version=case.version))
        yield Act(number, Step(Action.EDIT, changes=differing))
        yield Act(number, Step(Action.SUBMIT))
