"""How much of what is on the network is filed, by unit, by tier and by type of unit?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from inventory.model.observation import Absence
from inventory.model.records import Tier
from inventory.model.text import text
from reports import columns as c
from reports import data, rows, twice, vocabulary
from reports.cells import RATE_DIGITS, Cell, Ratio, Withheld
from reports.document import Document, Line, Row, Section, Sheet, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inventory.model.observation import Reconciliation, UnitResult
    from inventory.model.records import UnitType, UnitView
    from inventory.model.text import Text
    from reports.columns import Column
    from reports.data import Json, Object

VERSION: Final = 1
TITLE: Final = text("Registration rate")
ROUNDING: Final = text(
    "Registration rate = registered ÷ observed endpoints, rounded half up to 0.01 %. "
    "Units whose numbers cannot be verified (grades D and E) are left out of every rate."
)
_NO_UNIT: Final = text("No unit is registered yet: import the units first.")
UNIT_COLUMNS: Final = (
    c.UNIT,
    c.UNIT_NAME,
    c.TIER,
    c.GRADE,
    c.DECLARED,
    c.FILED,
    c.OBSERVED,
    c.REGISTERED_OBSERVED,
    c.UNREGISTERED,
    c.RATE,
    c.MISMATCHED,
    c.NOT_SEEN,
    c.GRADE_BECAUSE,
)
_GROUP_NUMBERS: Final = (
    c.UNITS,
    c.UNVERIFIED_UNITS,
    c.DECLARED,
    c.FILED,
    c.OBSERVED,
    c.REGISTERED_OBSERVED,
    c.UNREGISTERED,
    c.RATE_NUMERATOR,
    c.RATE_DENOMINATOR,
    c.RATE,
)


def document(result: Reconciliation, units: Sequence[UnitView] = ()) -> Document:
    """Build the report; ``units`` tells each unit's type, which the reconciliation does not."""
    by_unit = table(result.units, total=True)
    by_tier = _grouped(c.TIER, _by_tier(result.units))
    by_type = _grouped(c.TYPE, _by_type(result.units, units)) if units else None
    return Document(
        key="registration-rate",
        title=TITLE,
        as_of=result.as_of,
        lines=(total_line(result.units), *rows.coverage_lines(result.coverage)),
        sections=(
            Section(text("By tier"), blocks=(by_tier,)),
            *((Section(text("By type of unit"), blocks=(by_type,)),) if by_type else ()),
            Section(text("By unit"), blocks=(by_unit,), notes=(*withheld(result.units), *twice.notes(result.units))),
        ),
        sheets=(
            Sheet("units", text("By unit"), table(result.units)),
            Sheet("tiers", text("By tier"), by_tier),
            *((Sheet("types", text("By type of unit"), by_type),) if by_type else ()),
            rows.coverage_sheet(result.coverage),
        ),
        notes=(ROUNDING,),
        version=VERSION,
    )


def json_document(result: Reconciliation, units: Sequence[UnitView] = ()) -> Object:
    """Return the report as ``docs/schema/registration-rate.schema.json`` describes it."""
    types = {u.code: u.type for u in units}
    return {
        "report": "registration-rate",
        "version": VERSION,
        "as_of": data.at(result.as_of),
        "sweep": result.sweep,
        "coverage": data.coverage(result.coverage),
        "totals": totals(result.units),
        "tiers": [{"tier": key, **totals(members)} for key, members in _by_tier(result.units)],
        "types": [{"type": key, **totals(members)} for key, members in _by_type(result.units, units)] if units else [],
        "units": [{**numbers(u), "type": types.get(u.code)} for u in result.units],
    }


# ---------------------------------------------------------------- one unit


def table(units: Iterable[UnitResult], *, total: bool = False) -> Table:
    """Return one row per unit with its numbers and grade."""
    ordered = sorted(units, key=lambda u: u.code)
    lines = tuple(Row(_cells(u), _tone(u)) for u in ordered)
    return Table(
        UNIT_COLUMNS,
        (*lines, _total_row(ordered)) if total and lines else lines,
        empty=_NO_UNIT,
    )


def rate(unit: UnitResult) -> Cell:
    """Return a unit's rate, or why none may be claimed."""
    return Ratio(unit.registered_observed, unit.observed) if unit.verifiable else Withheld(vocabulary.NOT_VERIFIABLE)


def lines(unit: UnitResult) -> tuple[Line, ...]:
    """Return a unit's numbers as summary lines of its section."""
    return (
        Line(c.GRADE.title, unit.grade, unit.grade_because),
        Line(
            text("Endpoints"),
            text(
                "declared {declared}, filed {filed}, observed {observed}",
                declared=vocabulary.UNKNOWN if unit.declared is None else unit.declared,
                filed=unit.filed,
                observed=unit.observed,
            ),
            text("{count} unregistered", count=unit.unregistered),
        ),
        Line(TITLE, rate(unit), None if unit.verifiable else unit.grade_because),
    )


def numbers(unit: UnitResult) -> Object:
    """Return a unit's numbers as JSON."""
    return {
        "code": unit.code,
        "name": unit.name,
        "tier": unit.tier,
        "visibility_grade": unit.grade.value,
        "grade_because": str(unit.grade_because),
        "verifiable": unit.verifiable,
        "declared": unit.declared,
        "filed": unit.filed,
        "observed": unit.observed,
        "registered_observed": unit.registered_observed,
        "unregistered": unit.unregistered,
        "mismatched": unit.mismatched,
        "not_seen": _count(unit, Absence.NOT_SEEN),
        "not_assessed": _count(unit, Absence.NOT_ASSESSED),
        "registration_rate": _number(rate(unit)),
    }


def withheld(units: Iterable[UnitResult]) -> tuple[Text, ...]:
    """Return one note per unit whose rate may not be claimed, with the reason."""
    return tuple(
        text("{unit}: not verifiable. {reason}", unit=rows.unit_name(u), reason=u.grade_because)
        for u in sorted(units, key=lambda u: u.code)
        if not u.verifiable
    )


def _cells(unit: UnitResult) -> tuple[Cell, ...]:
    return (
        unit.code,
        rows.unit_name(unit),
        tier(unit.tier),
        unit.grade,
        unit.declared,
        unit.filed,
        unit.observed,
        unit.registered_observed,
        unit.unregistered,
        rate(unit),
        unit.mismatched,
        _count(unit, Absence.NOT_SEEN),
        unit.grade_because,
    )


def _tone(unit: UnitResult) -> Tone | None:
    if not unit.verifiable:
        return Tone.MUTED
    return Tone.WARN if unit.unregistered else None


def _count(unit: UnitResult, absence: Absence) -> int:
    return sum(gone.absence is absence for gone in unit.missing)


def tier(written: str | None) -> Cell:
    """Return a tier as its vocabulary value; text that is none stays text."""
    return next((known for known in Tier if known.value == written), written)


# ---------------------------------------------------------------- many units


def total(units: Iterable[UnitResult]) -> Ratio:
    """Return the rate over all units that can be verified."""
    sure = [u for u in units if u.verifiable]
    return Ratio(sum(u.registered_observed for u in sure), sum(u.observed for u in sure))


def total_line(units: Iterable[UnitResult]) -> Line:
    """Return the rate over all units, with numerator, denominator and what was left out."""
    every = list(units)
    left_out = sum(not u.verifiable for u in every)
    note = text("{count} units not verifiable, left out", count=left_out) if left_out else None
    return Line(TITLE, total(every), note)


def totals(units: Iterable[UnitResult]) -> Object:
    """Return the sums over units as JSON, with the parts of the rate."""
    every = list(units)
    over = total(every)
    return {
        "units": len(every),
        "units_not_verifiable": sum(not u.verifiable for u in every),
        "declared": _declared(every),
        "units_declared": sum(u.declared is not None for u in every),
        "filed": sum(u.filed for u in every),
        "observed": sum(u.observed for u in every),
        "registered_observed": sum(u.registered_observed for u in every),
        "unregistered": sum(u.unregistered for u in every),
        "mismatched": sum(u.mismatched for u in every),
        "not_seen": sum(_count(u, Absence.NOT_SEEN) for u in every),
        "not_assessed": sum(_count(u, Absence.NOT_ASSESSED) for u in every),
        "registration_rate": _number(over),
        "rate_numerator": over.part,
        "rate_denominator": over.whole,
        "may_be_counted_twice": data.counted_twice(every),
    }


def _number(cell: Cell) -> Json:
    value = cell.value if isinstance(cell, Ratio) else None
    return None if value is None else round(value, RATE_DIGITS)


def _declared(units: Sequence[UnitResult]) -> int | None:
    known = [u.declared for u in units if u.declared is not None]
    return sum(known) if known else None


def _sums(units: Sequence[UnitResult]) -> tuple[Cell, ...]:
    return (
        _declared(units),
        sum(u.filed for u in units),
        sum(u.observed for u in units),
        sum(u.registered_observed for u in units),
        sum(u.unregistered for u in units),
    )


def _total_row(units: Sequence[UnitResult]) -> Row:
    over = total(units)
    # The parts stand beside the rate: they differ from the sums where units are left out.
    rated: Cell = (over, f"{over.part}/{over.whole}") if over.whole else None
    after = (sum(u.mismatched for u in units), sum(_count(u, Absence.NOT_SEEN) for u in units), None)
    return Row((None, text("Total"), None, None, *_sums(units), rated, *after))


def _grouped(first: Column, groups: Sequence[tuple[str | None, list[UnitResult]]]) -> Table:
    made = [_group_row(key, members) for key, members in groups]
    return Table((replace(first, priority=0), *_GROUP_NUMBERS), tuple(made), empty=_NO_UNIT)


def _group_row(key: str | None, units: Sequence[UnitResult]) -> Row:
    over = total(units)
    unsure = sum(not u.verifiable for u in units)
    return Row((key, len(units), unsure, *_sums(units), over.part, over.whole, over))


def _groups(
    units: Iterable[UnitResult], key: Callable[[UnitResult], str | None]
) -> list[tuple[str | None, list[UnitResult]]]:
    found: dict[str | None, list[UnitResult]] = defaultdict(list)
    for unit in units:
        found[key(unit)].append(unit)
    return sorted(found.items(), key=lambda group: _rank(group[0]))


def _rank(key: str | None) -> tuple[bool, int, str]:
    """Vocabulary values in their order, unknown last."""
    place = list(type(key)).index(key) if isinstance(key, StrEnum) else 0
    return key is None, place, key or ""


def _by_tier(units: Iterable[UnitResult]) -> list[tuple[str | None, list[UnitResult]]]:
    def key(unit: UnitResult) -> str | None:
        known = tier(unit.tier)
        return known if isinstance(known, str) else None

    return _groups(units, key)


def _by_type(units: Iterable[UnitResult], views: Sequence[UnitView]) -> list[tuple[str | None, list[UnitResult]]]:
    types: dict[str, UnitType | None] = {u.code: u.type for u in views}
    return _groups(units, lambda unit: types.get(unit.code))
