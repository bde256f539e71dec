"""Where is this address, who filed it, and by what evidence?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.filing.contacts import on_duty
from inventory.model.records import Filed
from inventory.model.values import Mac
from inventory.reconcile.absence import settled
from netaudit.app import occupants
from netaudit.app.answer import Report
from netaudit.app.around import around
from netaudit.app.current import as_of, considered, current, window
from netaudit.app.owners import owners
from netaudit.app.query import read_address
from netaudit.app.several import several
from netaudit.app.spots import spot_named, stays
from netaudit.app.timeline import grouped, histories
from netaudit.app.unseen import unseen
from probes.oui import vendor
from reports.kinds import location, timeline
from reports.kinds.whose import Whose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.observation import Finding, Missing, Observation, Reconciliation
    from inventory.model.records import ContactView, RegistrationView, SweepView
    from inventory.model.values import IPAddress
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings


def locate(registry: Registry, settings: Settings, query: str, *, reveal: bool, history: bool = False) -> Report:
    """Answer for an IP address or MAC in any spelling, in every plane; with ``history`` for all time, too.

    A device, one of its ports, a network, the first digits of a card, or a computer's name may be asked for as well.

    Raises:
        UsageError: the query is none of these.
    """
    wanted = read_address(query)
    if wanted is None:
        return _by_name(registry, settings, query, reveal=reveal, history=history)
    sweeps = considered(registry, window(registry, settings, None))
    matches, missing = _around(registry, settings, sweeps, wanted)
    devices = () if matches else owners(registry, sweeps, wanted)
    nothing = None if matches or devices else unseen(registry, settings, sweeps, wanted)
    shown = str(wanted)
    whose = names(registry, reveal=reveal)
    document = location.document(
        shown,
        matches,
        missing=missing,
        devices=devices,
        unseen=nothing,
        whose=whose,
        vendor=vendor,
        as_of=as_of(sweeps),
    )
    data = location.json_document(
        shown, matches, missing=missing, devices=devices, unseen=nothing, whose=whose, vendor=vendor
    )
    if history:
        past = histories(registry, wanted)
        document = timeline.with_history(document, past, vendor, kept_since=registry.archive.kept_since())
        data = {**data, "history": [timeline.endpoint(one, vendor) for one in past]}
    return Report(document, data)


def _by_name(registry: Registry, settings: Settings, query: str, *, reveal: bool, history: bool) -> Report:
    whose = names(registry, reveal=reveal)
    spot = spot_named(registry, query)
    if spot is None:
        return Report(*several(registry, settings, query, whose))
    document, data = occupants.answer(registry, settings, spot, whose)
    if history:
        before = grouped(stays(registry, spot))
        document = timeline.with_history(document, before, vendor, kept_since=registry.archive.kept_since())
        data = {**data, "history": [timeline.endpoint(one, vendor) for one in before]}
    return Report(document, data)


def names(registry: Registry, *, reveal: bool) -> Whose:
    """Return the names of units and points, and who answers for them today."""
    duties: dict[str, list[ContactView]] = {}
    for contact in on_duty(registry.contacts(), datetime.now(UTC).astimezone().date()):
        duties.setdefault(contact.unit, []).append(contact)
    return Whose(
        {unit.code: unit for unit in registry.units()},
        {point.code: point for point in registry.points()},
        duties,
        reveal=reveal,
    )


def _around(
    registry: Registry, settings: Settings, sweeps: Sequence[SweepView], wanted: IPAddress | Mac
) -> tuple[list[Finding], Sequence[Missing]]:
    """Return the endpoints of an address as compared with the filings, and its filings that matched none."""
    near = around(registry, sweeps, [str(wanted)])
    if near is None:
        known = current(registry, settings)
        found = [f for unit in known.units for f in unit.findings if _is_seen(f.observation, wanted)]
        return found, _missing(known, wanted)
    found = [finding for finding in near.findings if _is_seen(finding.observation, wanted)]
    matched = {finding.registration.id for finding in near.findings if finding.registration is not None}
    unmatched = [one for one in near.registrations if one.id not in matched and _is_filed(one, wanted)]
    if not any(one.counts for one in unmatched):
        return found, ()
    filed = Filed(
        registry.units(), registry.points(), registry.prefixes(), registry.devices(), registrations=tuple(unmatched)
    )
    told = settled(filed, near.findings, registry.archive.read_ends([view.id for view in sweeps]))
    if told is None:  # only everything together tells what silence means
        return found, _missing(current(registry, settings), wanted)
    return found, sorted(told, key=lambda one: (one.registration.unit, one.registration.id))


def _missing(known: Reconciliation, wanted: IPAddress | Mac) -> tuple[Missing, ...]:
    return tuple(one for unit in known.units for one in unit.missing if _is_filed(one.registration, wanted))


def _is_seen(seen: Observation, wanted: IPAddress | Mac) -> bool:
    return wanted == seen.mac if isinstance(wanted, Mac) else wanted in seen.ips


def _is_filed(filed: RegistrationView, wanted: IPAddress | Mac) -> bool:
    return wanted in {filed.mac, filed.ip}
