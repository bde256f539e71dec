"""What is on a device or a port: for whoever stands in front of a switch, or reads its log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.coverage import Table
from inventory.model.errors import UsageError
from inventory.model.names import name_of
from inventory.model.portname import canonical
from inventory.model.text import text
from inventory.model.values import narrow
from netaudit.app.around import around
from netaudit.app.current import as_of, considered, current, window
from probes.oui import vendor
from reports.kinds import location
from reports.kinds import spot as kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.model.facts import InterfaceFact
    from inventory.model.location import Place
    from inventory.model.observation import Finding, Reconciliation
    from inventory.registry.engine import Registry
    from netaudit.app.spots import Spot
    from netaudit.settings import Settings
    from reports.data import Object
    from reports.document import Document
    from reports.kinds.whose import Whose


def answer(registry: Registry, settings: Settings, spot: Spot, whose: Whose) -> tuple[Document, Object]:
    """Say who is there.

    Raises:
        UsageError: the device has no such port.
    """
    views = considered(registry, window(registry, settings, None))
    sweeps = [view.id for view in views]
    interfaces = _interfaces(registry, sweeps, spot.device)
    mine = [one for one in interfaces if spot.port is not None and canonical(one.name) == canonical(spot.port)]
    if spot.port is not None and interfaces and not mine:
        names = ", ".join(one.name for one in interfaces)
        raise UsageError(
            text("{device} has no port {port}.", device=spot.device, port=spot.port),
            text("Its ports: {names}", names=names),
        )
    near = around(registry, views, registry.archive.at_device(spot.device, sweeps))
    every = _all(current(registry, settings)) if near is None else near.findings
    reads = registry.archive.read_of(sweeps, spot.device)
    today = datetime.now(UTC).astimezone().date()
    view = next(device for device in registry.devices() if device.name == spot.device)
    shown = kind.Shown(
        view,
        mine[0].name if mine else spot.port,
        mine[0] if mine else None,
        max((row for row in reads if row.table is Table.FDB), key=lambda row: row.at, default=None),
        tuple(one for one in every if any(map(spot.holds, _places(one)))),
        tuple(one for one in every if spot.port is None and spot.device in one.observation.location.behind),
        as_of(views),
        tuple(one for one in registry.statements() if one.applies(today) and spot.names(one.device, one.port)),
    )
    return kind.document(shown, whose, vendor), kind.json_document(shown, whose, vendor)


def called(registry: Registry, settings: Settings, query: str, whose: Whose) -> tuple[Document, Object]:
    """Say where the computers are that call themselves so, by their whole name or its first part.

    Raises:
        UsageError: none does.
    """
    known = current(registry, settings)
    wanted = narrow(query).strip().casefold()
    found = [finding for finding in _all(known) if _is_called(finding, wanted)]
    if not found:
        raise UsageError(
            text(
                "{query!r} is neither an IP address nor a MAC address, no device and no name that was heard.",
                query=query,
            ),
            text("Write 192.0.2.7, 00e0-fc12-3456, sw-edu-03 or sw-edu-03 GE0/0/7."),
        )
    document = location.document(query, found, whose=whose, vendor=vendor, as_of=known.as_of)
    return document, location.json_document(query, found, whose=whose, vendor=vendor)


def _is_called(finding: Finding, wanted: str) -> bool:
    named = name_of(finding.observation)
    return named is not None and wanted in {named.name.casefold(), named.name.casefold().partition(".")[0]}


def _all(known: Reconciliation) -> tuple[Finding, ...]:
    return tuple(finding for unit in known.units for finding in unit.findings)


def _places(finding: Finding) -> tuple[Place, ...]:
    found = finding.observation.location
    return found.alternatives if found.place is None else (found.place,)


def _interfaces(registry: Registry, sweeps: Sequence[int], device: str) -> list[InterfaceFact]:
    """Return a device's interfaces as the newest sweep that read them tells."""
    for number in sorted(sweeps, reverse=True):
        found = {one.if_index: one for one in registry.archive.interfaces(number, device)}
        if found:
            return [found[index] for index in sorted(found)]
    return []
