"""Did a station sit between two switches, or was it just being moved? Two tables, read minutes apart, look the same.

One switch learned it on the port to a lower one, and the lower one sees it come from above: an unmanaged switch in
between, or a plug that was pulled between the two readings. Where nobody moved, it is the former, and where both were
read within the time that tables remember, most likely so. Where somebody was seen to move in this very sweep, and the
readings lie further apart, only a second station in the same position shows that there is something in between.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from inventory.location import proof
from inventory.model.facts import FdbStatus
from inventory.model.location import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from inventory.location.behind import Behind
    from inventory.location.ports import Ports
    from inventory.location.trace import Port, Trace
    from inventory.location.view import View
    from inventory.model.location import Location, Place
    from inventory.model.values import Mac


_REMEMBERED: Final = timedelta(minutes=5)
"""How long forwarding tables keep an address unless told otherwise (IEEE 802.1Q, 8.8.3)."""


def doubted(
    found: Mapping[Mac, Location], moved: Collection[Mac], reports: Mapping[Mac, Trace], behind: Behind, view: View
) -> dict[Mac, Location]:
    """Return the answers that a move explains as well, put as what is sure.

    Args:
        found: what is known so far.
        moved: who was seen at two places.
        reports: the rows per station.
        behind: what lies behind ports.
        view: the facts.
    """
    between: dict[Place, dict[Mac, frozenset[str]]] = {}
    for mac, location in found.items():
        place = location.place
        if location.verdict is not Verdict.EXACT or place is None:
            continue
        lower = behind.members.get((place.device, place.if_index), {}).keys() & reports[mac].ports.keys()
        if lower and not _said(mac, place, view):
            between.setdefault(place, {})[mac] = frozenset(lower)
    return {
        mac: _as_it_is(found[mac], place, lower, reports[mac], view.ports)
        for place, stations in between.items()
        for mac, lower in _unsure(place, stations, moved, reports, view)
    }


def _unsure(
    place: Place,
    stations: Mapping[Mac, frozenset[str]],
    moved: Collection[Mac],
    reports: Mapping[Mac, Trace],
    view: View,
) -> Iterator[tuple[Mac, frozenset[str]]]:
    """Yield the stations of a place that may have been passing, with the devices that saw them from below it.

    Nothing fits between the two ends of an aggregate; and whoever is known to have moved may have gone on.
    """
    together = Counter(name for lower in stations.values() for name in lower)
    bundled = place.if_index in view.aggregates.get(place.device, ())
    for mac, lower in stations.items():
        trace = reports[mac]
        if bundled:
            yield mac, lower
        elif mac in moved:
            at = trace.read_at[place.device, place.if_index]
            if any(trace.read_at[name, port] < at for name in lower for port in trace.ports[name]):
                yield mac, lower
        elif moved and all(together[name] == 1 for name in lower) and _apart(place, lower, trace) > _REMEMBERED:
            yield mac, lower


def _apart(place: Place, lower: frozenset[str], trace: Trace) -> timedelta:
    """Return how long lies between the reading of the place and the furthest one from below it."""
    at = trace.read_at[place.device, place.if_index]
    return max(abs(trace.read_at[name, port] - at) for name in lower for port in trace.ports[name])


def _said(mac: Mac, place: Place, view: View) -> bool:
    """Whether a person or the station itself says it is there."""
    port = (place.device, place.if_index)
    rows = view.stations.get(mac, ())
    return port in view.stated.stations or any(
        row.status is FdbStatus.OTHER and (row.device, row.if_index) == port for row in rows
    )


def _as_it_is(location: Location, place: Place, lower: frozenset[str], trace: Trace, ports: Ports) -> Location:
    """Seen from above later: it may be anywhere above by now. Earlier: it may have got below meanwhile."""
    at = trace.read_at[place.device, place.if_index]
    later: list[Port] = [(name, port) for name in lower for port in trace.ports[name] if trace.read_at[name, port] > at]
    rows = [proof.of_fdb(row, ports) for row in trace.rows if row.device in lower]
    evidence = tuple(sorted({*location.evidence, *rows}, key=proof.order))
    if not later:
        return replace(location, verdict=Verdict.BOUNDED, behind=tuple(sorted(lower)), evidence=evidence)
    places = tuple(sorted({place, *(ports.place(*port) for port in later)}))
    removed = tuple(gone for gone in location.removed if gone.place not in places)
    return replace(
        location, verdict=Verdict.AMBIGUOUS, place=None, alternatives=places, removed=removed, evidence=evidence
    )
