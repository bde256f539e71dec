"""Which links may exist, by every source that says so. Nothing is decided here."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from inventory.location import proof
from inventory.location.aggregates import aggregated
from inventory.location.behind import behind
from inventory.location.roles import roles
from inventory.location.toward import Toward
from inventory.location.trace import traces
from inventory.location.view import View
from inventory.model.facts import IdentifierKind
from inventory.model.sources import OVERLAP
from inventory.model.text import text
from inventory.model.topology import Candidate, Dropped, End, LinkSource

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from inventory.location.behind import Behind
    from inventory.location.neighbours import Link, Stranger
    from inventory.location.roles import Roles
    from inventory.model.facts import LldpNeighbour
    from inventory.model.factset import FactSet
    from inventory.model.location import Evidence
    from inventory.model.records import DeviceView, PointView, StatementView
    from inventory.model.text import Text


class Candidates:
    """Everything that speaks of links in one sweep's facts and in the register."""

    def __init__(
        self,
        facts: FactSet,
        devices: Sequence[DeviceView],
        points: Sequence[PointView],
        statements: Sequence[StatementView] = (),
    ) -> None:
        self._view = View(aggregated(facts), devices, statements)
        self._devices = devices
        self._points = points
        self._toward = Toward(self._view)
        self.roles: Roles = roles(self._view, self._toward)
        self._behind: Behind = behind(self._view, self.roles, self._toward, traces(self._view, self.roles))
        self.read: frozenset[str] = frozenset(row.device for row in facts.interfaces) | self._view.forwarders
        """Devices that gave rows of their own."""
        self.bundles: frozenset[End] = frozenset(
            End(device, self._port(device, port)) for device, ports in self._view.aggregates.items() for port in ports
        )
        """Aggregates: one of them may lead to both devices of a multi-chassis pair."""

    @cached_property
    def all(self) -> tuple[Candidate, ...]:
        """Every candidate, each link from every side that speaks of it."""
        told = {*self._filed(), *self._stated(), *self._heard(), *self._strangers(), *self._above()}
        return tuple(sorted(told, key=_order))

    @property
    def standing(self) -> tuple[Candidate, ...]:
        """Candidates that may be links."""
        gone = {one.candidate for one in self.overruled}
        return tuple(one for one in self.all if one not in gone)

    @cached_property
    def overruled(self) -> tuple[Dropped, ...]:
        """Candidates that cannot be links, whatever the others say."""
        return tuple(Dropped(one, why) for one in self.all if (why := self._overruled(one)) is not None)

    @cached_property
    def led_by(self) -> dict[str, frozenset[str]]:
        """Per device the registered bridges that lead its segments in the spanning tree."""
        found: dict[str, set[str]] = {}
        for link in self._view.neighbours.links:
            if link.by_tree:
                found.setdefault(link.device, set()).add(link.other)
        return {device: frozenset(others) for device, others in found.items()}

    @property
    def resolved(self) -> dict[str, int]:
        """How many station addresses each device resolved."""
        return self._view.resolved

    def _stated(self) -> Iterator[Candidate]:
        for (device, port), (other, evidence) in self._view.stated.devices.items():
            if other is not None:
                far = self._view.stated.devices
                back = next((p for (name, p), (to, _) in far.items() if (name, to) == (other, device)), None)
                yield Candidate(
                    End(device, self._port(device, port)),
                    End(other, self._port(other, back)),
                    LinkSource.MANUAL,
                    evidence,
                )

    def _overruled(self, one: Candidate) -> Text | None:
        """Where a person states what a port leads to, nothing else speaks of that port."""
        if one.source is LinkSource.MANUAL:
            return None
        if any(
            end in self._edges or self._ends.get(end, other.device) != other.device
            for end, other in ((one.one, one.other), (one.other, one.one))
        ):
            return text("a person stated what the port leads to")
        middle = self._between(one.one.device, one.other.device) if one.source is LinkSource.STP else None
        return None if middle is None else text("{device} lies between", device=middle)

    @cached_property
    def _edges(self) -> frozenset[End]:
        """Ports stated to lead to endpoints only."""
        return frozenset(End(device, self._port(device, port)) for device, port in self._view.stated.stations)

    @cached_property
    def _ends(self) -> dict[End, str]:
        """Ports stated to lead to a device, and to which."""
        return {
            End(device, self._port(device, port)): other
            for (device, port), (other, _) in self._view.stated.devices.items()
            if other is not None
        }

    def _filed(self) -> Iterator[Candidate]:
        """A point's line ends on a port: the devices that stand at the point hang there, where there is one only."""
        for point in self._points:
            here = [view.name for view in self._devices if view.point == point.code and view.name != point.device]
            if point.device is not None and len(here) == 1 and point.device in self._view.roles:
                yield Candidate(End(point.device, point.port), End(here[0]), LinkSource.MANUAL)

    def _heard(self) -> Iterator[Candidate]:
        links = self._view.neighbours.links
        said = {(link.device, link.other) for link in links if not link.by_tree}
        for link in links:
            yield Candidate(
                End(link.device, self._port(link.device, link.port)),
                End(link.other, self._port(link.other, link.other_port) or _told(link)),
                _source(link, said),
                proof.of_lldp(link.row, self._view.ports),
                link.row.blocked is True,
            )

    def _between(self, one: str, other: str) -> str | None:
        """Return a device known to lie between two, which did not take part in the spanning tree."""
        above = self._behind.above
        between = (
            middle
            for lower, upper in ((one, other), (other, one))
            for middle in above.get(lower, {})
            if upper in above.get(middle, {})
        )
        return min(between, default=None)

    def _strangers(self) -> Iterator[Candidate]:
        for stranger in self._view.neighbours.strangers:
            yield Candidate(
                End(stranger.device, self._port(stranger.device, stranger.port)),
                End(name_of(stranger), None if stranger.by_tree else _port_of(stranger.row)),
                LinkSource.STP if stranger.by_tree else LinkSource.LLDP_ONE,
                proof.of_lldp(stranger.row, self._view.ports),
                stranger.row.blocked is True,
            )

    def _above(self) -> Iterator[Candidate]:
        """Link each device to the nearest of those above it: the one that hangs below all others."""
        above = self._behind.above
        for device, places in sorted(above.items()):
            for upper, ports in sorted(places.items()):
                if any(upper in above.get(other, {}) for other in places if other != upper):
                    continue  # another one lies between
                for port in sorted(ports):
                    evidence = self._behind.members.get((upper, port), {}).get(device)
                    ways = self._toward.ways(device, upper)
                    own = next(iter(ways)) if len(ways) == 1 else None
                    source = LinkSource.OVERLAP if _is_overlap(evidence) else LinkSource.IDENTITY
                    yield Candidate(
                        End(upper, self._port(upper, port)), End(device, self._port(device, own)), source, evidence
                    )

    def strangers(self) -> frozenset[str]:
        """Return what nobody registered and announced itself."""
        return frozenset(name_of(stranger) for stranger in self._view.neighbours.strangers)

    def _port(self, device: str, if_index: int | None) -> str | None:
        return None if if_index is None else self._view.ports.place(device, if_index).port


def name_of(stranger: Stranger) -> str:
    """Return what to call a device nobody registered: the name it announces, and its chassis, for names repeat."""
    chassis = stranger.row.chassis.value
    return f"{stranger.row.system_name} ({chassis})" if stranger.row.system_name else chassis


def _told(link: Link) -> str | None:
    """The other device was not read: its port is what it announced, where that is a name."""
    if link.by_tree:
        return None  # a bridge's number for its port is no name
    if link.row.port.kind is IdentifierKind.INTERFACE_NAME and link.row.port.value:
        return link.row.port.value
    return _port_of(link.row) or None


def _port_of(row: LldpNeighbour) -> str:
    return row.port_description or row.port.value


def _source(link: Link, said: Container[tuple[str, str]]) -> LinkSource:
    if link.by_tree:
        return LinkSource.STP
    if "cdp" in link.row.table.casefold():
        return LinkSource.CDP
    return LinkSource.LLDP_BOTH if (link.other, link.device) in said else LinkSource.LLDP_ONE


def _is_overlap(evidence: Evidence | None) -> bool:
    return evidence is not None and evidence.source == OVERLAP


def _order(one: Candidate) -> tuple[object, ...]:
    ends = [(end.device, end.port or "") for end in (one.one, one.other)]
    return (list(LinkSource).index(one.source), ends, "" if one.evidence is None else one.evidence.row)
