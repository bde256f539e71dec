"""Is one MAC used by two cards? A move shows two places in one sweep; the same two again mean a duplicate.

Only places where nothing else is known to hang count, and only on ports whose other stations are not doubted: a link
that nobody recognised shows all its stations twice, every time. It shows them alike: a cable between switches keeps the
VLAN, and one between two ports of endpoints joins one VLAN to one other.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

from inventory.location.removal import LEFT
from inventory.model.sources import TWO_PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from inventory.location.trace import Port
    from inventory.model.location import Location, Place
    from inventory.model.values import Mac

_Joined: TypeAlias = "tuple[frozenset[int], frozenset[int]]"
"""The VLANs at both ends of a link that does not keep them."""
_DOUBTED: Final = 0.5
"""Share of a port's stations that may be seen elsewhere as well; one of a kind may always be."""
_TWICE: Final = 2


def rivals(
    edges: Mapping[Mac, Mapping[Port, frozenset[int]]], stations: Mapping[Port, int]
) -> dict[Mac, frozenset[Port]]:
    """Keep the MACs seen at two edges, leaving out ports where that is the rule: those lead to something unknown.

    Args:
        edges: per MAC the ports it was left on, where there are several, and the VLANs that its rows name there; none
            where they do not tell.
        stations: per port, how many stations were learned there.
    """
    doubted = Counter(port for ports in edges.values() for port in ports)
    alike = _alike(edges)
    found: dict[Mac, frozenset[Port]] = {}
    for mac, ports in edges.items():
        sound = frozenset(port for port in ports if alike[port] == 1 or doubted[port] <= _DOUBTED * stations[port])
        if len(sound) > 1:
            found[mac] = sound
    return found


def _alike(edges: Mapping[Mac, Mapping[Port, frozenset[int]]]) -> dict[Port, int]:
    """Count per port the doubted stations that one and the same link would show: more than one speak for a link."""
    joined: dict[Port, Counter[_Joined | None]] = {}
    for ports in edges.values():
        for port, vlans in ports.items():
            pairs = {_joined(vlans, there) for other, there in ports.items() if other != port}
            joined.setdefault(port, Counter()).update({None} if None in pairs else pairs)
    return {
        port: counts[None] + max((times for pair, times in counts.items() if pair is not None), default=0)
        for port, counts in joined.items()
    }


def _joined(here: frozenset[int], there: frozenset[int]) -> _Joined | None:
    """Return the VLANs a link between two places would join, empty where it keeps them; None where nothing tells."""
    if not (here and there):
        return None
    return (frozenset(), frozenset()) if here & there else (here, there)


def seen_at_two(location: Location) -> frozenset[Place]:
    """Return the places at which the sweep of this answer saw the MAC; none where it was at one."""
    if not any(line.source == TWO_PLACES for line in location.evidence):
        return frozenset()
    moved = {item.place for item in location.removed if item.rule in LEFT}
    here = set() if location.place is None else {location.place}
    return frozenset(here | moved | set(location.alternatives))


def duplicate(sweeps: Sequence[Iterable[Place]]) -> frozenset[Place]:
    """Return the places that two or more sweeps saw together: two cards with one MAC. None without such."""
    together = Counter(pair for places in sweeps for pair in combinations(sorted(set(places)), 2))
    return frozenset(place for pair, times in together.items() if times >= _TWICE for place in pair)
