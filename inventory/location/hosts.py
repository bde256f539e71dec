"""Hosts of virtual machines: what several cards on one port, or the same cards on two, have in common.

A virtual switch is a bridge, and some announce themselves as one, but nothing hangs behind it that is not in the host.
A host with a cable to each of two switches, and no aggregate, sends the frames of one machine over either: its machines
are seen on both ports, sweep after sweep, and are no duplicates and do not move.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location import proof
from inventory.model.location import Evidence, Verdict
from inventory.model.nature import is_virtual_machine
from inventory.model.sources import HOST, TEAM, TWO_PLACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from inventory.location.behind import Behind
    from inventory.location.overlap import Overlap
    from inventory.location.ports import Ports
    from inventory.location.trace import Port, Trace
    from inventory.model.location import Location, Place
    from inventory.model.values import Mac

Pair: TypeAlias = "tuple[Place, Place]"
"""Two ports, sorted."""

_SEVERAL: Final = 2
"""One machine seen at two places has moved or has a double; two at the same two share a host."""
_SHARE: Final = 0.5
"""Of the stations on either port, so many were seen on both: else a few of them just have doubles."""


def is_host(announced: Collection[Mac], stations: Collection[Mac]) -> bool:
    """Whether what announced itself on a port holds the stations there: virtual machines, and one card of its own."""
    others = [mac for mac in stations if mac not in announced]
    machines = sum(map(is_virtual_machine, others))
    return machines > 0 and len(others) - machines <= 1


def of_one_host(overlap: Overlap, stations: Collection[Mac], reports: Mapping[Mac, Trace]) -> bool:
    """Whether what two devices have in common is one host's, on one port of each.

    Args:
        overlap: stations of the other device on a port.
        stations: all stations of that port.
        reports: the rows per station.
    """
    common = [mac for mac in stations if overlap.other in reports[mac].candidates]
    ports = {port for mac in common for port in reports[mac].candidates[overlap.other]}
    return len(ports) == 1 and sum(map(is_virtual_machine, common)) >= _SEVERAL and is_host((), common)


def teams(
    places: Mapping[Mac, Iterable[Place]],
    earlier: Mapping[Mac, Sequence[frozenset[Place]]],
    stations: Mapping[Place, int],
) -> dict[Place, Pair]:
    """Return the ports on which one host ends with two cables, each with the pair it belongs to.

    Args:
        places: per MAC that this sweep saw at several edges: these.
        earlier: per MAC what earlier sweeps saw of that kind.
        stations: how many stations each port holds.
    """
    seen: Counter[Pair] = Counter()
    for mac in places.keys() | earlier.keys():
        sweeps = (frozenset(places.get(mac, ())), *earlier.get(mac, ()))
        seen.update({(one, other) for then in sweeps for one, other in combinations(sorted(then), 2)})
    found: dict[Place, Pair] = {}
    doubtful: set[Place] = set()
    for pair, count in seen.items():
        if count >= _SEVERAL and all(count >= _SHARE * stations.get(place, 0) for place in pair):
            doubtful |= found.keys() & set(pair)
            found.update(dict.fromkeys(pair, pair))
    return {place: pair for place, pair in found.items() if doubtful.isdisjoint(pair)}


def on_teams(
    found: Mapping[Mac, Location],
    edges: Mapping[Mac, Iterable[Port]],
    earlier: Mapping[Mac, Sequence[frozenset[Place]]],
    reports: Mapping[Mac, Trace],
    behind: Behind,
    ports: Ports,
) -> tuple[dict[Mac, Location], frozenset[Mac]]:
    """Place the stations of hosts with two cables; return these, and those that earlier sweeps saw on such ports only.

    Args:
        found: what is known so far.
        edges: per MAC that this sweep saw at several edges: these.
        earlier: per MAC what earlier sweeps saw of that kind.
        reports: the rows per station.
        behind: what lies behind ports: a port with a device behind it is no host's.
        ports: the ports' names.
    """
    seen = {
        mac: frozenset(ports.place(*port) for port in several if port not in behind.members)
        for mac, several in edges.items()
    }
    then = {
        mac: [frozenset(one for one in several if (one.device, one.if_index) not in behind.members) for several in past]
        for mac, past in earlier.items()
    }
    counts = stations_at(reports, {port for several in edges.values() for port in several})
    pairs = teams(seen, then, {ports.place(*port): len(macs) for port, macs in counts.items()})
    if not pairs:
        return {}, frozenset()
    before = {mac: _pair(frozenset().union(*past), pairs) for mac, past in then.items()}
    placed: dict[Mac, Location] = {}
    for mac, location in found.items():
        place, here = location.place, seen.get(mac, frozenset())
        passing = place is not None and (place.device, place.if_index) in behind.members
        if not here and location.verdict is Verdict.EXACT and place is not None and not location.alternatives:
            here = frozenset([place])
        pair = _pair(here, pairs)
        if passing or location.verdict is Verdict.AMBIGUOUS:  # its frames over either cable contradict each other
            pair = pair or before.get(mac)
        if pair is not None:
            placed[mac] = _teamed(location, pair, at_both=len(here) > 1)
    return placed, frozenset(mac for mac, pair in before.items() if pair is not None)


def _pair(places: frozenset[Place], pairs: Mapping[Place, Pair]) -> Pair | None:
    """Return the one pair that all of these places belong to."""
    of = {pairs.get(place) for place in places}
    return next(iter(of)) if len(of) == 1 else None


def _teamed(location: Location, pair: Pair, *, at_both: bool) -> Location:
    """Place a station of such a host on both ports, the same way in every sweep.

    Args:
        location: what was found of it.
        pair: the ports.
        at_both: whether this sweep saw it on both.
    """
    first, second = pair
    at = max(line.at for line in location.evidence)
    listed = f"{first.device} {first.port}; {second.device} {second.port}"
    lines = [Evidence(TEAM, None, at, f"ports={listed}")]
    if at_both:
        lines.append(Evidence(TWO_PLACES, None, at, f"mac={location.mac} at {listed}"))
    return replace(
        location,
        verdict=Verdict.EXACT,
        place=first,
        alternatives=(second,),
        evidence=tuple(sorted({*location.evidence, *lines}, key=proof.order)),
        removed=tuple(item for item in location.removed if item.place not in pair),
        behind=(),
    )


def housed(found: Mapping[Mac, Location]) -> dict[Mac, Location]:
    """Name the host on ports whose stations are virtual machines and one other card at most."""
    on: dict[Place, list[Mac]] = {}
    for mac, location in found.items():
        if location.verdict is Verdict.EXACT and location.place is not None:
            on.setdefault(location.place, []).append(mac)
    told: dict[Mac, Location] = {}
    for place, macs in on.items():
        machines = [mac for mac in macs if is_virtual_machine(mac)]
        own = [mac for mac in macs if not is_virtual_machine(mac)]
        if len(macs) < _SEVERAL or not machines or len(own) > 1:
            continue
        host = f" host={own[0]}" if own else ""
        for mac in macs:
            location = found[mac]
            at = max(line.at for line in location.evidence)
            line = Evidence(HOST, place.device, at, f"port={place.port}{host} machines={len(machines)}")
            told[mac] = replace(location, evidence=tuple(sorted({*location.evidence, line}, key=proof.order)))
    return told


def stations_at(reports: Mapping[Mac, Trace], wanted: Collection[Port]) -> dict[Port, set[Mac]]:
    """Return the stations on some ports."""
    found: dict[Port, set[Mac]] = {port: set() for port in wanted}
    for mac, trace in reports.items() if wanted else ():
        for edge in trace.edges:
            if edge.place in found:
                found[edge.place].add(mac)
    return found
