"""Compare verdicts with the truth."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from inventory.location.engine import locate
from inventory.model.location import Verdict
from tests.simulator.network import build
from tests.simulator.tables import read

if TYPE_CHECKING:
    from inventory.location.engine import Locations
    from tests.simulator.network import Network, Shape
    from tests.simulator.tables import Condition, Reading

RIGHT, SHORT, WRONG, BOUNDED, BOUNDED_WRONG, AMBIGUOUS, AMBIGUOUS_WRONG, L3_ONLY, LOST = (
    "right",
    "short",
    "wrong",
    "bounded",
    "bounded wrong",
    "ambiguous",
    "ambiguous wrong",
    "l3 only",
    "lost",
)
"""``short``: the deepest read port is right, but an unread switch, of which nothing is known there, lies behind it."""
OUTCOMES = (RIGHT, SHORT, WRONG, BOUNDED, BOUNDED_WRONG, AMBIGUOUS, AMBIGUOUS_WRONG, L3_ONLY, LOST)


def score(network: Network, reading: Reading, locations: Locations) -> Counter[str]:
    """Count the outcomes over the stations that at least one table knows."""
    counts: Counter[str] = Counter()
    for mac in reading.known:
        switch, port = network.stations[mac]
        found = locations.of(mac)
        ways = {(name, network.port_towards(name, switch)) for name in network.path(switch)[1:]} | {(switch, port)}
        if found is None:
            counts[LOST] += 1
        elif found.verdict is Verdict.EXACT and found.place is not None:
            counts[_exact(network, reading, (switch, port), (found.place.device, found.place.if_index))] += 1
        elif found.verdict is Verdict.BOUNDED and found.place is not None:
            counts[BOUNDED if (found.place.device, found.place.if_index) in ways else BOUNDED_WRONG] += 1
        elif found.verdict is Verdict.AMBIGUOUS:
            every = {(name, network.port_towards(name, switch)) for name in network.switches} - {(switch, 0)}
            true = any((p.device, p.if_index) in ways | every for p in found.alternatives)
            counts[AMBIGUOUS if true else AMBIGUOUS_WRONG] += 1
        else:
            counts[L3_ONLY] += 1
    return counts


def _exact(network: Network, reading: Reading, truth: tuple[str, int], found: tuple[str, int]) -> str:
    if found == truth:
        return RIGHT
    path = network.path(truth[0])
    if found[0] not in path or found[1] != network.port_towards(found[0], truth[0]):
        return WRONG
    nearer = path[: path.index(found[0])]
    return WRONG if reading.read.intersection(nearer) else SHORT


def run(shape: Shape, condition: Condition, seed: int) -> Counter[str]:
    """Build, read, locate, compare."""
    random = Random(seed)  # noqa: S311 -- reproducible networks, no secrets
    network = build(random, shape)
    reading = read(network, random, condition)
    return score(network, reading, locate(reading.facts, network.devices()))
