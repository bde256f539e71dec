"""Endpoints by less than an address: a network, the first digits of a card, the name a computer gives itself."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from inventory.model.errors import UsageError
from inventory.model.names import name_of
from inventory.model.text import text
from inventory.model.values import narrow
from netaudit.app.current import current
from netaudit.app.occupants import every
from probes.oui import vendor
from reports.document import Section
from reports.kinds import listing, location

if TYPE_CHECKING:
    from inventory.model.observation import Finding
    from inventory.model.values import IPNetwork
    from inventory.registry.engine import Registry
    from netaudit.settings import Settings
    from reports.data import Object
    from reports.document import Document
    from reports.kinds.whose import Whose

_DIGITS: Final = re.compile(r"[0-9a-f]{6,11}")
"""From the maker's part of a card on."""


def several(registry: Registry, settings: Settings, query: str, whose: Whose) -> tuple[Document, Object]:
    """List the endpoints in a network, those whose card begins so, or tell of those that call themselves so.

    Raises:
        UsageError: it is no network, and nothing is called so or begins so.
    """
    known = current(registry, settings)
    wanted = narrow(query).strip().casefold()
    network = _network(wanted)
    found = tuple(finding for finding in every(known) if network is None and _is_called(finding, wanted))
    if found:
        document = location.document(query, found, whose=whose, vendor=vendor, as_of=known.as_of)
        return document, location.json_document(query, found, whose=whose, vendor=vendor)
    if network is not None:
        found = tuple(finding for finding in every(known) if any(ip in network for ip in finding.observation.ips))
    else:
        found = tuple(finding for finding in every(known) if _begins(finding, wanted))
        if not found:
            raise _nothing(query)
    listed = listing.endpoints_document(found, vendor, as_of=known.as_of)
    title = text("Endpoints of {what}", what=str(network or query))
    if not found:
        listed = replace(listed, lines=(), sections=(Section(None, notes=(text("No endpoint was seen there."),)),))
    document = replace(listed, key="locate", title=title, version=location.VERSION)
    return document, location.json_document(query, found, whose=whose, vendor=vendor)


def _nothing(query: str) -> UsageError:
    return UsageError(
        text(
            "{query!r} is neither an IP address nor a MAC address, no device and no name that was heard.", query=query
        ),
        text("Write 192.0.2.7, 192.0.2.0/24, 00e0-fc12-3456, 00e0-fc, sw-edu-03 or sw-edu-03 GE0/0/7."),
    )


def _network(written: str) -> IPNetwork | None:
    if "/" not in written:
        return None
    try:
        return ip_network(written, strict=False)
    except ValueError:
        return None


def _begins(finding: Finding, written: str) -> bool:
    digits = re.sub(r"[-:. ]", "", written)
    mac = finding.observation.mac
    return mac is not None and _DIGITS.fullmatch(digits) is not None and mac.text.replace(":", "").startswith(digits)


def _is_called(finding: Finding, wanted: str) -> bool:
    named = name_of(finding.observation)
    return named is not None and wanted in {named.name.casefold(), named.name.casefold().partition(".")[0]}
