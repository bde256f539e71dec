"""Of all ports that reported a MAC, which remain as its place, and what took each other one out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from inventory.location import removal
from inventory.location.latest import Latest
from inventory.location.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from inventory.location.behind import Behind
    from inventory.location.roles import Roles
    from inventory.location.toward import Toward
    from inventory.location.trace import Edge, Port, Trace
    from inventory.location.trees import Trees
    from inventory.location.view import View
    from inventory.model.values import Mac

_VOTES: Final = 3
"""So many stations of a device seen on another port: it is reached there, too, in some VLAN."""
_FAN: Final = 3
"""On so many ports of a device at least, what another one sees on one port: two may be a move."""
_SHARE: Final = 0.9
"""Of the stations that both see, so many on that port: the others may have moved."""
_NONE: frozenset[int] = frozenset()


class Gone(NamedTuple):
    """A port that is not the place, the rule that says so, and the device that decided where one did."""

    port: Port
    rule: str
    nearer: str = ""


class Chosen(NamedTuple):
    """What is left."""

    left: tuple[Port, ...]
    """One port: the place. Several: nobody can tell. None: every report came from the core's side."""
    twin: Port | None = None
    """The same link's port on the other switch of a multi-chassis pair."""
    gone: tuple[Gone, ...] = ()
    edges: frozenset[Port] = frozenset()
    """Where several remained before time decided: the places before."""


class _Marks(dict["Edge", object]):
    """What tells one edge from another where stations pass: itself where it leads to a device, else only its device."""

    def __init__(self, toward: Toward, behind: Behind) -> None:
        super().__init__()
        found: dict[str, set[int]] = {}
        for device, port, _, _ in toward.all():
            found.setdefault(device, set()).add(port)
        for uppers in behind.above.values():
            for device, ports in uppers.items():
                found.setdefault(device, set()).update(ports)
        self.crossed = {device: frozenset(ports) for device, ports in found.items()}
        """Per device the ports that lead to another one, by any kind of evidence."""

    def __missing__(self, edge: Edge) -> object:
        mark = self[edge] = edge if edge.port in self.crossed.get(edge.device, _NONE) else edge.device
        return mark


class Choice:
    """Takes places out, for one sweep."""

    def __init__(
        self,
        view: View,
        toward: Toward,
        roles: Roles,
        behind: Behind,
        reports: Mapping[Mac, Trace],
        trees: Trees,
    ) -> None:
        self._view = view
        self._reports = reports
        self._trees = trees
        self._toward = toward
        self._roles = roles
        self._behind = behind
        self.ways = Ways(toward, roles, behind, trees)
        """Behind which ports a device lies."""
        self._latest = Latest(roles, behind, toward, trees, self.ways)
        self._fans: dict[tuple[str, str, int, int | None], bool] = {}
        self._ways_through: dict[tuple[int | None, Collection[object]], tuple[dict[Port, str], tuple[Gone, ...]]] = {}
        self._against: dict[tuple[str, int | None, frozenset[Port]], tuple[Port, ...]] = {}
        self._votes: dict[tuple[str, str], dict[int, int]] = {}
        self._macs: dict[str, list[Mac]] = {}
        self._vlans: dict[str, set[tuple[int, int | None]]] = {}

    def of(self, trace: Trace) -> Chosen:
        """Decide about one MAC."""
        left, gone = self._without_transit(trace)
        edges: frozenset[Port] = frozenset()
        if len(left) > 1:
            left, more = self._without_fans(left, trace)
            gone += more
        if len(left) > 1:
            pair = self._one_link(left, trace.vlan)
            if pair is not None:
                return Chosen((pair[0],), pair[1], gone)
            edges = frozenset(left)
            found = self._latest.of(left, trace)
            if found is not None:
                newest, rule = found
                gone += tuple(Gone(port, rule, newest[0]) for port in left if port != newest)
                left = [newest]
        if len(left) == 1:
            moved = {item.port for item in gone if item.rule in removal.LEFT}
            against = [
                port
                for port in self._contradicting(left[0], trace)
                if port not in moved and not self._latest.before(port, left[0], moved, trace)
            ]
            if against or not self._roles.known(left[0][0]):
                left = sorted({*left, *against})
                gone = tuple(item for item in gone if item.port not in left)
        return Chosen(tuple(left), None, gone, edges)

    def _without_transit(self, trace: Trace) -> tuple[list[Port], tuple[Gone, ...]]:
        """Take out every place behind which another device holds the MAC on a port that leads further away."""
        left = sorted([edge.place for edge in trace.edges])
        if len(trace.candidates) <= 1:
            return left, ()
        found, gone = self._passed(trace)
        kept = [port for port in left if port not in found]
        if not kept:  # a loop of devices that each point at the next: none of them may be believed
            return left, ()
        return kept, gone

    def _passed(self, trace: Trace) -> tuple[dict[Port, str], tuple[Gone, ...]]:
        """Return the places that are only on the way, the device that each leads to, and both in words.

        Which of its ports a device holds the MAC on makes no difference where none of them leads to a device: most
        stations of a switch are told apart by nothing else.
        """
        seen: Collection[object]
        if len(trace.edges) == len(trace.candidates):  # else a device has several ports: nearly never
            seen = tuple(map(self._marks.__getitem__, trace.edges))
        else:
            crossed = self._marks.crossed
            seen = frozenset(
                (name, _NONE if ports.isdisjoint(crossed.get(name, _NONE)) else ports)
                for name, ports in trace.candidates.items()
            )
        key = trace.vlan, seen
        found = self._ways_through.get(key)
        if found is None:
            passed = self._on_the_way(trace)
            gone = tuple(Gone(port, removal.TRANSIT, nearer) for port, nearer in sorted(passed.items()))
            found = self._ways_through[key] = passed, gone
        return found

    @cached_property
    def _marks(self) -> _Marks:
        return _Marks(self._toward, self._behind)

    def _on_the_way(self, trace: Trace) -> dict[Port, str]:
        found: dict[Port, str] = {}
        undecided = dict(trace.candidates)
        above = self._behind.above
        # Who hangs below most decides first: that is the one that holds it, where several devices on the way would do.
        for nearer in sorted(undecided, key=lambda name: (-len(above.get(name, ())), name)):
            own = trace.candidates[nearer]
            ways = self.ways.to(nearer, trace.vlan)
            for upper, ports in undecided.items():
                there = ways.get(upper, _NONE)
                if upper == nearer or ports.isdisjoint(there):
                    continue
                back = self.ways.toward(nearer, upper, trace.vlan)
                if own <= back:
                    continue
                if back or self._roles.known(nearer):  # it holds the MAC on a port that leads further away
                    found.update(dict.fromkeys([(upper, port) for port in ports & there], nearer))
                    undecided[upper] = ports - there
        return found

    def _without_fans(self, left: list[Port], trace: Trace) -> tuple[list[Port], tuple[Gone, ...]]:
        """Take out places behind which another one's device fans out, where a VLAN goes another way than identities do.

        A VLAN has no loops: whatever one device sees on one port and another one on several, the other lies between.
        """
        gone: dict[Port, str] = {}
        for upper, port in left:
            for nearer, _ in left:
                if nearer != upper and self._fans_out(nearer, upper, port, trace.vlan):
                    gone.setdefault((upper, port), nearer)
        kept = [place for place in left if place not in gone]
        if not kept:
            return left, ()
        return kept, tuple(Gone(place, removal.TRANSIT, nearer) for place, nearer in sorted(gone.items()))

    def _fans_out(self, nearer: str, upper: str, port: int, vlan: int | None) -> bool:
        key = (nearer, upper, port, vlan)
        found = self._fans.get(key)
        if found is None:
            known = self._roles.in_vlan
            found = vlan is not None and (nearer, vlan) in known and (upper, vlan) in known
            if found:
                mine = [one for one in self._reports.values() if one.vlan == vlan and nearer in one.candidates]
                shared = [one for one in mine if port in one.candidates.get(upper, _NONE)]
                ports = {own for one in shared for own in one.candidates[nearer]}
                found = len(ports) >= _FAN and len(shared) >= _SHARE * sum(upper in one.ports for one in mine)
            self._fans[key] = found
        return found

    def _one_link(self, left: list[Port], vlan: int | None) -> tuple[Port, Port] | None:
        """Return two places as one link when they are its ends on the two switches of a multi-chassis pair.

        In one VLAN's loop-free tree two devices cannot both reach the same third one past each other: a link to both.
        """
        if len(left) != 2:  # noqa: PLR2004 -- a pair
            return None
        (one, port), (other, twin) = left
        if one == other or port in self.ways.between(one, other, vlan) or twin in self.ways.between(other, one, vlan):
            return None
        below = self._behind.members.get(left[0], {}).keys() & self._behind.members.get(left[1], {}).keys()
        if not below:
            trunks = all(number in self._view.aggregates.get(name, _NONE) for name, number in left)
            if not (trunks and frozenset((one, other)) in self._behind.pairs):
                return None
        return left[0], left[1]

    def _contradicting(self, place: Port, trace: Trace) -> list[Port]:
        """Return reports that the answer cannot explain: another port here, or a port that leads elsewhere."""
        device, port = place
        odd = [(device, other) for other in trace.ports[device] if other != port]
        key = device, trace.vlan, trace.uplinks
        from_above = self._against.get(key)
        if from_above is None:
            ports: dict[str, frozenset[int]] = {}
            for other, own in trace.uplinks:
                ports[other] = ports.get(other, _NONE) | {own}
            from_above = self._against[key] = tuple(self._odd(device, ports, trace))
        odd += [item for item in from_above if item[0] not in trace.candidates]
        odd += self._odd(device, {name: trace.ports[name] for name in trace.candidates}, trace)
        if not odd:
            return []
        return [item for item in odd if trace.read_at[item] >= trace.read_at[place]] or [
            item for item in odd if item not in trace.uplinks
        ]

    def _odd(self, device: str, seen: Mapping[str, frozenset[int]], trace: Trace) -> Iterator[Port]:
        """Yield the ports of other devices that see a station of ``device`` where nothing says that it lies."""
        ways = self.ways.to(device, trace.vlan)
        above = self._behind.above
        for other, ports in seen.items():
            expected = ways.get(other)
            if expected is None or ports <= expected or other == device:
                continue
            if all((other, own) in trace.uplinks for own in ports) and (
                device in above.get(other, {})
                or not self._carries(other, expected, trace.vlan)
                or self._trees.beside(other, device, trace.vlan)
            ):
                continue  # it hangs below, or beside in this VLAN, and sees the station come from above
            yield from ((other, own) for own in ports - expected if not self._reached(other, own, device))

    def _carries(self, device: str, ports: frozenset[int], vlan: int | None) -> bool:
        """Whether stations of a VLAN were learned on one of these ports; a table may not tell VLANs, others do."""
        found = self._vlans.get(device)
        if found is None:
            found = self._vlans[device] = {
                (port, trace.vlan) for trace in self._reports.values() for port in trace.ports.get(device, _NONE)
            }
        return vlan is None or any((port, vlan) in found for port in ports)

    def _reached(self, device: str, port: int, other: str) -> bool:
        """Whether enough stations of ``other`` are seen on this port: VLANs may go different ways."""
        votes = self._votes.get((device, other))
        if votes is None:
            votes = self._votes[device, other] = {}
            for mac in self._stations_of(other):
                for row in self._view.stations[mac]:
                    if row.device == device and row.if_index is not None:
                        votes[row.if_index] = votes.get(row.if_index, 0) + 1
        return votes.get(port, 0) >= _VOTES

    def _stations_of(self, device: str) -> list[Mac]:
        if not self._macs:
            for mac, trace in self._reports.items():
                for name in trace.candidates:
                    self._macs.setdefault(name, []).append(mac)
        return self._macs.get(device, [])
