"""What hangs on what: links from every source, reduced to one network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.location.engine import locate
from inventory.location.excerpt import excerpt
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the network, and from where."""

    unit: str | None = None
    point: str | None = None
    devices: tuple[str, ...] = ()
    depth: int | None = None
    """How many links below what was asked for, or below where the drawing begins; None: all."""
    begin: str | None = None
    """The device the drawing begins at; None: by evidence."""
    sweep: int | None = None
    """None: the newest that read devices."""


def found(registry: Registry, wanted: Wanted) -> Topology:
    """Return the network, or a part of it, as a sweep that read devices saw it.

    Raises:
        UsageError: no such sweep, unit, point or device, or no sweep has read a device.
    """
    numbers = [view.id for view in registry.sweeps()]
    if wanted.sweep is not None and wanted.sweep not in numbers:
        raise UsageError(text("There is no sweep {number}.", number=wanted.sweep), text("See: netaudit report sweep"))
    chosen = [wanted.sweep] if wanted.sweep is not None else sorted(numbers, reverse=True)
    number = next((one for one in chosen if registry.coverage_facts([one]).coverage), None)
    if number is None:
        raise UsageError(text("No device has been read yet."), text("Start: netaudit sweep, or netaudit collect"))
    facts = registry.facts(number)
    devices, statements = registry.devices(), registry.statements()
    candidates = Candidates(facts, devices, registry.points(), statements)
    located = locate(facts, devices, None, statements).by_mac.values()
    network = reduced(candidates, devices, located, number, wanted.begin)
    names = {node.name for node in network.nodes}
    for name in (*wanted.devices, *((wanted.begin,) if wanted.begin else ())):
        if name not in names:
            raise UsageError(text("There is no device {name!r}.", name=name), text("See: netaudit topology"))
    part = _part(registry, wanted, network)
    return network if part is None and wanted.depth is None else excerpt(network, part, wanted.depth)


def _part(registry: Registry, wanted: Wanted, network: Topology) -> set[str] | None:
    """Return the boxes asked for; None: no part was named."""
    if wanted.unit is None and wanted.point is None and not wanted.devices:
        return None
    here = {point.code for point in registry.points() if wanted.point in {None, point.code}}
    if wanted.point is not None and not here:
        raise UsageError(text("There is no point {code!r}.", code=wanted.point), text("See: netaudit point list"))
    if wanted.unit is not None:
        units = _with_those_below(registry, wanted.unit)
        here &= {point.code for point in registry.points() if point.unit in units}
    if wanted.unit is None and wanted.point is None:
        return set(wanted.devices)
    return {node.name for node in network.nodes if node.point in here} | set(wanted.devices)


def _with_those_below(registry: Registry, code: str) -> set[str]:
    units = registry.units()
    if code not in {unit.code for unit in units}:
        raise UsageError(text("There is no unit {code!r}.", code=code), text("See: netaudit unit list"))
    found, before = {code}, 0
    while len(found) != before:
        before = len(found)
        found |= {unit.code for unit in units if unit.parent in found}
    return found


def report(registry: Registry, wanted: Wanted, *, explain: bool = False) -> Report:
    """Answer as tables and as data."""
    network = found(registry, wanted)
    return Report(kind.document(network, explain=explain), kind.json_document(network))


def drawing(registry: Registry, gettext: Gettext, language: str, wanted: Wanted, paper: str | None = None) -> str:
    """Answer as an SVG drawing; for a size of paper as an HTML document of pages."""
    from reports.formats import drawing as screen  # noqa: PLC0415 -- one format is loaded, the one asked for
    from reports.formats import drawnpages  # noqa: PLC0415 -- the same

    network = found(registry, wanted)
    points = {point.code: point.name for point in registry.points()}
    if paper is None:
        return screen.render(network, gettext, language=language, points=points)
    return drawnpages.render(network, gettext, language=language, points=points, paper=paper)
