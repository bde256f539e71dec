"""What hangs on what: links from every source, reduced to one network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.location.engine import locate
from inventory.location.links import Candidates
from inventory.location.topology import topology as reduced
from inventory.model.errors import UsageError
from inventory.model.text import text
from netaudit.app.answer import Report
from reports.kinds import topology as kind

if TYPE_CHECKING:
    from inventory.model.text import Gettext
    from inventory.model.topology import Topology
    from inventory.registry.engine import Registry


def found(registry: Registry, sweep: int | None = None) -> Topology:
    """Return the network as a sweep that read devices saw it: the newest one unless another is named.

    Raises:
        UsageError: no such sweep, or none has read a device.
    """
    numbers = [view.id for view in registry.sweeps()]
    if sweep is not None and sweep not in numbers:
        raise UsageError(text("There is no sweep {number}.", number=sweep), text("See: netaudit report sweep"))
    chosen = [sweep] if sweep is not None else sorted(numbers, reverse=True)
    number = next((one for one in chosen if registry.coverage_facts([one]).coverage), None)
    if number is None:
        raise UsageError(text("No device has been read yet."), text("Start: netaudit sweep, or netaudit collect"))
    facts = registry.facts(number)
    devices, statements = registry.devices(), registry.statements()
    candidates = Candidates(facts, devices, registry.points(), statements)
    return reduced(candidates, devices, locate(facts, devices, None, statements).by_mac.values(), number)


def report(registry: Registry, sweep: int | None = None) -> Report:
    """Answer as tables and as data."""
    network = found(registry, sweep)
    return Report(kind.document(network), kind.json_document(network))


def drawing(registry: Registry, gettext: Gettext, language: str, sweep: int | None = None) -> str:
    """Answer as an SVG drawing."""
    from reports.formats.drawing import render  # noqa: PLC0415 -- one format is loaded, the one asked for

    points = {point.code: point.name for point in registry.points()}
    return render(found(registry, sweep), gettext, language=language, points=points)
