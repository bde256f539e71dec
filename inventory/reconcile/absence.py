"""What may be said about filings that nothing observed: silence counts only where somebody listened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.model.observation import Absence, Missing, VisibilityGrade
from inventory.model.text import text
from inventory.reconcile.identity import proxy_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.observation import Finding
    from inventory.model.records import Filed, PrefixView, RegistrationView
    from inventory.model.text import Text
    from inventory.reconcile.addresses import PrefixTable
    from inventory.reconcile.reading import Reading
    from inventory.reconcile.visibility import Visibility


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
        obstacle = _obstacle(filing, prefix, reading, blind)
        if obstacle is None and (filing.plane, filing.ip) in proxied:
            obstacle = text("another device answers for {ip} (proxy ARP)", ip=str(filing.ip))
        if obstacle is not None:
            found.append(Missing(filing, Absence.NOT_ASSESSED, obstacle))
        elif prefix is not None:
            gateways = ", ".join(sorted(reading.gateways(prefix)))
            because = text(
                "{ip} was probed and the ARP table of {gateway} was read completely, without a trace of it",
                ip=str(filing.ip),
                gateway=gateways,
            )
            found.append(Missing(filing, Absence.NOT_SEEN, because))
    return tuple(found)


def _obstacle(
    filing: RegistrationView, prefix: PrefixView | None, reading: Reading, blind: dict[str, Text]
) -> Text | None:
    """Return what keeps silence from counting, or None when nothing does."""
    point = filing.point or (prefix.point if prefix is not None else None)
    if point is not None and point in blind:
        return blind[point]
    if prefix is None:
        return text("{ip} lies in no registered prefix", ip=str(filing.ip))
    if not reading.asked(filing.plane, filing.ip):
        return text("it is not certain that {ip} was probed", ip=str(filing.ip))
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
