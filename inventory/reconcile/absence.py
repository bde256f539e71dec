"""What may be said about filings that nothing observed: silence counts only where somebody listened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.model.observation import Absence, Missing, VisibilityGrade
from inventory.model.records import YesNoUnknown
from inventory.model.text import text
from inventory.reconcile.addresses import PrefixTable
from inventory.reconcile.identity import proxy_group
from inventory.reconcile.reading import Reading
from inventory.reconcile.visibility import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.factset import FactSet
    from inventory.model.observation import Finding
    from inventory.model.records import Filed, PrefixView
    from inventory.model.text import Text
    from inventory.model.values import IPAddress


def missing(
    filed: Filed, findings: Sequence[Finding], reading: Reading, prefixes: PrefixTable, visibility: Visibility
) -> tuple[Missing, ...]:
    """Return the counting filings whose card or address was not observed, by id.

    A card filed twice and seen once is not missing: an endpoint is a card.
    """
    matched = {finding.registration.id for finding in findings if finding.registration is not None}
    cards = {finding.observation.mac for finding in findings}
    proxied = _proxied(findings)
    blind = _blind_points(filed, visibility)
    found = []
    for filing in sorted(filed.registrations, key=lambda one: one.id):
        if not filing.counts or filing.id in matched or filing.mac in cards:
            continue
        prefix = prefixes.longest(filing.plane, filing.ip)
        point = filing.point or (prefix.point if prefix is not None else None)
        absence, because = silence(filing.plane, filing.ip, prefix, reading)
        if point is not None and point in blind:
            absence, because = Absence.NOT_ASSESSED, blind[point]
        elif absence is Absence.NOT_SEEN and (filing.plane, filing.ip) in proxied:
            absence = Absence.NOT_ASSESSED
            because = text("another device answers for {ip} (proxy ARP)", ip=str(filing.ip))
        found.append(Missing(filing, absence, because))
    return tuple(found)


def settled(filed: Filed, findings: Sequence[Finding], facts: FactSet) -> tuple[Missing, ...] | None:
    """Return what :func:`missing` does, where what is near some filings tells it; None where only everything does.

    Args:
        filed: the records, and of the registrations those that are asked about.
        findings: at least every endpoint that shares a card, an address or a filing with them.
        facts: how tables ended, blocks, and the devices' own addresses.
    """
    reading, prefixes = Reading(facts, filed, ()), PrefixTable(filed.prefixes)
    near = {filing.point for filing in filed.registrations}
    for filing in filed.registrations:
        prefix = prefixes.longest(filing.plane, filing.ip)
        if prefix is not None:
            near.add(prefix.point)
            if not reading.settles(prefix):
                return None
    points = tuple(point for point in filed.points if point.code in near)
    for point in points:
        standing = (device.name for device in filed.devices if device.point == point.code)
        if point.nat is not YesNoUnknown.YES and not any(map(reading.read, standing)):
            return None  # whoever else answered there tells whether anything was reached
    filed = replace(filed, points=points)
    return missing(filed, findings, reading, prefixes, Visibility(filed, findings, reading, prefixes))


def silence(plane: str, ip: IPAddress, prefix: PrefixView | None, reading: Reading) -> tuple[Absence, Text]:
    """Return what it means that nothing observed an address, and why.

    ``prefix`` is the registered one that holds it.
    """
    obstacle = _obstacle(plane, ip, prefix, reading)
    if obstacle is not None or prefix is None:
        return Absence.NOT_ASSESSED, obstacle or text("{ip} lies in no registered prefix", ip=str(ip))
    because = text(
        "{ip} was probed and the ARP table of {gateway} was read completely, without a trace of it",
        ip=str(ip),
        gateway=", ".join(sorted(reading.gateways(prefix))),
    )
    return Absence.NOT_SEEN, because


def _obstacle(plane: str, ip: IPAddress, prefix: PrefixView | None, reading: Reading) -> Text | None:
    """Return what keeps silence from counting, or None when nothing does."""
    if prefix is None:
        return text("{ip} lies in no registered prefix", ip=str(ip))
    if not reading.asked(plane, ip):
        return text("it is not certain that {ip} was probed", ip=str(ip))
    gateways = ", ".join(sorted(reading.gateways(prefix)))
    if not gateways:
        return text("no gateway of {prefix} was read", prefix=str(prefix.cidr))
    if not reading.resolved_completely(prefix):
        return text("the ARP table of {gateway} was not read completely", gateway=gateways)
    return None


def _blind_points(filed: Filed, visibility: Visibility) -> dict[str, Text]:
    """Return the points whose silence says nothing, with the reason: behind address translation, or not reached."""
    blind = {}
    for point in filed.points:
        grade = visibility.point(point)
        if grade.grade in {VisibilityGrade.D, VisibilityGrade.E}:
            blind[point.code] = grade.because
    return blind


def _proxied(findings: Iterable[Finding]) -> set[tuple[str, object]]:
    return {
        (finding.observation.plane, ip)
        for finding in findings
        if proxy_group(finding.observation)
        for ip in finding.observation.ips
    }
