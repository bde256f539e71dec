"""What is on a device or a port: for whoever stands in front of a switch, or reads its log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.model.coverage import Table
from inventory.model.errors import UsageError
from inventory.model.portname import canonical
from inventory.model.text import text
from netaudit.app.around import around
from netaudit.app.current import as_of, considered, current, window
from probes.oui import vendor
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
    found = every(current(registry, settings)) if near is None else near.findings
    reads = registry.archive.read_of(sweeps, spot.device)
    today = datetime.now(UTC).astimezone().date()
    view = next(device for device in registry.devices() if device.name == spot.device)
    shown = kind.Shown(
        view,
        mine[0].name if mine else spot.port,
        mine[0] if mine else None,
        max((row for row in reads if row.table is Table.FDB), key=lambda row: row.at, default=None),
        tuple(one for one in found if any(map(spot.holds, _places(one)))),
        tuple(one for one in found if spot.port is None and spot.device in one.observation.location.behind),
        as_of(views),
        tuple(one for one in registry.statements() if one.applies(today) and spot.names(one.device, one.port)),
    )
    return kind.document(shown, whose, vendor), kind.json_document(shown, whose, vendor)


def every(known: Reconciliation) -> tuple[Finding, ...]:
    """Return every endpoint, whichever unit it is counted under."""
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
