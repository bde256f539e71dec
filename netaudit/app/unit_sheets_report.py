"""What became of returned sheets, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.text import text
from netaudit.app.answer import Report
from netaudit.app.import_report import FILE, REASON, ROW, ROWS
from netaudit.app.unit_sheets import BAD, OUTCOMES, Outcome
from reports.columns import UNIT, Column, Kind
from reports.document import Document, Line, Row, Section, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.text import Text
    from netaudit.app.profile_sheet import Taken
    from netaudit.app.unit_sheets import Returned
    from reports.data import Json, Object

VERSION: Final = 1
_STORED: Final = Column("stored", text("Submitted"), Kind.INT, 10)
_UNCHANGED: Final = Column("unchanged", text("Unchanged"), Kind.INT, 10)
_EMPTY: Final = Column("empty", text("Not filled in"), Kind.INT, 10)
_WRONG: Final = Column("to_correct", text("To correct"), Kind.INT, 10)
_OUTCOME: Final = Column("outcome", text("Outcome"), width=18)
_FILES: Final = (FILE, UNIT, ROWS, _STORED, _UNCHANGED, _EMPTY, _WRONG)
_ROWS: Final = (FILE, ROW, _OUTCOME, REASON)
_SUBMITTED: Final = (Outcome.NEW, Outcome.CHANGED, Outcome.CANCELLED, Outcome.DISPUTED)


def report(returned: Sequence[Returned], *, dry_run: bool) -> Report:
    """Return the result in both shapes."""
    return Report(_document(returned, dry_run=dry_run), _data(returned, dry_run=dry_run))


def _document(returned: Sequence[Returned], *, dry_run: bool) -> Document:
    files = Table(_FILES, tuple(_file_row(one) for one in returned))
    wrong = tuple(row for one in returned for row in _wrong(one))
    notes = [remark for one in returned for remark in (*one.remarks, *_network(one))]
    sections = [Section(None, blocks=(files,), notes=tuple(notes))]
    if wrong:
        sections.append(Section(text("To correct"), blocks=(Table(_ROWS, wrong),)))
    lines = (Line(text("Nothing was stored"), text("only a trial run")),) if dry_run else ()
    return Document("registration-import", text("Returned sheets"), None, lines, tuple(sections), (), version=VERSION)


def _network(one: Returned) -> list[Text]:
    """Tell what became of the sheet about the unit's network."""
    if one.network is None:
        return []
    if one.network.refusal is not None:
        return [text("{file}: the sheet about the unit's network was not stored: {reason}", file=one.file,
                     reason=one.network.refusal.reason)]  # fmt: skip
    titles = one.network.titles
    return [text("{file}: the unit's network: {column} changed.", file=one.file, column=title) for title in titles]


def _file_row(one: Returned) -> Row:
    counts = (
        len(one.rows),
        one.count(*_SUBMITTED),
        one.count(Outcome.UNCHANGED),
        one.count(Outcome.EMPTY),
        one.count(*BAD) if not one.problems else None,
    )
    return Row((one.file, one.unit.code if one.unit else None, *counts), tone=None if one.good else Tone.WARN)


def _wrong(one: Returned) -> list[Row]:
    if one.problems:
        refused = OUTCOMES[Outcome.REFUSED]
        return [Row((one.file, problem.row, refused, problem.reason), tone=Tone.BAD) for problem in one.problems]
    return [
        Row((one.file, row.number, OUTCOMES[row.outcome], row.reasons), tone=Tone.BAD)
        for row in one.rows
        if row.outcome in BAD
    ]


def _data(returned: Sequence[Returned], *, dry_run: bool) -> Object:
    files: list[Json] = [
        {
            "file": one.file,
            "unit": one.unit.code if one.unit else None,
            "network": None if one.network is None else _network_json(one.network),
            "problems": [{"row": problem.row, "reason": str(problem.reason)} for problem in one.problems],
            "rows": [
                {"row": row.number, "outcome": row.outcome.value, "reasons": [str(reason) for reason in row.reasons]}
                for row in one.rows
            ],
        }
        for one in returned
    ]
    return {"report": "registration-import", "version": VERSION, "dry_run": dry_run, "files": files}


def _network_json(taken: Taken) -> Object:
    refusal = taken.refusal
    return {"changed": [*taken.changed], "refused": None if refusal is None else str(refusal.reason)}
