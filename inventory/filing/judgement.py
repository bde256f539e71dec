"""Which files may be stored: all-or-nothing per file, every problem named at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from inventory.filing import checks
from inventory.filing.differences import change_of
from inventory.filing.rows import batch_of, understood
from inventory.filing.schema import TABLES
from inventory.filing.surroundings import Surroundings
from inventory.model.batch import RecordKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inventory.filing.rows import Problem, RawSheet, Row
    from inventory.model.batch import Batch, RecordChange
    from inventory.model.requests import AddressRequest


@dataclass(frozen=True, slots=True)
class SheetFile:
    """What was found in one file: its tables, and what made it unreadable."""

    file: str
    sheets: tuple[RawSheet, ...] = ()
    problems: tuple[Problem, ...] = ()
    kinds: frozenset[RecordKind] = frozenset()
    """The tables it seems to hold, also where they could not be read."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What may be stored, and why the rest may not."""

    batch: Batch
    rows: tuple[tuple[Row, RecordChange | None], ...]
    """The rows of the batch in the order of files, each with what it changes."""
    problems: tuple[Problem, ...]
    """Of all refused files, by file and row."""
    first: tuple[str, ...]
    """The refused files that are to be corrected first, because others name what they hold."""

    @property
    def refused(self) -> frozenset[str]:
        """The files nothing is stored of."""
        return frozenset(problem.file for problem in self.problems)


def judge(files: Sequence[SheetFile], stored: Batch, holds: Sequence[AddressRequest] = ()) -> Judgement:
    """Check files against each other and against the registry.

    Files may name each other's records in any order. A file with any problem is refused as a whole; what only a refused
    file holds is not known to the others, which may refuse these in turn.

    Args:
        files: what was found in each.
        stored: all records.
        holds: addresses that are kept for a card at this moment.
    """
    rows = [row for file in files for sheet in file.sheets for row in understood(sheet)]
    around = Surroundings(stored, rows)
    rows = [_completed(row, around) for row in rows]
    around = Surroundings(stored, rows, holds)
    alone = [*chain.from_iterable(file.problems for file in files), *_alone(rows, around)]
    refused = {problem.file for problem in alone}
    while True:
        linked = list(_linked(rows, around, refused))
        grown = refused | {problem.file for problem in linked}
        if grown == refused:
            break
        refused = grown
    accepted = tuple(row for row in rows if row.file not in refused)
    problems = sorted(set(alone + linked), key=_order(files))
    changes = tuple((row, change_of(row, around.stored(row.kind, row.key))) for row in accepted)
    return Judgement(batch_of(accepted), changes, tuple(problems), _first(files, alone, linked))


def row_problems(file: SheetFile, stored: Batch) -> list[tuple[Row, tuple[Problem, ...]]]:
    """Check the rows of one file each by itself: for sheets of which the good rows are kept."""
    rows = [row for sheet in file.sheets for row in understood(sheet)]
    around = Surroundings(stored, rows)
    rows = [_completed(row, around) for row in rows]
    around = Surroundings(stored, rows)
    found = [*_alone(rows, around), *_linked(rows, around, set())]
    by_row: dict[tuple[str | None, int | None], list[Problem]] = {}
    for problem in found:
        by_row.setdefault((problem.sheet, problem.row), []).append(problem)
    return [(row, tuple(dict.fromkeys(by_row.get((row.sheet.sheet, row.number), ())))) for row in rows]


def _completed(row: Row, around: Surroundings) -> Row:
    named = {
        column.key: around.unit_code(row.values[column.key])
        for column in row.sheet.table.columns
        if column.refers is RecordKind.UNIT and row.values.get(column.key) is not None
    }
    row = replace(row, values={**row.values, **named})
    return row.completed(around.stored(row.kind, row.key))


def _alone(rows: Sequence[Row], around: Surroundings) -> Iterable[Problem]:
    for row in rows:
        yield from row.faults
        yield from checks.row_alone(row)
    yield from checks.duplicates(rows)
    yield from checks.loops(rows, around)


def _linked(rows: Sequence[Row], around: Surroundings, refused: set[str]) -> Iterable[Problem]:
    for row in rows:

        def seen(other: Row, file: str = row.file) -> bool:
            return other.file == file or other.file not in refused

        yield from checks.links(row, around, seen)
        yield from checks.filing(row, around, seen)


def _order(files: Sequence[SheetFile]) -> Callable[[Problem], tuple[object, ...]]:
    """Sort problems as people work through them: file by file, sheet by sheet, from top to bottom."""
    places = {file.file: number for number, file in enumerate(files)}
    sheets = {(s.file, s.sheet): number for number, s in enumerate(sheet for file in files for sheet in file.sheets)}
    letters = {
        (sheet.file, sheet.sheet, header.key): number
        for file in files
        for sheet in file.sheets
        for number, header in enumerate(sheet.headers)
    }

    def order(problem: Problem) -> tuple[object, ...]:
        place = (problem.file, problem.sheet)
        return (
            places.get(problem.file, len(places)),
            sheets.get(place, -1),
            problem.row or 0,
            letters.get((*place, problem.column or ""), -1),
            str(problem.reason),
        )

    return order


def _first(files: Sequence[SheetFile], alone: Sequence[Problem], linked: Sequence[Problem]) -> tuple[str, ...]:
    """Return the files with faults of their own that hold what other refused files look for."""
    ranks = {kind: rank for rank, kind in enumerate(TABLES)}
    faulty = {problem.file for problem in alone}
    looking = {problem.file for problem in linked}
    found: list[tuple[int, str]] = []
    for file in files:
        rank = min((ranks[kind] for kind in file.kinds), default=len(ranks))
        others = [ranks[kind] for other in files if other.file in looking - {file.file} for kind in other.kinds]
        if file.file in faulty and any(rank < other for other in others):
            found.append((rank, file.file))
    return tuple(name for _rank, name in sorted(found))
