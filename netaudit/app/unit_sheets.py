"""Sheets for units: written out prefilled, taken back row by row, answered with a receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inventory.filing.lifecycle import Refusal
from inventory.filing.profile import BY_KEY, cells_of, differing, revised
from inventory.filing.unit_returns import Outcome, judge_sheet
from inventory.filing.unit_sheet import UNIT_SHEET, prefilled
from inventory.model.cases import Actor, Role
from inventory.model.errors import UsageError
from inventory.model.observation import Status
from inventory.model.records import RegistrationState, UnitView
from inventory.model.text import Text, text
from netaudit.app.current import current
from netaudit.app.dossier import change_profile, profile
from netaudit.app.profile_sheet import Answers, Taken, answers_in
from netaudit.app.records import unit_of
from netaudit.app.registration import required
from netaudit.app.sheets import read_table
from netaudit.app.unit_workbook import Heading, Line, workbook
from probes.oui import vendor
from reports.rows import order, places
from reports.twice import known_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inventory.filing.rows import Problem, RawSheet
    from inventory.filing.unit_returns import RowResult
    from inventory.model.observation import Finding, Reconciliation
    from inventory.model.text import Gettext
    from inventory.registry.engine import Registry
    from netaudit.app.sheets import Reading
    from netaudit.settings import Settings
    from reports.cells import Cell

__all__ = ["OUTCOMES", "Outcome", "Returned", "export", "receipt", "take_back"]

_SHEET: Final = text("registration_sheet")
_RECEIPT: Final = text("receipt")
OUTCOMES: Final[Mapping[Outcome, Text]] = {
    Outcome.NEW: text("submitted"),
    Outcome.CHANGED: text("change submitted"),
    Outcome.UNCHANGED: text("unchanged"),
    Outcome.CANCELLED: text("cancellation submitted"),
    Outcome.DISPUTED: text("noted; the office looks into it"),
    Outcome.EMPTY: text("not filled in"),
    Outcome.CONFLICT: text("changed meanwhile, not stored"),
    Outcome.REFUSED: text("to be corrected, not stored"),
}
BAD: Final = frozenset({Outcome.CONFLICT, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of one file."""

    file: str
    unit: UnitView | None
    rows: tuple[RowResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the file as a whole could not be read; then there are no rows."""
    remarks: tuple[Text, ...] = ()
    network: Taken | None = None
    """What became of the sheet about the unit's network; None where the file has none."""

    def count(self, *outcomes: Outcome) -> int:
        """Return how many rows ended in one of these ways."""
        return sum(row.outcome in outcomes for row in self.rows)

    @property
    def good(self) -> bool:
        """Whether nothing is to be corrected."""
        told = self.network is None or self.network.refusal is None
        return told and not self.problems and not self.count(*BAD)


# ---------------------------------------------------------------- out


def export(
    registry: Registry,
    settings: Settings,
    gettext: Gettext,
    *,
    unit: str | None = None,
    known: Reconciliation | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield a workbook per unit as (file name, content): one unit's, or every unit's with an endpoint or a filing.

    Args:
        registry: where registrations are.
        settings: what a registration needs.
        gettext: the reader's language.
        unit: only this one.
        known: what is seen and filed, where the caller has compared it already.

    Raises:
        UsageError: there is no such unit.
    """
    if unit is not None:
        unit_of(registry, unit)
    units = {view.code: view for view in registry.units()}
    known = known or current(registry, settings)
    needed = required(settings.filing)
    profiles = {view.unit: view for view in registry.desk.dossiers.profiles()}
    for view in [units[unit]] if unit is not None else units.values():
        lines = list(_lines(registry, view.code, known, gettext))
        if lines or unit is not None:
            heading = Heading(view.code, view.name, as_of=f"{known.as_of.astimezone():%Y-%m-%d %H:%M}")
            said = profiles[view.code]
            network = Taken(Answers(cells_of(said), said.version))
            yield _file_name(view, gettext), workbook(heading, lines, needed, gettext, network)


def _file_name(unit: UnitView, gettext: Gettext) -> str:
    stem = "".join(sign if sign.isalnum() or sign in "-_()（）" else "_" for sign in f"{unit.code}_{unit.name}")
    return f"{stem}_{gettext(_SHEET.message)}.xlsx"


def _lines(registry: Registry, unit: str, known: Reconciliation, gettext: Gettext) -> Iterator[Line]:
    found = next((result.findings for result in known.units if result.code == unit), ())
    seen = {f.registration.id: f for result in known.units for f in result.findings if f.registration is not None}
    written: set[tuple[str, object]] = set()
    for case in registry.desk.cases(unit=unit):
        view = case.registration
        if view.state is not RegistrationState.CANCELLED:
            finding = seen.get(view.id)
            written |= {(view.plane, view.mac), (view.plane, view.ip)}
            yield Line({**prefilled(view, case.version), **(_seen(finding, gettext) if finding else {})})
    for finding in sorted((f for f in found if f.status is Status.UNREGISTERED), key=order):
        noticed = finding.observation
        if (noticed.plane, noticed.mac or noticed.ips[0]) in written:
            continue  # a draft, or it waits for its review
        if finding.asked_under_another:
            continue  # a made-up card: the same device is asked for, or filed, under another one
        yield Line(
            {
                "ip": str(noticed.ips[0]) if noticed.ips else "",
                "mac": noticed.mac.text if noticed.mac else "",
                "plane": noticed.plane,
                "point": finding.attribution.point or "",
                "unit": unit,
                "remark": known_as(finding.alike).render(gettext) if finding.alike else "",
                **_seen(finding, gettext),
            }
        )


def _seen(finding: Finding, gettext: Gettext) -> dict[str, str]:
    noticed = finding.observation
    device, port = places(finding)
    return {
        "seen_vendor": (vendor(noticed.mac) if noticed.mac else None) or "",
        "seen_place": " ".join(filter(None, (_said(device, gettext), _said(port, gettext)))),
        "seen_last": f"{noticed.last_seen.astimezone():%Y-%m-%d %H:%M}",
    }


def _said(cell: Cell, gettext: Gettext) -> str:
    if isinstance(cell, tuple):
        return ", ".join(_said(part, gettext) for part in cell)
    if isinstance(cell, Text):
        return cell.render(gettext)
    return "" if cell is None else str(cell)


# ---------------------------------------------------------------- back


def take_back(
    registry: Registry,
    settings: Settings,
    paths: Sequence[Path],
    *,
    actor: Actor,
    unit: str | None = None,
    approve: bool = False,
    dry_run: bool = False,
) -> tuple[Returned, ...]:
    """Take returned sheets: good rows are stored, the others say why not.

    Args:
        registry: where to.
        settings: what a registration needs.
        paths: files.
        actor: who takes them; without ``approve`` every row waits for the review.
        unit: the unit that returned them, where a sheet does not say so itself.
        approve: file good rows at once.
        dry_run: store nothing.

    Raises:
        UsageError: there is no such unit.
    """
    if unit is not None:
        unit_of(registry, unit)
    units = {view.code: view for view in registry.units()}
    return tuple(
        _take(registry, settings, path, units, actor, unit=unit, approve=approve, dry_run=dry_run) for path in paths
    )


def _take(
    registry: Registry,
    settings: Settings,
    path: Path,
    units: Mapping[str, UnitView],
    actor: Actor,
    *,
    unit: str | None,
    approve: bool,
    dry_run: bool,
) -> Returned:
    reading = read_table(path, path.name, UNIT_SHEET)
    if reading.content.problems or not reading.content.sheets:
        return Returned(path.name, units.get(unit or ""), problems=reading.content.problems, remarks=reading.remarks)
    [sheet] = reading.content.sheets
    code = unit or _unit_of(sheet, units)
    if code is None:
        raise UsageError(
            text("{file} does not say which unit it is of.", file=path.name), text("Name the unit with --unit CODE.")
        )
    needed = required(settings.filing)
    cases = registry.desk.cases()
    results = judge_sheet(sheet, code, registry.records(), cases, needed)
    if not dry_run:
        results = _stored(registry, results, actor, needed, code, approve=approve)
    network = _network(registry, reading, code, actor, dry_run=dry_run)
    return Returned(path.name, units[code], results, remarks=reading.remarks, network=network)


def _network(registry: Registry, reading: Reading, unit: str, actor: Actor, *, dry_run: bool) -> Taken | None:
    """Take what the file says about the unit's network, if it says something."""
    answers = answers_in(reading.others)
    if answers is None:
        return None
    before = profile(registry, unit)
    after = revised(before, answers.given)
    if not isinstance(after, Refusal) and not differing(before, after):
        return Taken(answers)
    done: tuple[str, ...] | Refusal
    if isinstance(after, Refusal) or dry_run:
        done = after if isinstance(after, Refusal) else differing(before, after)
    else:
        done = change_profile(registry, unit, answers.given, actor, version=answers.version)
    if isinstance(done, Refusal):
        return Taken(answers, refusal=done)
    return Taken(answers, done, titles=tuple(BY_KEY[key].title for key in done))


def _stored(
    registry: Registry,
    results: Sequence[RowResult],
    actor: Actor,
    needed: frozenset[str],
    unit: str,
    *,
    approve: bool,
) -> tuple[RowResult, ...]:
    """Carry out what the rows ask for; a row the registry refuses after all says why."""
    filing = Actor(actor.name, Role.CONTACT, frozenset({unit}))
    plans = [result.plans for result in results]
    refusals = registry.desk.carry_out(plans, filing, approver=actor if approve else None, required=needed)
    return tuple(
        result if refusal is None else _refused(result, refusal)
        for result, refusal in zip(results, refusals, strict=True)
    )


def _refused(result: RowResult, refusal: Refusal) -> RowResult:
    reasons = (refusal.reason,) if refusal.hint is None else (refusal.reason, refusal.hint)
    return replace(result, outcome=Outcome.REFUSED, reasons=reasons, plans=())


def _unit_of(sheet: RawSheet, units: Mapping[str, UnitView]) -> str | None:
    """Return the one unit the rows name, by code or by its full name."""
    written = {cell for row in sheet.rows if (cell := row.cells.get("unit", "").strip())}
    if len(written) != 1:
        return None
    [word] = written
    named = [view.code for view in units.values() if word in {view.code, view.name}]
    return named[0] if len(named) == 1 else None


def receipt(returned: Returned, settings: Settings, gettext: Gettext) -> tuple[str, bytes]:
    """Return a receipt as (file name, content): the same rows, and what became of each."""
    lines = [Line(row.cells, _told(row, gettext), good=row.outcome not in BAD) for row in returned.rows]
    unit = returned.unit or UnitView("", Path(returned.file).stem)
    content = workbook(Heading(unit.code, unit.name), lines, required(settings.filing), gettext, returned.network)
    return f"{Path(returned.file).stem}_{gettext(_RECEIPT.message)}.xlsx", content


def _told(row: RowResult, gettext: Gettext) -> str:
    said = OUTCOMES[row.outcome].render(gettext)
    if not row.reasons:
        return said
    return f"{said}: " + " ".join(reason.render(gettext) for reason in row.reasons)
