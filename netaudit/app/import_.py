"""Importing sheets: read, judge, and store what may be stored, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.filing.judgement import judge
from inventory.model.errors import UsageError
from inventory.model.records import PortMatch
from inventory.model.requests import RequestState
from inventory.model.text import text
from netaudit.app.sheets import SUFFIXES, order_of, read_file, seems_instructions, table_of
from netaudit.app.stated import ReadPorts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from inventory.filing.judgement import Judgement
    from inventory.filing.rows import Problem
    from inventory.model.batch import RecordChange, RecordKind
    from inventory.model.text import Text
    from inventory.registry.engine import Registry
    from netaudit.app.sheets import Reading

_OLD_SUFFIXES = frozenset({".ods"})
"""Spreadsheets that are not read: in a folder they are named rather than passed over."""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file."""

    file: str
    kinds: tuple[RecordKind, ...]
    rows: int
    added: int
    changed: int
    unchanged: int
    refused: bool


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or with ``dry_run`` would do."""

    files: tuple[FileSummary, ...]
    problems: tuple[Problem, ...]
    """Every reason for a refusal, by file and row."""
    changes: tuple[RecordChange, ...]
    first: tuple[str, ...]
    """Refused files that are to be corrected first."""
    remarks: tuple[Text, ...]
    dry_run: bool

    @property
    def refused(self) -> bool:
        """Whether any file was refused."""
        return any(file.refused for file in self.files)


def import_files(registry: Registry, paths: Sequence[Path], *, dry_run: bool = False) -> ImportResult:
    """Store the sheets of files and folders.

    A file with problems is refused as a whole; the others are stored together, in one transaction.

    Raises:
        UsageError: a folder holds no import sheet.
        RegistryError: the records cannot be stored, or were changed by somebody else at that moment.
    """
    remarks: list[Text] = []
    readings = sorted(_read_all(paths, remarks), key=lambda reading: order_of(reading.content.kinds))
    records = registry.records()
    holds = registry.desk.requests.listed(state=RequestState.HELD)
    judgement = judge([reading.content for reading in readings], records, holds)
    if judgement.rows and not dry_run:
        registry.apply(judgement.batch, judged=records)
    return ImportResult(
        files=tuple(_summary(reading, judgement) for reading in readings),
        problems=judgement.problems,
        changes=tuple(change for _row, change in judgement.rows if change is not None),
        first=judgement.first,
        remarks=(
            *remarks,
            *(remark for reading in readings for remark in reading.remarks),
            *_unread(registry, judgement),
        ),
        dry_run=dry_run,
    )


def _unread(registry: Registry, judgement: Judgement) -> Iterable[Text]:
    """Yield what is to be said of new records whose ports nobody read; of devices never read that is only natural."""
    batch = judgement.batch
    ports = ReadPorts(registry)
    for record in (*batch.points, *batch.statements):
        if ports.as_read(record)[0] is PortMatch.NO_PORT:
            yield from ports.doubts(record)


def _read_all(paths: Sequence[Path], remarks: list[Text]) -> Iterable[Reading]:
    seen: set[Path] = set()
    for path in paths:
        files = list(_within(path, remarks)) if path.is_dir() else [path]
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield read_file(file, str(file))


def _within(folder: Path, remarks: list[Text]) -> Iterable[Path]:
    """Yield the sheets of a folder; what else lies there is mentioned."""
    found = False
    for file in sorted(folder.iterdir()):
        suffix = file.suffix.lower()
        if not file.is_file() or file.name.startswith((".", "~$")) or suffix not in SUFFIXES | _OLD_SUFFIXES:
            continue
        if table_of(file.stem) is not None:
            found = True
            yield file
        elif not seems_instructions(file.stem):
            remarks.append(text("{file} is not named like an import table and was not read.", file=file))
    if not found:
        raise UsageError(
            text("There is no import sheet in {folder}.", folder=folder),
            text("Write empty ones with: netaudit template export {folder}", folder=folder),
        )


def _summary(reading: Reading, judgement: Judgement) -> FileSummary:
    file = reading.content.file
    changes = [change for row, change in judgement.rows if row.file == file]
    added = sum(change is not None and change.added for change in changes)
    unchanged = changes.count(None)
    return FileSummary(
        file=file,
        kinds=tuple(sorted(reading.content.kinds, key=lambda kind: order_of(frozenset({kind})))),
        rows=sum(len(sheet.rows) for sheet in reading.content.sheets),
        added=added,
        changed=len(changes) - added - unchanged,
        unchanged=unchanged,
        refused=file in judgement.refused,
    )
