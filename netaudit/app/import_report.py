"""An import's result for people and for programs."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from inventory.filing.schema import TABLES
from inventory.model.privacy import mask_mail, mask_phone, mask_text
from inventory.model.text import Text, text
from netaudit.app.answer import Report
from netaudit.i18n import show
from reports.columns import Column, Kind
from reports.document import Document, Row, Section, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inventory.filing.rows import Problem
    from inventory.model.batch import FieldChange, RecordChange
    from netaudit.app.import_ import FileSummary, ImportResult
    from reports.data import Object

VERSION: Final = 1
FILE: Final = Column("file", text("File"), Kind.WORD, 30)
TABLES_HELD: Final = Column("tables", text("Tables"), Kind.WORD, 14, priority=1)
ROWS: Final = Column("rows", text("Rows"), Kind.INT, 6)
ADDED: Final = Column("added", text("Added"), Kind.INT, 6)
CHANGED: Final = Column("changed", text("Changed"), Kind.INT, 8)
UNCHANGED: Final = Column("unchanged", text("Unchanged"), Kind.INT, 10)
RESULT: Final = Column("result", text("Outcome"), Kind.WORD, 14)
ROW: Final = Column("row", text("Row"), Kind.INT, 5)
COLUMN: Final = Column("column", text("Column"), width=16)
REASON: Final = Column("reason", text("Reason"), width=60)
TABLE: Final = Column("table", text("Table"), Kind.WORD, 14)
RECORD: Final = Column("record", text("Record"), width=28)
FIELD: Final = Column("field", text("Field"), width=18)
BEFORE: Final = Column("before", text("Before"), width=26)
AFTER: Final = Column("after", text("After"), width=26)

_REFUSED: Final = text("refused")
_STORED: Final = text("stored")
_COULD_BE: Final = text("can be stored")
_NEW: Final = text("new")
_PERSONAL: Final[Mapping[str, Callable[[str | None], str | None]]] = {
    "phone": mask_phone,
    "email": mask_mail,
    "person": mask_text,
    "remark": mask_text,
    "location": mask_text,
    "purpose": mask_text,
}


def report(result: ImportResult) -> Report:
    """Return the result in both shapes."""
    return Report(document(result), data(result))


def document(result: ImportResult) -> Document:
    """Build what the terminal shows: files, every problem, and for a dry run every difference."""
    names = _short_names(result)
    title = text("Import (dry run: nothing is written)") if result.dry_run else text("Import")
    sections = [Section(text("Files"), blocks=(_files(result, names),))]
    if result.problems:
        table = Table((FILE, ROW, COLUMN, REASON), tuple(_problem_row(problem, names) for problem in result.problems))
        sections.append(Section(text("Problems"), blocks=(table,), notes=_advice(result)))
    if result.dry_run and result.changes:
        rows = tuple(row for change in result.changes for row in _change_rows(change))
        sections.append(Section(text("Differences"), blocks=(Table((TABLE, RECORD, FIELD, BEFORE, AFTER), rows),)))
    return Document("import", title, None, sections=tuple(sections), notes=result.remarks, version=VERSION)


def _short_names(result: ImportResult) -> dict[str, str]:
    """Return files without their folders, where that leaves them apart."""
    names = {file.file: PurePath(file.file).name for file in result.files}
    return names if len(set(names.values())) == len(names) else {file: file for file in names}


def _files(result: ImportResult, names: Mapping[str, str]) -> Table:
    def row(file: FileSummary) -> Row:
        outcome = _REFUSED if file.refused else _COULD_BE if result.dry_run else _STORED
        held = file.kinds[0] if len(file.kinds) == 1 else None
        counts = (None, None, None) if file.refused else (file.added, file.changed, file.unchanged)
        tables = TABLES[held].title if held else ", ".join(file.kinds) or None
        return Row((names[file.file], tables, file.rows, *counts, outcome), Tone.BAD if file.refused else Tone.GOOD)

    return Table(
        (FILE, TABLES_HELD, ROWS, ADDED, CHANGED, UNCHANGED, RESULT), tuple(row(file) for file in result.files)
    )


def _problem_row(problem: Problem, names: Mapping[str, str]) -> Row:
    name = names[problem.file]
    file = name if problem.sheet is None else f"{name} · {problem.sheet}"
    column = problem.header
    if column is not None and problem.letter is not None:
        column = f"{column} ({problem.letter})"
    return Row((file, problem.row, column, problem.reason), Tone.BAD)


def _advice(result: ImportResult) -> tuple[Text, ...]:
    notes = [text("Nothing of a refused file was stored. Correct it and import it again.")]
    if result.first:
        notes.append(text("Correct {files} first: other files name what is in there.", files=", ".join(result.first)))
    return tuple(notes)


def _change_rows(change: RecordChange) -> list[Row]:
    title = TABLES[change.kind].title
    if change.added:
        return [Row((title, change.key, None, None, _NEW), Tone.GOOD)]
    columns = TABLES[change.kind].by_key
    return [Row((title, change.key, columns[field.field].title, *_values(field)), Tone.WARN) for field in change.fields]


def _values(change: FieldChange) -> tuple[str | None, str | None]:
    hide = _PERSONAL.get(change.field)
    return (hide(change.before), hide(change.after)) if hide else (change.before, change.after)


def data(result: ImportResult) -> Object:
    """Return the document of ``--format json``; texts are in the user's language, everything else is stable."""
    return {
        "report": "import",
        "version": VERSION,
        "dry_run": result.dry_run,
        "files": [
            {
                "file": file.file,
                "tables": [kind.value for kind in file.kinds],
                "rows": file.rows,
                "added": file.added,
                "changed": file.changed,
                "unchanged": file.unchanged,
                "refused": file.refused,
            }
            for file in result.files
        ],
        "problems": [
            {
                "file": problem.file,
                "sheet": problem.sheet,
                "row": problem.row,
                "column": problem.column,
                "header": problem.header,
                "letter": problem.letter,
                "reason": show(problem.reason),
            }
            for problem in result.problems
        ],
        "correct_first": list(result.first),
        "changes": [
            {
                "table": change.kind.value,
                "record": change.key,
                "added": change.added,
                "fields": [
                    dict(zip(("field", "before", "after"), (field.field, *_values(field)), strict=True))
                    for field in change.fields
                ],
            }
            for change in result.changes
        ],
        "remarks": [show(remark) for remark in result.remarks],
    }
