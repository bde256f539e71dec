"""What became of a recording: how it was written, and what it brings when it comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.model.text import Text, text
from inventory.model.values import rfc3339
from netaudit.app.answer import Report
from reports import columns as c
from reports import data, vocabulary
from reports.document import Document, Line, Row, Section, Sheet, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from inventory.model.coverage import TableCoverage
    from netaudit.app.recording import Manifest

_COLUMNS = (c.TABLE, c.COMPLETENESS, c.ROWS, c.REJECTED, c.SOURCE, c.REASON)


def written(folder: Path, manifest: Manifest) -> Report:
    """Say what was recorded, table by table, and what to do with it."""
    rows = tuple(
        Row(
            (one.table, one.completeness, one.rows, one.rejected, one.source, one.said),
            vocabulary.tone(one.completeness),
        )
        for one in manifest.tables
    )
    table = Table(_COLUMNS, rows)
    title = text("Recording of {device}", device=manifest.device)
    lines = [
        Line(text("Folder"), str(folder)),
        Line(text("Bytes"), sum(file.bytes for file in manifest.files)),
        Line(text("Anonymised"), manifest.anonymised),
    ]
    if manifest.left_out:
        lines.append(Line(text("Values left out: a secret, or of no known meaning"), manifest.left_out))
    document = Document(
        key="recording",
        title=title,
        as_of=manifest.finished_at,
        lines=tuple(lines),
        sections=(Section(None, blocks=(table,)),),
        sheets=(Sheet("tables", title, table),),
        notes=(text("Communities, users, passwords and keys are not in it."),),
    )
    return Report(document, manifest.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Brought:
    """One recording that came in, or would."""

    folder: str
    device: str
    recorded_at: datetime
    facts: int
    coverage: tuple[TableCoverage, ...]
    anonymised: bool
    already: int | None = None
    """The collection that holds it already."""


_BROUGHT = (c.DEVICE, c.RECORDED_AT, c.TABLE, c.COMPLETENESS, c.ROWS, c.REASON, c.FOLDER)


def imported(brought: Sequence[Brought], *, collection: int | None, at: datetime, dry_run: bool) -> Report:
    """Say what came in; with ``dry_run``, what would."""
    new = [one for one in brought if one.already is None]
    rows = tuple(
        Row(
            (one.device, one.recorded_at, entry.table, entry.completeness, entry.rows, entry.reason, one.folder),
            vocabulary.tone(entry.completeness),
        )
        for one in new
        for entry in one.coverage
    )
    table = Table(_BROUGHT, rows, empty=text("Nothing new: these recordings are in the registry already."))
    known: tuple[Text, ...] = tuple(
        text("{folder} is in the registry already, as collection {number}.", folder=one.folder, number=one.already)
        for one in brought
        if one.already is not None
    )
    odd = tuple(
        text("{folder} is anonymised: its addresses and names exist nowhere.", folder=one.folder)
        for one in new
        if one.anonymised
    )
    title = text("What would come in") if dry_run else text("Recordings brought in")
    document = Document(
        key="import-recording",
        title=title,
        as_of=at,
        lines=(
            Line(text("Recordings"), len(new)),
            Line(text("Facts"), sum(one.facts for one in new)),
            *((Line(text("Collection"), collection),) if collection is not None else ()),
        ),
        sections=(Section(None, blocks=(table,)),),
        sheets=(Sheet("recordings", title, table),),
        notes=(*known, *odd, *((text("Nothing was stored."),) if dry_run else ())),
    )
    return Report(
        document,
        {
            "version": 1,
            "dry_run": dry_run,
            "collection": collection,
            "recordings": [
                {
                    "folder": one.folder,
                    "device": one.device,
                    "recorded_at": rfc3339(one.recorded_at),
                    "anonymised": one.anonymised,
                    "already": one.already,
                    "facts": one.facts,
                    "tables": [
                        {
                            "table": entry.table.value,
                            "completeness": entry.completeness.value,
                            "rows": entry.rows,
                            "rejected": entry.rejected,
                            "reason": data.words(entry.reason),
                            "source": entry.source,
                            "at": rfc3339(entry.at),
                        }
                        for entry in one.coverage
                    ],
                }
                for one in brought
            ],
        },
    )
