"""Observed ⋈ filed: by MAC first, then by (plane, IP); each filing and each endpoint at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.model.nature import Nature, nature
from inventory.model.observation import Finding, Mismatch, Status, UnitReason
from inventory.model.records import UNASSIGNED, Addressing
from inventory.model.text import text
from inventory.reconcile.addresses import routable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inventory.model.observation import Attribution, Observation
    from inventory.model.records import RegistrationView
    from inventory.model.text import Text
    from inventory.model.values import IPAddress, Mac
    from inventory.reconcile.addresses import PrefixTable

    Seen: TypeAlias = tuple[Observation, Attribution]

_BY_PORT = frozenset({UnitReason.EXACT_PORT, UnitReason.BOUNDED_PORT})


def match(
    seen: Iterable[Seen], registrations: Iterable[RegistrationView], prefixes: PrefixTable
) -> tuple[Finding, ...]:
    """Compare every endpoint with the filings that count; ordered by identity."""
    endpoints = sorted(seen, key=lambda pair: (pair[0].plane, pair[0].mac is None, pair[0].key[1]))
    filings = sorted((filing for filing in registrations if filing.counts), key=lambda filing: filing.id)
    pairs = _by_mac(endpoints, filings)
    taken = {filing.id for filing in pairs.values()}
    rest = [filing for filing in filings if filing.id not in taken]
    pairs |= _by_address([pair for pair in endpoints if pair[0].key not in pairs], rest)
    claimed = _claims(filings)
    return tuple(_finding(one, pairs.get(one[0].key), claimed, prefixes) for one in endpoints)


def _by_mac(endpoints: Sequence[Seen], filings: Iterable[RegistrationView]) -> dict[tuple[str, str], RegistrationView]:
    """Give each filed card its endpoint: same plane, filed address and filed unit preferred, in that order."""
    of_mac: dict[Mac, list[RegistrationView]] = {}
    for filing in filings:
        of_mac.setdefault(filing.mac, []).append(filing)
    options = []
    for position, (observation, attribution) in enumerate(endpoints):
        for filing in of_mac.get(observation.mac, []) if observation.mac is not None else []:
            rank = (
                filing.plane != observation.plane,
                filing.ip not in observation.ips,
                filing.unit != attribution.unit,
                filing.id,
                position,
            )
            options.append((rank, observation.key, filing))
    return _assign(options)


def _by_address(
    endpoints: Sequence[Seen], filings: Iterable[RegistrationView]
) -> dict[tuple[str, str], RegistrationView]:
    of_address: dict[tuple[str, IPAddress], list[RegistrationView]] = {}
    for filing in filings:
        of_address.setdefault((filing.plane, filing.ip), []).append(filing)
    options = []
    for position, (observation, attribution) in enumerate(endpoints):
        for ip in observation.ips:
            for filing in of_address.get((observation.plane, ip), []):
                rank = (filing.unit != attribution.unit, observation.mac is not None, filing.id, position)
                options.append((rank, observation.key, filing))
    return _assign(options)


def _assign(
    options: Iterable[tuple[tuple[object, ...], tuple[str, str], RegistrationView]],
) -> dict[tuple[str, str], RegistrationView]:
    """Take the best pair, then the best of what is left; ranks end in numbers that differ, so there are no ties."""
    pairs: dict[tuple[str, str], RegistrationView] = {}
    taken: set[int] = set()
    for _, key, filing in sorted(options, key=lambda option: option[0]):
        if key not in pairs and filing.id not in taken:
            pairs[key] = filing
            taken.add(filing.id)
    return pairs


def _claims(filings: Iterable[RegistrationView]) -> dict[tuple[str, IPAddress], RegistrationView]:
    claims: dict[tuple[str, IPAddress], RegistrationView] = {}
    for filing in filings:
        claims.setdefault((filing.plane, filing.ip), filing)
    return claims


def _finding(
    one: Seen,
    filing: RegistrationView | None,
    claimed: dict[tuple[str, IPAddress], RegistrationView],
    prefixes: PrefixTable,
) -> Finding:
    observation, attribution = one
    if filing is None:
        status = Status.VIRTUAL if nature(observation) is Nature.CLUSTER else Status.UNREGISTERED
        return Finding(observation, attribution, status, because=_unfiled(observation, claimed))
    different = _mismatches(observation, attribution, filing, prefixes)
    because = text("matches the filing of {mac} at {ip}", mac=str(filing.mac), ip=str(filing.ip))
    if observation.mac != filing.mac:
        because = text("its address matches the filing of {mac} at {ip}", mac=str(filing.mac), ip=str(filing.ip))
    for mismatch in different:
        because = text("{said}; {difference}", said=because, difference=_difference(mismatch, one, filing))
    status = Status.MISMATCH if different else Status.REGISTERED
    return Finding(observation, attribution, status, different, filing, because)


def _unfiled(observation: Observation, claimed: dict[tuple[str, IPAddress], RegistrationView]) -> Text:
    for ip in observation.ips:
        filing = claimed.get((observation.plane, ip))
        if filing is not None:
            return text(
                "no filing names it; {ip} is filed for {mac}, which is matched elsewhere",
                ip=str(ip),
                mac=str(filing.mac),
            )
    found = nature(observation)
    if found in _UNFILED:
        return _UNFILED[found]
    if observation.mac is None:
        return text("no filing names its address; its card is unknown")
    return text("no filing names its card or its address")


_UNFILED: Final = {
    Nature.CLUSTER: text("the hosts of a load-balancing cluster share this address; they are counted by their own"),
    Nature.LOCAL: text(
        "no filing names its card or its address; its card's address is made up (random or set by hand), "
        "so it may be a device that is filed under another one"
    ),
}


def _mismatches(
    observation: Observation, attribution: Attribution, filing: RegistrationView, prefixes: PrefixTable
) -> tuple[Mismatch, ...]:
    found = []
    if not _address_fits(observation, filing, prefixes):
        found.append(Mismatch.IP)
    if observation.mac is not None and observation.mac != filing.mac:
        found.append(Mismatch.MAC)
    if attribution.unit not in {filing.unit, UNASSIGNED}:
        found.append(Mismatch.UNIT)
    at_port = attribution.reason in _BY_PORT and attribution.point is not None
    if at_port and filing.point is not None and filing.point != attribution.point:
        found.append(Mismatch.PORT)
    return tuple(found)


def _address_fits(observation: Observation, filing: RegistrationView, prefixes: PrefixTable) -> bool:
    """Whether what was seen allows the filed address: nothing of its family seen says nothing against it."""
    seen = [ip for ip in routable(observation.ips) if ip.version == filing.ip.version]
    if not seen:
        return True
    if observation.plane != filing.plane:
        return False
    if filing.ip in seen:
        return True
    home = prefixes.longest(filing.plane, filing.ip)
    dynamic = filing.addressing is Addressing.DHCP or (home is not None and bool(home.dhcp))
    return dynamic and any(prefixes.longest(observation.plane, ip) == home for ip in seen)


def _difference(mismatch: Mismatch, one: Seen, filing: RegistrationView) -> Text:
    observation, attribution = one
    if mismatch is Mismatch.IP:
        seen = ", ".join(str(ip) for ip in routable(observation.ips))
        return text(
            "seen at {seen} in plane {plane}, filed at {ip}", seen=seen, plane=observation.plane, ip=str(filing.ip)
        )
    if mismatch is Mismatch.MAC:
        if observation.mac is not None and observation.mac.is_local:
            return text("seen with card {mac}, which is randomised or virtual", mac=str(observation.mac))
        return text("seen with card {mac}", mac=str(observation.mac))
    if mismatch is Mismatch.UNIT:
        return text("seen at unit {seen}, filed by unit {filed}", seen=attribution.unit, filed=filing.unit)
    return text("seen at point {seen}, filed at point {filed}", seen=attribution.point, filed=filing.point)
