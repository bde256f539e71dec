"""The fragments of the JSON documents: one model object each, keys as promised to other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from inventory.model.names import name_of
from inventory.model.nature import nature
from inventory.model.privacy import mask_phone, mask_text
from inventory.model.typehints import type_hints
from inventory.model.values import rfc3339
from reports.twice import doubled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from inventory.model.location import Evidence, Place
    from inventory.model.observation import CoverageCount, Finding, Likeness, Missing, UnitResult
    from inventory.model.records import RegistrationView
    from inventory.model.text import Text
    from inventory.model.values import Mac

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = dict[str, Json]
Vendor: TypeAlias = "Callable[[Mac], str | None]"
"""Who made a network card; None where nobody knows. The caller brings it."""


def nobody(_mac: Mac) -> None:
    """Return no vendor: for callers without a vendor list."""


def at(moment: datetime | None) -> str | None:
    """Return a time as RFC 3339 UTC."""
    return None if moment is None else rfc3339(moment)


def words(message: Text | None) -> str | None:
    """Return a text in English: programs read keys, people who read JSON read English."""
    return None if message is None else str(message)


def place(where: Place) -> Object:
    """Return a port of a device."""
    return {"device": where.device, "port": where.port}


def evidence(row: Evidence) -> Object:
    """Return one row that speaks for an answer."""
    return {"source": row.source, "device": row.device, "at": at(row.at), "row": row.row}


def location(finding: Finding) -> Object:
    """Return where an endpoint is. Device and port are null unless the verdict is exact or bounded."""
    found = finding.observation.location
    return {
        "verdict": found.verdict.value,
        "device": found.place.device if found.place else None,
        "port": found.place.port if found.place else None,
        "vlan": found.vlan,
        "point": finding.attribution.point,
        "gateway": found.gateway,
        "shares_port_with": found.shares_port_with,
        "behind": list(found.behind),
        "last_exact": {**place(found.last), "at": at(found.last_at)} if found.last is not None else None,
        "alternatives": [place(other) for other in found.alternatives],
        "removed": [{**place(gone.place), "rule": gone.rule, "because": str(gone.because)} for gone in found.removed],
    }


def endpoint(finding: Finding, vendor: Vendor) -> Object:
    """Return one observed endpoint. ``ip`` is the first of ``ips``, null where only its MAC is known."""
    seen = finding.observation
    ips: list[Json] = [str(ip) for ip in seen.ips]
    named = name_of(seen)
    maker = vendor(seen.mac) if seen.mac else None
    hints: list[Json] = [{"type": hint.kind.value, "because": str(hint.because)} for hint in type_hints(seen, maker)]
    return {
        "ip": ips[0] if ips else None,
        "ips": ips,
        "shared_ips": [str(ip) for ip in seen.shared_ips],
        "mac": str(seen.mac) if seen.mac else None,
        "plane": seen.plane,
        "vendor": maker,
        "type_hints": hints,
        "nature": peculiar.value if (peculiar := nature(seen)) else None,
        "hostname": named.name if named else None,
        "hostname_source": named.source if named else None,
        "location": location(finding),
        "unit_reason": finding.attribution.reason.value,
        "unit_because": str(finding.attribution.because),
        "probably_same": likeness(finding.alike),
        "status": finding.status.value,
        "differs": [difference.value for difference in finding.mismatches],
        "first_seen": at(seen.first_seen),
        "last_seen": at(seen.last_seen),
        "confidence": seen.confidence.value,
        "evidence": [evidence(row) for row in seen.evidence],
    }


def likeness(alike: Likeness | None) -> Object | None:
    """Return under which other card the device is probably known."""
    if alike is None:
        return None
    return {
        "macs": [str(mac) for mac in alike.cards],
        "count": alike.count,
        "certainty": "probable" if alike.sure else "possible",
        "newer": alike.newer,
        "because": [str(reason) for reason in alike.because],
        "registration": alike.registration.id if alike.registration else None,
        "evidence": [evidence(row) for row in alike.proof],
    }


def counted_twice(units: Iterable[UnitResult]) -> Object:
    """Return how many endpoints may be others of those counted."""
    found = doubled(units)
    return {
        "count": found.count,
        "address_and_card": found.unjoined,
        "changed_card": found.changed,
        "changed_card_among_others": found.among_others,
    }


def mismatch(finding: Finding, vendor: Vendor, *, reveal: bool) -> Object:
    """Return an endpoint whose filing differs from what was seen, with the filing."""
    return {
        **endpoint(finding, vendor),
        "because": words(finding.because),
        "registration": registration(finding.registration, reveal=reveal),
    }


def missing(gone: Missing, *, reveal: bool) -> Object:
    """Return a filed endpoint that was not observed."""
    return {
        "absence": gone.absence.value,
        "because": str(gone.because),
        "registration": registration(gone.registration, reveal=reveal),
    }


def registration(filed: RegistrationView | None, *, reveal: bool) -> Object | None:
    """Return a filing; phone numbers hidden unless ``reveal``."""
    if filed is None:
        return None
    return {
        "id": filed.id,
        "unit": filed.unit,
        "point": filed.point,
        "person": filed.person if reveal else mask_text(filed.person),
        "phone": filed.phone if reveal else mask_phone(filed.phone),
        "device_type": filed.device_type,
        "brand_model": filed.brand_model,
        "serial": filed.serial,
        "os": filed.os,
        "ip": str(filed.ip),
        "mac": str(filed.mac),
        "plane": filed.plane,
        "location": filed.location if reveal else mask_text(filed.location),
        "addressing": filed.addressing.value if filed.addressing else None,
        "internet": filed.internet.value if filed.internet else None,
        "purpose": filed.purpose if reveal else mask_text(filed.purpose),
        "in_service_since": filed.in_service_since.isoformat() if filed.in_service_since else None,
        "remark": filed.remark if reveal else mask_text(filed.remark),
        "state": filed.state.value,
        "filed_at": at(filed.filed_at),
    }


def coverage(counted: CoverageCount) -> Object:
    """Return what a result rests on."""
    return {
        "prefixes": counted.prefixes,
        "prefixes_total": counted.prefixes_total,
        "addresses_probed": counted.addresses_probed,
        "devices": counted.devices,
        "devices_complete": counted.devices_complete,
        "devices_partial": counted.devices_partial,
        "devices_unread": counted.devices_unread,
    }
