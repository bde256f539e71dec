"""Is one MAC used by two cards? A move shows two places in one sweep; the same two again mean a duplicate.

Only places where nothing else is known to hang count, and only on ports whose other stations are not doubted: a link
that nobody recognised shows all its stations twice, every time.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Final

from inventory.model.sources import TWO_PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.location.trace import Port
    from inventory.model.location import Location, Place
    from inventory.model.values import Mac

_DOUBTED: Final = 0.5
"""Share of a port's stations that may be seen elsewhere as well; one may always be."""
_TWICE: Final = 2


def rivals(edges: Mapping[Mac, frozenset[Port]], stations: Mapping[Port, int]) -> dict[Mac, frozenset[Port]]:
    """Keep the MACs seen at two edges, leaving out ports where that is the rule: those lead to something unknown.

    Args:
        edges: per MAC the ports it was left on, where there are several.
        stations: per port, how many stations were learned there.
    """
    doubted = Counter(port for ports in edges.values() for port in ports)
    found: dict[Mac, frozenset[Port]] = {}
    for mac, ports in edges.items():
        sound = frozenset(port for port in ports if doubted[port] == 1 or doubted[port] <= _DOUBTED * stations[port])
        if len(sound) > 1:
            found[mac] = sound
    return found


def seen_at_two(location: Location) -> frozenset[Place]:
    """Return the places at which the sweep of this answer saw the MAC; none where it was at one."""
    if not any(line.source == TWO_PLACES for line in location.evidence):
        return frozenset()
    moved = {item.place for item in location.removed if item.rule == "moved"}
    here = set() if location.place is None else {location.place}
    return frozenset(here | moved | set(location.alternatives))


def duplicate(sweeps: Sequence[Iterable[Place]]) -> frozenset[Place]:
    """Return the places that two or more sweeps saw together: two cards with one MAC. None without such."""
    together = Counter(pair for places in sweeps for pair in combinations(sorted(set(places)), 2))
    return frozenset(place for pair, times in together.items() if times >= _TWICE for place in pair)
