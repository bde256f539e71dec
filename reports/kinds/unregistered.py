"""Which endpoints has nobody filed yet, unit by unit, and how do we know?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.observation import Absence, Status
from inventory.model.text import text
from reports import columns as c
from reports import data, rows, twice
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone
from reports.kinds import registration_rate as rates

if TYPE_CHECKING:
    from inventory.model.observation import Finding, Missing, Reconciliation, UnitResult
    from inventory.model.text import Text
    from reports.columns import Column
    from reports.data import Object, Vendor

VERSION: Final = 1
TITLE: Final = text("Unregistered endpoints")
_ALL_FILED: Final = text("Every endpoint that was seen is filed.")
_NOTHING_SEEN: Final = text("No endpoint was seen. Look at the coverage: nothing seen is not nothing there.")


def document(
    result: Reconciliation, vendor: Vendor = data.nobody, *, unit: str | None = None, reveal: bool = False
) -> Document:
    """Build the report.

    Args:
        result: what was reconciled.
        vendor: who made a network card.
        unit: only this unit's code; every unit when None.
        reveal: show phone numbers in full.
    """
    units = _chosen(result, unit)
    different = [rows.different(u, f, reveal=reveal) for u in units for f in _findings(u, Status.MISMATCH)]
    missing = {
        sought: [rows.absent(gone, reveal=reveal) for u in units for gone in _missing(u, sought=sought)]
        for sought in (True, False)
    }
    unassessed = [rows.unassessed(u, gone) for u in units if (gone := _missing(u, sought=False))]
    mismatch_table = Table(rows.DIFFERENT, tuple(different), empty=text("No filing differs from what was seen."))
    missing_table = Table(rows.ABSENT, (*missing[True], *missing[False]), empty=text("Every filed endpoint was seen."))
    return Document(
        key="unregistered",
        title=TITLE,
        as_of=result.as_of,
        lines=_summary(result, units),
        sections=(
            Section(text("Units"), blocks=(rates.table(units),), notes=_notes(units)),
            *(_unit(u, vendor) for u in units if _findings(u, Status.UNREGISTERED)),
            *_section(text("Filed, but differs from what was seen"), mismatch_table),
            *_section(
                text("Filed, but not seen"),
                _without(c.ABSENCE, Table(rows.ABSENT, tuple(missing[True]))),
                text("Not seen is not gone: an endpoint may have been switched off."),
            ),
            *_section(text("Filed, but could not be looked for"), Table(rows.UNASSESSED, tuple(unassessed))),
        ),
        sheets=(
            Sheet("endpoints", TITLE, _flat(units, vendor)),
            Sheet("units", text("Units"), rates.table(units)),
            Sheet("mismatches", text("Filed, but differs"), mismatch_table),
            Sheet("missing", text("Filed, but not seen"), missing_table),
            rows.coverage_sheet(result.coverage),
        ),
        notes=(rates.ROUNDING,),
        version=VERSION,
    )


def json_document(
    result: Reconciliation, vendor: Vendor = data.nobody, *, unit: str | None = None, reveal: bool = False
) -> Object:
    """Return the report as ``docs/schema/unregistered.schema.json`` describes it."""
    units = _chosen(result, unit)
    return {
        "report": "unregistered",
        "version": VERSION,
        "as_of": data.at(result.as_of),
        "sweep": result.sweep,
        "coverage": data.coverage(result.coverage),
        "totals": rates.totals(units),
        "units": [
            {
                **rates.numbers(u),
                "endpoints": [data.endpoint(f, vendor) for f in _findings(u, Status.UNREGISTERED)],
                "mismatches": [data.mismatch(f, vendor, reveal=reveal) for f in _findings(u, Status.MISMATCH)],
                "missing": [data.missing(gone, reveal=reveal) for gone in _missing(u)],
            }
            for u in units
        ],
    }


def _chosen(result: Reconciliation, code: str | None) -> tuple[UnitResult, ...]:
    return tuple(sorted((u for u in result.units if code in {None, u.code}), key=lambda u: u.code))


def _findings(unit: UnitResult, status: Status) -> list[Finding]:
    return sorted((f for f in unit.findings if f.status is status), key=rows.order)


def _missing(unit: UnitResult, *, sought: bool | None = None) -> list[Missing]:
    """Return the filed endpoints without a trace: those that were looked for, those that could not be, or both."""
    found = [gone for gone in unit.missing if sought is None or (gone.absence is Absence.NOT_SEEN) is sought]
    return sorted(found, key=lambda gone: (gone.absence is not Absence.NOT_SEEN, gone.registration.id))


def _summary(result: Reconciliation, units: tuple[UnitResult, ...]) -> tuple[Line, ...]:
    unregistered, observed = sum(u.unregistered for u in units), sum(u.observed for u in units)
    return (
        Line(
            TITLE,
            text("{part} of {whole} observed endpoints", part=unregistered, whole=observed),
            text("in {units} of {all} units", units=sum(1 for u in units if u.unregistered), all=len(units)),
            Tone.BAD if unregistered else Tone.GOOD,
        ),
        rates.total_line(units),
        *((Line(text("Sweep"), result.sweep),) if result.sweep is not None else ()),
        *rows.coverage_lines(result.coverage),
    )


def _notes(units: tuple[UnitResult, ...]) -> tuple[Text, ...]:
    observed, unregistered = sum(u.observed for u in units), sum(u.unregistered for u in units)
    if not observed:
        return (_NOTHING_SEEN,)
    remarks = (*rates.withheld(units), *twice.notes(units))
    return remarks if unregistered else (_ALL_FILED, *remarks)


def _unit(unit: UnitResult, vendor: Vendor) -> Section:
    found = _findings(unit, Status.UNREGISTERED)
    return Section(
        text("{name} ({code})", name=rows.unit_name(unit), code=unit.code),
        lines=rates.lines(unit),
        blocks=(Table(rows.ENDPOINT, tuple(rows.endpoint(f, vendor) for f in found)),),
    )


def _flat(units: tuple[UnitResult, ...], vendor: Vendor) -> Table:
    return Table(
        (c.UNIT, c.UNIT_NAME, *rows.ENDPOINT),
        tuple(
            Row((u.code, rows.unit_name(u), *row.cells), row.tone)
            for u in units
            for row in (rows.endpoint(f, vendor) for f in _findings(u, Status.UNREGISTERED))
        ),
        empty=_ALL_FILED,
    )


def _without(column: Column, table: Table) -> Table:
    """A table less one column, which its title makes needless."""
    at = table.columns.index(column)
    made = (replace(row, cells=row.cells[:at] + row.cells[at + 1 :]) for row in table.rows)
    return replace(table, columns=table.columns[:at] + table.columns[at + 1 :], rows=tuple(made))


def _section(title: Text, table: Table, *notes: Text) -> tuple[Section, ...]:
    """A section, unless it would be empty."""
    return (Section(title, blocks=(table,), notes=notes),) if table.rows else ()
