"""How did this sweep go: what was asked, what was found, what was left out?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inventory.model.records import SweepOutcome
from inventory.model.text import text
from reports import columns as c
from reports import data, rows, vocabulary
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from inventory.model.sweep import SweepSummary
    from reports.data import Object

VERSION: Final = 1
_SKIPPED: Final = text("Left out, and why")


def document(summary: SweepSummary) -> Document:
    """Build the summary ``netaudit sweep`` ends with."""
    skipped = Table(
        (c.WHAT, c.WHY),
        tuple(Row((one.what, one.why), Tone.WARN) for one in summary.skipped),
        empty=text("Nothing was left out."),
    )
    numbers = _numbers(summary)
    return Document(
        key="sweep",
        title=text("Sweep") if summary.sweep is None else text("Sweep {number}", number=summary.sweep),
        as_of=summary.finished_at or summary.started_at,
        lines=(
            Line(text("Outcome"), summary.outcome, tone=vocabulary.tone(summary.outcome)),
            *numbers,
            *rows.coverage_lines(summary.coverage),
        ),
        sections=(Section(_SKIPPED, blocks=(skipped,)),) if summary.skipped else (),
        sheets=(
            Sheet("numbers", text("Sweep"), Table((c.ITEM, c.COUNT), tuple(Row((n.label, n.value)) for n in numbers))),
            Sheet("skipped", _SKIPPED, skipped),
            rows.coverage_sheet(summary.coverage),
        ),
        version=VERSION,
    )


def json_document(summary: SweepSummary) -> Object:
    """Return the summary as ``docs/schema/sweep.schema.json`` describes it."""
    interrupted = summary.outcome is SweepOutcome.INTERRUPTED
    return {
        "version": VERSION,
        "sweep": summary.sweep,
        "started_at": data.at(summary.started_at),
        "finished_at": data.at(summary.finished_at),
        "outcome": SweepOutcome.PARTIAL.value if interrupted else summary.outcome.value,
        "interrupted": interrupted,
        "targets": summary.targets,
        "probed": summary.probed,
        "alive": summary.alive,
        "endpoints": summary.endpoints,
        "unregistered": summary.unregistered,
        "coverage": data.coverage(summary.coverage),
        "skipped": [{"what": one.what, "why": str(one.why)} for one in summary.skipped],
    }


def _numbers(summary: SweepSummary) -> tuple[Line, ...]:
    return (
        Line(text("Addresses in scope"), summary.targets),
        Line(text("Addresses probed"), summary.probed),
        Line(text("Answered a probe"), summary.alive),
        Line(text("Endpoints seen"), summary.endpoints, text("by probes and device tables together")),
        Line(text("Unregistered"), summary.unregistered, tone=Tone.WARN if summary.unregistered else Tone.GOOD),
    )
