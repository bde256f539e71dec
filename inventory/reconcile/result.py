"""Everything put together: per unit what was filed, what was seen, what differs, and on what coverage it rests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from inventory.model.coverage import Completeness, ReadState, Table
from inventory.model.observation import Confidence, CoverageCount, Reconciliation, Status, UnitResult
from inventory.model.records import UNASSIGNED, DeviceRole, Purpose, UnitView
from inventory.reconcile.absence import missing
from inventory.reconcile.addresses import in_order, routable
from inventory.reconcile.attribution import Attributor
from inventory.reconcile.likeness import with_likeness
from inventory.reconcile.match import match
from inventory.reconcile.reading import Reading
from inventory.reconcile.visibility import Visibility, of_unassigned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from inventory.model.factset import FactSet
    from inventory.model.observation import Finding, Missing, Observation
    from inventory.model.records import DeviceView, Filed

_TABLELESS: Final = frozenset({DeviceRole.UPS, DeviceRole.PDU, DeviceRole.SENSOR})
_NEEDED: Final = {
    DeviceRole.ROUTER: frozenset({Table.ARP}),
    DeviceRole.CORE: frozenset({Table.ARP, Table.FDB}),
    DeviceRole.ACCESS: frozenset({Table.FDB}),
    DeviceRole.OLT: frozenset({Table.FDB}),
}
"""Tables that a role must have: a device that does not have one of these was read in part."""
_SETTLED: Final = frozenset({Completeness.COMPLETE, Completeness.UNSUPPORTED})


def reconcile(
    filed: Filed, observations: Iterable[Observation], facts: FactSet, *, as_of: datetime, sweep: int | None = None
) -> Reconciliation:
    """Compare what was seen with what is filed, unit by unit.

    Args:
        filed: all records at ``as_of``.
        observations: of one or several sweeps; the newest of each identity counts.
        facts: at least blocks, coverage and the devices' own addresses of those sweeps.
        as_of: the moment the result speaks of.
        sweep: the newest sweep's number, where there is one.
    """
    attributor = Attributor(filed)
    seen = current(observations, filed)
    compared = _compared(seen, filed, attributor)
    reading = Reading(facts, filed, seen)
    visibility = Visibility(filed, compared, reading, attributor.prefixes)
    absent = missing(filed, compared, reading, attributor.prefixes, visibility)
    units = _units(filed, compared, absent, visibility)
    devices = device_reads(filed, reading)
    return Reconciliation(as_of, sweep, coverage(filed, reading, devices), units, devices, visibility.points())


def findings(filed: Filed, observations: Iterable[Observation]) -> tuple[Finding, ...]:
    """Compare some endpoints with some filings: all that may be matched with each other, no matter which others."""
    return _compared(current(observations, filed), filed, Attributor(filed))


def _compared(seen: Sequence[Observation], filed: Filed, attributor: Attributor) -> tuple[Finding, ...]:
    found = match([(one, attributor.attribute(one)) for one in seen], filed.registrations, attributor.prefixes)
    return with_likeness(found, attributor.prefixes)


def current(observations: Iterable[Observation], filed: Filed) -> tuple[Observation, ...]:
    """Return one observation per endpoint.

    Of several sweeps the newest per identity counts. An address without a MAC is dropped where a MAC holds it, a MAC
    known from forwarding tables alone where an address puts it in another plane, and filed gateway addresses always.
    An address without a MAC and a MAC without an address are one endpoint where a filing joins them.
    """
    newest: dict[tuple[str, str], Observation] = {}
    first: dict[tuple[str, str], datetime] = {}
    for seen in observations:
        known = newest.get(seen.key)
        first[seen.key] = min(first.get(seen.key, seen.first_seen), seen.first_seen)
        if known is None or _freshness(seen) > _freshness(known):
            newest[seen.key] = seen
    held = {(one.plane, ip) for one in newest.values() if one.mac is not None for ip in one.ips}
    placed = {one.mac for one in newest.values() if one.ips}
    gateways = {(prefix.plane, prefix.gateway) for prefix in filed.prefixes if prefix.gateway is not None}
    kept: dict[tuple[str, str], Observation] = {}
    for key, one in newest.items():
        nameless = one.mac is None and (one.plane, one.ips[0]) in held
        planeless = one.mac is not None and not one.ips and one.mac in placed
        addresses = {(one.plane, ip) for ip in routable(one.ips)}
        if not (nameless or planeless or (addresses and addresses <= gateways)):
            kept[key] = one if one.first_seen == first[key] else replace(one, first_seen=first[key])
    _join(kept, filed)
    return tuple(sorted(kept.values(), key=lambda one: (one.plane, one.mac is None, one.key[1])))


def _join(kept: dict[tuple[str, str], Observation], filed: Filed) -> None:
    """Make one endpoint of a filed card a switch learned and its filed address that answered.

    That is what a filed station looks like where no ARP table could be read. Taken for two, it would be unregistered.
    """
    bare = {one.mac: one for one in sorted(kept.values(), key=lambda one: one.key) if not one.ips}
    for filing in sorted(filed.registrations, key=lambda filing: filing.id):
        card = bare.get(filing.mac)
        if not filing.counts or card is None:
            continue
        answer = kept.get((filing.plane, str(filing.ip)))
        if answer is None or answer.mac is not None:
            continue
        del kept[card.key], kept[answer.key]
        bare[filing.mac] = joined = replace(
            card,
            plane=answer.plane,
            ips=in_order((*card.ips, *answer.ips)),
            first_seen=min(card.first_seen, answer.first_seen),
            last_seen=max(card.last_seen, answer.last_seen),
            confidence=Confidence.CONFIRMED,
            evidence=(*card.evidence, *answer.evidence),
        )
        kept[joined.key] = joined


def _freshness(seen: Observation) -> tuple[object, ...]:
    return (seen.last_seen, len(seen.ips), seen.first_seen, repr(seen.location.place), str(seen.ips))


def _units(
    filed: Filed, findings: Sequence[Finding], absent: Sequence[Missing], visibility: Visibility
) -> tuple[UnitResult, ...]:
    known = {unit.code: unit for unit in filed.units}
    counts: dict[str, int] = {}
    for filing in filed.registrations:
        if filing.counts:
            code = filing.unit if filing.unit in known else UNASSIGNED
            counts[code] = counts.get(code, 0) + 1
    seen_at: dict[str, list[Finding]] = {}
    for finding in findings:
        seen_at.setdefault(finding.attribution.unit, []).append(finding)
    missing_at: dict[str, list[Missing]] = {}
    for one in absent:
        code = one.registration.unit if one.registration.unit in known else UNASSIGNED
        missing_at.setdefault(code, []).append(one)
    if UNASSIGNED in counts.keys() | seen_at.keys():
        known.setdefault(UNASSIGNED, UnitView(UNASSIGNED, UNASSIGNED))
    return tuple(
        _result(known[code], counts.get(code, 0), seen_at.get(code, []), missing_at.get(code, []), visibility)
        for code in sorted(known)
    )


def _result(
    unit: UnitView, filed: int, findings: Sequence[Finding], absent: Sequence[Missing], visibility: Visibility
) -> UnitResult:
    grade = of_unassigned(findings) if unit.code == UNASSIGNED else visibility.unit(unit.code)
    unregistered = sum(finding.status is Status.UNREGISTERED for finding in findings)
    observed = sum(finding.status is not Status.VIRTUAL for finding in findings)
    return UnitResult(
        code=unit.code,
        name=unit.name,
        tier=unit.tier,
        grade=grade.grade,
        grade_because=grade.because,
        declared=unit.declared_endpoints,
        filed=filed,
        observed=observed,
        registered_observed=observed - unregistered,
        unregistered=unregistered,
        mismatched=sum(finding.status is Status.MISMATCH for finding in findings),
        findings=tuple(findings),
        missing=tuple(absent),
    )


def device_reads(filed: Filed, reading: Reading) -> tuple[tuple[str, ReadState], ...]:
    """Judge every device that forwards. What UPS, PDU and sensors measure says nothing of endpoints."""
    return tuple(
        (device.name, _read(device, reading))
        for device in sorted(filed.devices, key=lambda one: one.name)
        if device.role not in _TABLELESS
    )


def coverage(filed: Filed, reading: Reading, devices: Sequence[tuple[str, ReadState]]) -> CoverageCount:
    """Count what was asked and read."""
    states = [state for _device, state in devices]
    live = [prefix for prefix in filed.prefixes if prefix.purpose is not Purpose.RETIRED]
    return CoverageCount(
        prefixes=sum(reading.touched(prefix) for prefix in live),
        prefixes_total=len(live),
        addresses_probed=reading.addresses_probed,
        devices=len(devices),
        devices_complete=states.count(ReadState.COMPLETE),
        devices_partial=states.count(ReadState.PARTIAL),
        devices_unread=states.count(ReadState.UNREAD),
    )


def _read(device: DeviceView, reading: Reading) -> ReadState:
    asked = reading.asked_tables(device.name)
    needed = _NEEDED.get(device.role, frozenset())
    if not any(reading.readable(device.name, table) for table in asked):
        return ReadState.UNREAD
    for table in asked | needed:
        completeness = reading.completeness(device.name, table)
        missing_here = completeness is Completeness.UNSUPPORTED and table in needed
        if completeness is None or missing_here or completeness not in _SETTLED:
            return ReadState.PARTIAL
    return ReadState.COMPLETE
