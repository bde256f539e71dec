"""What answers at a device, which tables does it have, and what will be known by them?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import ReadState
from inventory.model.text import Text, text
from reports import columns as c
from reports import data, vocabulary
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.model.coverage import TableCoverage
    from inventory.model.facts import DeviceFact
    from inventory.model.observation import VisibilityGrade
    from inventory.model.values import IPAddress
    from reports.data import Object

VERSION: Final = 1
_DEVICES: Final = (
    c.DEVICE,
    c.DEVICE_ADDRESS,
    c.READ_BY,
    c.READ,
    c.MODEL,
    c.SOFTWARE,
    c.PLATFORM,
    replace(c.SECONDS, width=7, priority=5),
    c.GRADE,
    c.WHY,
)
_TABLES: Final = (c.DEVICE, c.READ_BY, c.TABLE, c.COMPLETENESS, c.ROWS, c.REJECTED, c.REASON)


@dataclass(frozen=True, slots=True)
class Way:
    """One way a device was read."""

    way: str
    """``snmp`` or ``ssh``."""
    called: str | Text
    """Version and profile; or why it could not be tried."""
    state: ReadState
    identity: DeviceFact | None
    tables: tuple[TableCoverage, ...]
    hint: Text | None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One device that was tried."""

    device: str
    address: IPAddress
    registered: bool
    ways: tuple[Way, ...]
    grade: VisibilityGrade | None
    """The best visibility grade it can contribute to; None for what forwards nothing."""
    because: Text | None


def document(trials: Sequence[Trial]) -> Document:
    """Build what ``netaudit device test`` shows."""
    devices = Table(_DEVICES, tuple(row for trial in trials for row in _rows(trial)))
    tables = Table(_TABLES, tuple(row for trial in trials for row in _table_rows(trial)), empty=text("No table came."))
    answering = sum(any(way.state is not ReadState.UNREAD for way in trial.ways) for trial in trials)
    title = text("What the devices answer")
    return Document(
        key="device-test",
        title=title,
        as_of=None,
        lines=(
            Line(
                text("Devices that answer"),
                text("{done} of {all}", done=answering, all=len(trials)),
                tone=Tone.GOOD if answering == len(trials) else Tone.WARN,
            ),
        ),
        sections=(Section(None, blocks=(devices,)), Section(text("Tables"), blocks=(tables,))),
        sheets=(Sheet("devices", title, devices), Sheet("tables", text("Tables"), tables)),
        notes=(text("Nothing was stored. The grade is the best one that endpoints behind the device can get."),),
        version=VERSION,
    )


def _rows(trial: Trial) -> Iterator[Row]:
    if not trial.ways:
        nothing = text("It has no SNMP profile and no SSH profile.")
        row = (trial.device, trial.address, None, ReadState.UNREAD, None, None, None, None, trial.grade, nothing)
        yield Row(row, Tone.MUTED)
    for way in trial.ways:
        said = way.identity
        yield Row(
            (
                trial.device,
                trial.address,
                way.called,
                way.state,
                said.model if said else None,
                said.software if said else None,
                said.platform if said else None,
                None if way.seconds is None else round(way.seconds, 1),
                trial.grade,
                way.hint or trial.because,
            ),
            vocabulary.tone(way.state),
        )


def _table_rows(trial: Trial) -> Iterator[Row]:
    for way in trial.ways:
        if way.state is not ReadState.UNREAD:
            for entry in way.tables:
                cells = (trial.device, way.called, entry.table, entry.completeness, entry.rows, entry.rejected)
                yield Row((*cells, entry.reason), vocabulary.tone(entry.completeness))


def json_document(trials: Sequence[Trial]) -> Object:
    """Return the trials as ``docs/schema/device-test.schema.json`` describes them."""
    return {
        "version": VERSION,
        "devices": [
            {
                "device": trial.device,
                "address": str(trial.address),
                "registered": trial.registered,
                "grade": trial.grade.value if trial.grade else None,
                "because": data.words(trial.because),
                "ways": [_json_way(way) for way in trial.ways],
            }
            for trial in trials
        ],
    }


def _json_way(way: Way) -> Object:
    said = way.identity
    return {
        "way": way.way,
        "called": str(way.called),
        "read": way.state.value,
        "model": said.model if said else None,
        "software": said.software if said else None,
        "platform": said.platform if said else None,
        "seconds": None if way.seconds is None else round(way.seconds, 3),
        "hint": data.words(way.hint),
        "tables": [
            {
                "table": entry.table.value,
                "completeness": entry.completeness.value,
                "rows": entry.rows,
                "rejected": entry.rejected,
                "reason": data.words(entry.reason),
            }
            for entry in way.tables
        ],
    }
