"""Reports: what the registry knows now, as a document for people and as data for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inventory.model.errors import UsageError
from inventory.model.text import text
from netaudit.app.answer import Report
from netaudit.app.condition import conditions, twice_read
from netaudit.app.current import current, newest, window
from netaudit.app.summary import summary_of
from probes.oui import vendor
from probes.sweep.limits import LIMITS
from reports.kinds import coverage as coverage_kind
from reports.kinds import devices as devices_kind
from reports.kinds import listing, registration_rate, sweep_summary, unregistered

if TYPE_CHECKING:
    from inventory.model.observation import Finding
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked about."""

    sweep: int | None = None
    """One sweep; None is everything known now."""
    unit: str | None = None
    reveal: bool = False
    """Phone numbers in full."""


def unregistered_endpoints(registry: Registry, settings: Settings, asked: Question) -> Report:
    """Which endpoints has nobody filed?"""
    known = current(registry, settings, sweep=asked.sweep)
    _check_unit(registry, asked.unit)
    return Report(
        unregistered.document(known, vendor, unit=asked.unit, reveal=asked.reveal),
        unregistered.json_document(known, vendor, unit=asked.unit, reveal=asked.reveal),
    )


def rates(registry: Registry, settings: Settings, asked: Question) -> Report:
    """How much of what was seen is filed?"""
    known = current(registry, settings, sweep=asked.sweep)
    _check_unit(registry, asked.unit)
    if asked.unit is not None:
        known = replace(known, units=tuple(unit for unit in known.units if unit.code == asked.unit))
    units = registry.units()
    return Report(registration_rate.document(known, units), registration_rate.json_document(known, units))


def coverage(registry: Registry, settings: Settings, asked: Question) -> Report:
    """What do the answers rest on?"""
    known = current(registry, settings, sweep=asked.sweep)
    views = window(registry, settings, asked.sweep)
    facts = registry.coverage_facts([view.id for view in views])
    from netaudit.app.import_recording import brought_in  # noqa: PLC0415 -- a sweep need not pay for the SNMP client

    more = coverage_kind.More(brought_in(views), twice_read(registry, views))
    return Report(
        coverage_kind.document(known, facts.coverage, facts.blocks, LIMITS, more),
        coverage_kind.json_document(known, facts.coverage, facts.blocks, more),
    )


def sweeps(registry: Registry, settings: Settings, asked: Question) -> Report:
    """How did a sweep go? The newest one unless another is named."""
    chosen = window(registry, settings, asked.sweep)
    last = newest(chosen)
    if last is None:
        raise UsageError(text("No sweep has run yet."), text("Start one: netaudit sweep"))
    summary = summary_of(registry.sweep(last.id), current(registry, settings, sweep=last.id))
    return Report(sweep_summary.document(summary), sweep_summary.json_document(summary))


def devices(registry: Registry, settings: Settings, asked: Question) -> Report:
    """In what condition are our own devices?"""
    known = conditions(registry, settings, sweep=asked.sweep)
    moments = [one.identity.at for one in known if one.identity] + [check.at for one in known for check in one.checks]
    as_of = max(moments, default=None)
    return Report(devices_kind.document(known, as_of), devices_kind.json_document(known, as_of))


def endpoints(registry: Registry, settings: Settings, asked: Question, *, only_unregistered: bool) -> Report:
    """List what was seen."""
    known = current(registry, settings, sweep=asked.sweep)
    _check_unit(registry, asked.unit)
    found: list[Finding] = [
        finding
        for unit in known.units
        if asked.unit in {None, unit.code}
        for finding in unit.findings
        if not only_unregistered or finding.status == "unregistered"
    ]
    document = listing.endpoints_document(found, vendor, as_of=known.as_of, only_unregistered=only_unregistered)
    return Report(document, listing.endpoints_json(found, vendor))


def _check_unit(registry: Registry, code: str | None) -> None:
    if code is not None and code != "unassigned" and all(unit.code != code for unit in registry.units()):
        raise UsageError(text("There is no unit {code!r}.", code=code), text("See: netaudit unit list"))
